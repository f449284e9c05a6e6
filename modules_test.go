//go:build go1.25

package ocgen_test

import (
	"encoding/json"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A goMod is what a go.mod file says.
type goMod struct {
	Module  struct{ Path string }
	Go      string
	Require []struct {
		Path, Version string
		Indirect      bool
	}
	Replace []struct {
		Old, New struct{ Path, Version string }
	}
}

// foreign are the trees that only an exporter may bring into a user's module.
var foreign = []string{
	"google.golang.org/", "cloud.google.com/", "github.com/googleapis/", "github.com/golang/protobuf", "go.opentelemetry.io/",
	"github.com/prometheus/", "github.com/chromedp/", "contrib.go.opencensus.io/",
}

// TestRootModule holds what everybody requires who takes up the tool or a generated
// package.
func TestRootModule(t *testing.T) {
	root := readMod(t, ".")
	direct := 0
	for _, r := range root.Require {
		if !r.Indirect {
			direct++
		}
		if isOurs(r.Path) || slices.ContainsFunc(foreign, func(f string) bool { return strings.HasPrefix(r.Path, f) }) {
			t.Errorf("go.mod requires %s", r.Path)
		}
	}
	if direct > 8 {
		t.Errorf("go.mod has %d direct requirements, want at most 8", direct)
	}
	if len(root.Replace) > 0 {
		t.Error("go.mod has a replace: go install with a version refuses that")
	}
	if root.Go != "1.24.0" {
		t.Errorf("go.mod says go %s, want 1.24.0, the first Go with \"go tool\"", root.Go)
	}
}

// TestNestedModules: all modules require ours under one number, and take them from the
// checkout.
func TestNestedModules(t *testing.T) {
	numbers := map[string]string{}
	dirs := strings.Fields(list(t, "-m", "-f", "{{.Dir}}"))
	if len(dirs) < 10 {
		t.Errorf("go.work has only the modules %q", dirs)
	}
	for _, dir := range dirs {
		m := readMod(t, dir)
		replaced := map[string]bool{}
		for _, r := range m.Replace {
			replaced[r.Old.Path] = true
		}
		for _, r := range m.Require {
			if isOurs(r.Path) {
				numbers[r.Version] = m.Module.Path + " requires " + r.Path
				if !replaced[r.Path] {
					t.Errorf("%s does not replace %s, which it requires", m.Module.Path, r.Path)
				}
			}
		}
		for _, r := range m.Replace {
			if there := readMod(t, filepath.Join(dir, r.New.Path)).Module.Path; !isOurs(r.Old.Path) || there != r.Old.Path {
				t.Errorf("%s replaces %s by %s, which is %s", m.Module.Path, r.Old.Path, r.New.Path, there)
			}
		}
	}
	if len(numbers) != 1 {
		t.Errorf("ours are required under several numbers: %v", numbers)
	}
}

func isOurs(modulePath string) bool {
	return modulePath == path.Clean(module) || strings.HasPrefix(modulePath, module)
}

func readMod(t *testing.T, dir string) goMod {
	t.Helper()
	out, err := exec.Command("go", "mod", "edit", "-json", filepath.Join(dir, "go.mod")).Output()
	if err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	var m goMod
	if err := json.Unmarshal(out, &m); err != nil {
		t.Fatal(err)
	}
	return m
}
