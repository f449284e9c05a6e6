package schema_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// goPaths are paths for the Go file. Some of them are refused. The test asks the go
// command which of them it builds on several systems. It must build an accepted path on
// every system, and a refused one not on all of them.
var goPaths = []string{
	"x.go", "x_gen.go", "linux.go", "amd64.go", "x_linux_gen.go", "x_unix.go", "x_none.go", "größe.go", "1.go", "a b.go", "a-b.c.go", "x~1.go", "cgo_gen.go",
	"x_linux.go", "x_windows.go", "x_js.go", "x_amd64.go", "x_linux_amd64.go", "_linux.go", "a.b_arm64.go", "x_zos.go", "x_hurd.go", "x_" + runtime.GOOS + ".go", "x_" + runtime.GOARCH + ".go",
	"_x.go", ".x.go", "-x.go", " x.go", "+x.go", "~x.go", "#x.go", "(x.go", "x_test.go", "x.txt", ".go", "📈.go",
	"a/x.go", "a-b/x.go", "v2/x.go", "2/x.go", "internal/x.go", "linux/x.go", "x_linux/x.go", "a.b/x.go", "a+b/x.go", "cmd/vendors/x.go",
	"vendor/x.go", "a/vendor/x.go", "testdata/x.go", "a/testdata/b/x.go", ".a/x.go", "_a/x.go", "a/_a/x.go", "-a/x.go", "+a/x.go", "a b/x.go", "größe/x.go", "a,b/x.go",
}

func TestGoBuildsWhatIsAccepted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("some of the names cannot be written")
	}
	dir := t.TempDir()
	write := func(name, text string) {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.com/m\n\ngo 1.24\n")
	for i, p := range goPaths {
		write(fmt.Sprintf("c%d/%s", i, p), "package p\n")
	}
	systems := []map[string]bool{}
	for _, system := range []string{"linux/amd64", "windows/arm64", "darwin/arm64"} {
		systems = append(systems, built(t, dir, system))
	}
	for i, p := range goPaths {
		_, problems := schema.Parse([]byte("ocgen: v1\npackage: p\ngenerate: {go: \""+p+"\"}\n"), schema.Options{File: "m.yaml"})
		accepted := len(problems) == 0
		everywhere := !slices.ContainsFunc(systems, func(built map[string]bool) bool { return !built[fmt.Sprintf("c%d/%s", i, p)] })
		unusable := p == "📈.go" || strings.Contains(p, "vendor/") // Go builds it, but it cannot be published or imported
		if accepted != (everywhere && !unusable) {
			t.Errorf("%q: accepted %v, built everywhere %v", p, accepted, everywhere)
		}
	}
}

// built returns the files of a module that go builds for a system without an error.
func built(t *testing.T, dir, system string) map[string]bool {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=Dir,GoFiles,Error", "./...")
	cmd.Dir = dir
	goos, goarch, _ := strings.Cut(system, "/")
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0", "GOFLAGS=-mod=mod", "GOWORK=off")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]bool{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); decoder.More(); {
		var pkg struct {
			Dir     string
			GoFiles []string
			Error   *struct{ Err string }
		}
		if err := decoder.Decode(&pkg); err != nil {
			t.Fatal(err)
		}
		for _, name := range pkg.GoFiles {
			rel, err := filepath.Rel(dir, pkg.Dir)
			if err != nil {
				t.Fatal(err)
			}
			files[path.Join(filepath.ToSlash(rel), name)] = pkg.Error == nil
		}
	}
	return files
}
