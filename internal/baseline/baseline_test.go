package baseline

import (
	"bufio"
	"errors"
	"strings"
	"testing"
)

// TestSearched checks that the same files of a commit are read as in the file system.
func TestSearched(t *testing.T) {
	var blobs []blob
	for _, path := range strings.Fields("m.yaml s/m.yml s/.m.yaml s/m.json s/go.mod s/a/b/m.yaml s/testdata/m.yaml s/_x/m.yaml s/a/vendor/m.yaml s/mod/go.mod s/mod/m.yaml s/mod/a/m.yaml") {
		blobs = append(blobs, blob{path: path})
	}
	for _, c := range []struct {
		at    string
		named bool
		want  string
	}{
		{"s", false, "s/m.yml s/a/b/m.yaml"},
		{"s/mod", false, "s/mod/m.yaml s/mod/a/m.yaml"},
		{"", false, "m.yaml"},
		{"s/testdata", false, "s/testdata/m.yaml"},
		{"s", true, "s/m.yml s/.m.yaml s/m.json s/go.mod s/a/b/m.yaml s/testdata/m.yaml s/_x/m.yaml s/a/vendor/m.yaml s/mod/go.mod s/mod/m.yaml s/mod/a/m.yaml"},
	} {
		var in []blob
		for _, b := range blobs {
			if c.at == "" || strings.HasPrefix(b.path, c.at+"/") {
				in = append(in, b)
			}
		}
		var got []string
		for _, b := range searched(in, c.at, c.named) {
			got = append(got, b.path)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("at %q: got %s, want %s", c.at, got, c.want)
		}
	}
}

func TestReadObject(t *testing.T) {
	in := bufio.NewReader(strings.NewReader("abc blob 3\na\nb\ndangling 2\nxy\nabc tree 1\nz\nabc blob 0\n\nabc missing\n"))
	for _, want := range []string{"a\nb", "", "", ""} {
		if data, err := readObject(in); err != nil || string(data) != want {
			t.Errorf("got %q, %v, want %q", data, err, want)
		}
	}
	for range 2 { // an object that git does not have, and the end
		if data, err := readObject(in); err == nil {
			t.Errorf("got %q", data)
		}
	}
}

func TestCleanSubdir(t *testing.T) {
	for name, want := range map[string]string{"a": "a", "a/": "a", "./a//b": "a/b", ".": "", "/a": "a", "../a": "a"} {
		if got := cleanSubdir(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestFirstLine(t *testing.T) {
	failed := errors.New("exit status 128")
	for printed, want := range map[string]string{
		"": "exit status 128",
		"fatal: not a git repository\nhint: none\n": "not a git repository",
		"warning: slow\nfatal: could not fetch\n":   "could not fetch",
		"error: bad object\n":                       "error: bad object",
	} {
		if got := firstLine(printed, failed); got != want {
			t.Errorf("%q: got %q, want %q", printed, got, want)
		}
	}
}
