package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// endless is an endless stream that counts the bytes that are read from it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return len(p), nil
}

func TestLoadStopsReading(t *testing.T) {
	var in endless
	sources, err := Load([]string{Stdin}, &in)
	if err != nil || len(sources) != 1 {
		t.Fatalf("%d sources, %v", len(sources), err)
	}
	if n := len(sources[0].Data); n != schema.MaxBytes+1 || in.read != n {
		t.Errorf("kept %d bytes of %d read: want %d", n, in.read, schema.MaxBytes+1)
	}
}

// A schema in a linked folder is the same schema. A schema that is a link itself is
// another one, since its outputs are beside the link.
func TestLoadThroughLinks(t *testing.T) {
	dir := t.TempDir()
	for _, sub := range []string{"real", "other"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	real := filepath.Join(dir, "real", "m.yaml")
	if err := os.WriteFile(real, []byte("ocgen: v1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real", filepath.Join(dir, "link")); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink(real, filepath.Join(dir, "other", "m.yaml")); err != nil {
		t.Skip(err)
	}
	sources, err := Load([]string{filepath.Join(dir, "real"), filepath.Join(dir, "link"), filepath.Join(dir, "other")}, nil)
	if err != nil || len(sources) != 2 {
		t.Fatalf("%d sources, %v: want 2", len(sources), err)
	}
	if got, want := sources[1].Dir, filepath.Join(dir, "other"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
