package generator

import (
	"testing"
)

func TestDiffWritesNothing(t *testing.T) {
	dir := disc(t, map[string]string{"m.yaml": ""})
	mustWrite(t, sampleOutput(dir, "1"))
	before := tree(t, dir)
	changes, err := Diff([]Output{mixedOutput(dir)})
	if err != nil {
		t.Fatal(err)
	}
	if after := tree(t, dir); after != before {
		t.Errorf("changed:\n%s\nbefore:\n%s", after, before)
	}
	if got, want := summary(changes, dir), summary(mustWrite(t, mixedOutput(dir)), dir); got != want {
		t.Errorf("Diff says %s\nWrite did %s", got, want)
	}
	if changes, err := Diff([]Output{mixedOutput(dir)}); err != nil || len(changes) != 0 {
		t.Errorf("after Write: %s, %v", summary(changes, dir), err)
	}
}

func TestChangeDiff(t *testing.T) {
	tests := []struct {
		change Change
		want   string
	}{
		{Change{"a.json", Create, nil, []byte("1\n")}, "--- /dev/null\n+++ a.json\n@@ -0,0 +1 @@\n+1\n"},
		{Change{"a.json", Delete, []byte("1\n"), nil}, "--- a.json\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n"},
		{Change{"a.json", Update, []byte("1\n2\n3\n4\n5\n"), []byte("1\n2\n3\n4\nfive\n")},
			"--- a.json\n+++ a.json\n@@ -2,4 +2,4 @@\n 2\n 3\n 4\n-5\n+five\n"},
		{Change{"a.json", Update, []byte("1\r\n"), []byte("1\n")}, "--- a.json\n+++ a.json\n@@ -1 +1 @@\n-1\r\n+1\n"},
		{Change{"a.json", Update, []byte("1"), []byte("1\n")},
			"--- a.json\n+++ a.json\n@@ -1 +1 @@\n-1\n\\ No newline at end of file\n+1\n"},
		{Change{"a.json", Delete, nil, nil}, "--- a.json\n+++ /dev/null\n"},
	}
	for _, test := range tests {
		if got := test.change.Diff(); got != test.want {
			t.Errorf("%s %s:\n got %q\nwant %q", test.change.Action, test.change.Path, got, test.want)
		}
	}
}
