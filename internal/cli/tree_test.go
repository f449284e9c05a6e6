package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// treeFolder makes a folder with schemas of these names.
func treeFolder(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte("ocgen: v1\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func names(t *testing.T, dir string, sources []Source) string {
	t.Helper()
	var all []string
	for _, s := range sources {
		all = append(all, strings.TrimPrefix(s.Name, filepath.ToSlash(dir)+"/"))
	}
	return strings.Join(all, " ")
}

func TestLoadTreeOrder(t *testing.T) {
	dir := treeFolder(t, "z.yaml", "b.yaml", "b/c/d.yaml", "b/z.yml", "b-c/a.yaml", "a/a.yaml", "go.mod/x.yaml", "a/go.mod/x.yaml")
	sources, err := Load([]string{dir + "/..."}, nil)
	const want = "b.yaml z.yaml a/a.yaml a/go.mod/x.yaml b/z.yml b/c/d.yaml b-c/a.yaml go.mod/x.yaml"
	if got := names(t, dir, sources); err != nil || got != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
}

// A link to a folder is followed only where an argument names it.
func TestLoadTreeLinks(t *testing.T) {
	dir := treeFolder(t, "real/m.yaml")
	for _, link := range []string{"link", "real/loop"} {
		if err := os.Symlink(filepath.Join(dir, "real"), filepath.Join(dir, filepath.FromSlash(link))); err != nil {
			t.Skip(err)
		}
	}
	for arg, want := range map[string]string{"/...": "real/m.yaml", "/link/...": "link/m.yaml"} {
		sources, err := Load([]string{dir + arg}, nil)
		if got := names(t, dir, sources); err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", arg, got, err, want)
		}
	}
}

// A folder that cannot be read could have schemas, so it is an error. The others are
// read, so that all such folders are told at once.
func TestLoadTreeUnreadable(t *testing.T) {
	dir := treeFolder(t, "a/m.yaml", "b/m.yaml", "c/m.yaml")
	for _, sub := range []string{"a", "c"} {
		if err := os.Chmod(filepath.Join(dir, sub), 0); err != nil {
			t.Fatal(err)
		}
		defer os.Chmod(filepath.Join(dir, sub), 0o777)
	}
	if _, err := os.ReadDir(filepath.Join(dir, "a")); err == nil {
		t.Skip("this user reads every folder")
	}
	_, err := Load([]string{dir + "/..."}, nil)
	if err == nil || !strings.Contains(err.Error(), "a: permission denied\n") || !strings.HasSuffix(err.Error(), "c: permission denied") {
		t.Errorf("got %v", err)
	}
}
