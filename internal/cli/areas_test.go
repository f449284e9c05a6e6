package cli

import (
	"os"
	"path/filepath"
	"testing"
)

func TestAreas(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("a/b", 0o777); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		arg  string
		area Area
		name string // of a schema
		rel  string // "" if the schema is not in the area
	}{
		{"a", Area{Dir: "a"}, "a/m.yaml", "m.yaml"},
		{"a", Area{Dir: "a"}, "a/b/m.yaml", ""},
		{"a/", Area{Dir: "a"}, "m.yaml", ""},
		{"a/...", Area{Dir: "a", Tree: true}, "a/b/m.yaml", "b/m.yaml"},
		{"...", Area{Dir: ".", Tree: true}, "a/b/m.yaml", "a/b/m.yaml"},
		{"a/b/m.yaml", Area{Dir: "a/b", File: "m.yaml"}, "a/b/m.yaml", "m.yaml"},
		{"a/b/m.yaml", Area{Dir: "a/b", File: "m.yaml"}, "a/b/n.yaml", ""},
		{"./m.yaml", Area{Dir: ".", File: "m.yaml"}, "m.yaml", "m.yaml"},
		{"../x", Area{Dir: "..", File: "x"}, "m.yaml", ""},
	} {
		areas, err := Areas([]string{c.arg})
		if err != nil || len(areas) != 1 || areas[0] != c.area {
			t.Errorf("%s: got %+v, %v", c.arg, areas, err)
			continue
		}
		if rel, ok := areas[0].Rel(c.name); ok != (c.rel != "") || ok && rel != c.rel {
			t.Errorf("%s: %s is %q, %t", c.arg, c.name, rel, ok)
		}
	}
	if _, err := Areas([]string{"a", "-"}); err == nil {
		t.Error("standard input has an area")
	}
	if areas, err := Areas(nil); err != nil || areas[0] != (Area{Dir: "."}) {
		t.Errorf("no argument: %+v, %v", areas, err)
	}
}

// TestIsImportable looks for folders "internal" up to the root of the module.
func TestIsImportable(t *testing.T) {
	root := filepath.Join(t.TempDir(), "internal", "module")
	if err := os.MkdirAll(root, 0o777); err != nil {
		t.Fatal(err)
	}
	if IsImportable(root) {
		t.Error("without a go.mod, a folder above counts")
	}
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("module m\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for folder, want := range map[string]bool{".": true, "shop/metrics": true, "internal": false, "shop/internal/metrics": false, "shop/internals": true} {
		if got := IsImportable(filepath.Join(root, folder)); got != want {
			t.Errorf("%s: %t", folder, got)
		}
	}
}
