package outfiles

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestDiffWritesNothing(t *testing.T) {
	dir := disc(t, map[string]string{"m.yaml": ""})
	mustWrite(t, sampleOutput(dir, "1"))
	before := tree(t, dir)
	changes, err := Diff([]Output{mixedOutput(dir)}, readClaims)
	if err != nil {
		t.Fatal(err)
	}
	if after := tree(t, dir); after != before {
		t.Errorf("changed:\n%s\nbefore:\n%s", after, before)
	}
	if got, want := summary(changes, dir), summary(mustWrite(t, mixedOutput(dir)), dir); got != want {
		t.Errorf("Diff says %s\nWrite did %s", got, want)
	}
	if changes, err := Diff([]Output{mixedOutput(dir)}, readClaims); err != nil || len(changes) != 0 {
		t.Errorf("after Write: %s, %v", summary(changes, dir), err)
	}
}

func TestChangeDiff(t *testing.T) {
	tests := []struct {
		change Change
		want   string
	}{
		{Change{"a.json", Create, nil, []byte("1\n")}, "--- /dev/null\n+++ a.json\n@@ -0,0 +1,1 @@\n+1\n"},
		{Change{"a.json", Delete, []byte("1\n"), nil}, "--- a.json\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-1\n"},
		{Change{"a.json", Update, []byte("1\n2\n3\n4\n5\n"), []byte("1\n2\n3\n4\nfive\n")},
			"--- a.json\n+++ a.json\n@@ -2,4 +2,4 @@\n 2\n 3\n 4\n-5\n+five\n"},
		{Change{"a.json", Update, []byte("1\r\n"), []byte("1\n")}, "--- a.json\n+++ a.json\n@@ -1,1 +1,1 @@\n-1\r\n+1\n"},
		{Change{"a.json", Update, []byte("1"), []byte("1\n")},
			"--- a.json\n+++ a.json\n@@ -1,1 +1,1 @@\n-1\n\\ No newline at end of file\n+1\n"},
		{Change{"a.json", Delete, nil, nil}, "--- a.json\n+++ /dev/null\n"},
	}
	for _, test := range tests {
		if got := test.change.Diff(); got != test.want {
			t.Errorf("%s %s:\n got %q\nwant %q", test.change.Action, test.change.Path, got, test.want)
		}
	}
}

// edited returns lines of which some are changed, deleted or added, so that hunks are
// separate, adjacent or joined.
func edited(r *rand.Rand, lines []string) []string {
	var out []string
	for _, line := range lines {
		switch r.IntN(14) {
		case 0:
			out = append(out, fmt.Sprintf("new %d\n", r.IntN(100)))
		case 1:
			out = append(out, line, fmt.Sprintf("more %d\n", r.IntN(100)))
		case 2: // deleted
		default:
			out = append(out, line)
		}
	}
	return out
}

// joined returns lines as a file, sometimes without the end of the last line.
func joined(r *rand.Rand, lines []string) []byte {
	var b bytes.Buffer
	for _, line := range lines {
		b.WriteString(line)
	}
	if r.IntN(4) == 0 {
		return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	}
	return b.Bytes()
}

// The line numbers of a diff must be right: git apply refuses hunks with a wrong
// header, and patch applies them elsewhere with a warning.
func TestDiffsApply(t *testing.T) {
	tools := map[string][]string{
		"patch": {"patch", "-p0", "--fuzz=0", "-s"},
		"git":   {"git", "apply", "-p0", "--unidiff-zero", "--whitespace=nowarn"},
	}
	for name, command := range tools {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(name); err != nil {
				t.Skip(err)
			}
			r := rand.New(rand.NewPCG(1, 2))
			for n := range 60 {
				var lines []string
				for range r.IntN(80) {
					lines = append(lines, fmt.Sprintf("line %d\n", r.IntN(30)))
				}
				old, now := joined(r, lines), joined(r, edited(r, lines))
				if bytes.Equal(old, now) {
					continue
				}
				applies(t, command, fmt.Sprintf("case %d.txt", n), old, now)
			}
		})
	}
}

// applies asserts that a command changes the old file into the new file by the change's
// diff.
func applies(t *testing.T, command []string, name string, old, now []byte) {
	t.Helper()
	dir := t.TempDir()
	at := filepath.Join(dir, name)
	if err := os.WriteFile(at, old, 0o666); err != nil {
		t.Fatal(err)
	}
	text := Change{name, Update, old, now}.Diff()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = dir
	cmd.Stdin = bytes.NewReader([]byte(text))
	out, err := cmd.CombinedOutput()
	got, _ := os.ReadFile(at)
	if err != nil || len(out) > 0 || !bytes.Equal(got, now) {
		t.Fatalf("%v: %s\n%s\nold:\n%s\ngot:\n%s\nwant:\n%s", err, out, text, old, got, now)
	}
}
