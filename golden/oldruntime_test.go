package golden_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/internal/regenerate"
)

// TestOldRuntime compiles every generated package with a runtime whose packages have none
// of what generated code uses. The compiler prints ten errors a package, sorted by place; the first
// one has to be at the line that says what to do.
func TestOldRuntime(t *testing.T) {
	overlay := map[string]string{}
	replace := func(file, by string) {
		at, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		overlay[at] = by
	}
	dir := t.TempDir()
	write := func(name, text string) string {
		at := filepath.Join(dir, name)
		if err := os.WriteFile(at, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, name := range []string{"census", "metric", "record", "series", "slo"} {
		empty(t, name, replace)
		replace("../runtime/"+name+"/old.go", write(name+".go", "package "+name+"\n"))
	}
	text, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"build", "-overlay", write("overlay.json", string(text))}
	packages := 0
	for _, name := range regenerate.Cases(t) {
		args = append(args, "./"+name)
		packages++
	}
	out, err := exec.Command("go", args...).CombinedOutput()
	if err == nil {
		t.Fatal("compiles")
	}
	// "# package", then its errors.
	for _, errors := range strings.Split(string(out), "# ")[1:] {
		packages--
		lines := strings.Split(errors, "\n")
		if !strings.Contains(lines[1], "undefined: record.SupportsGenerated") {
			t.Errorf("the first error of %s", errors)
		}
	}
	if packages != 0 {
		t.Errorf("%d packages have no errors:\n%s", packages, out)
	}
}

// empty takes every file out of a package below runtime.
func empty(t *testing.T, name string, replace func(file, by string)) {
	t.Helper()
	var files []string
	for _, pattern := range []string{"/*.go", "/*.s"} {
		found, err := filepath.Glob("../runtime/" + name + pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		t.Fatalf("no package runtime/%s", name)
	}
	for _, file := range files {
		replace(file, "")
	}
}
