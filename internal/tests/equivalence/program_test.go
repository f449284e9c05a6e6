package equivalence_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A program is a command with generated packages, which lies over the checkout
// and not in it.
type program struct {
	dir     string            // of what is laid over
	overlay map[string]string // in whose place, in the checkout: what
}

// root is the checkout's folder.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func newProgram(t *testing.T) *program { return &program{t.TempDir(), map[string]string{}} }

// lay puts a file into the checkout's place, as the compiler sees it.
func (p *program) lay(t *testing.T, path string, data []byte) {
	t.Helper()
	name := filepath.Join(p.dir, fmt.Sprintf("%d-%s", len(p.overlay), filepath.Base(path)))
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	p.overlay[filepath.Join(root(t), filepath.FromSlash(path))] = name
}

// generated is where the packages lie.
const generated = "internal/tests/equivalence/generated"

// trials lays the packages of schemas and the command that compares them; the
// odd ones are tight. export is what it asks of exporters: code, "nil" for
// nothing.
func (p *program) trials(t *testing.T, schemas []string, imports, export string) {
	t.Helper()
	var main strings.Builder
	fmt.Fprintf(&main, "// Command generated compares recorders.\npackage main\n\nimport (\n\"os\"\n\n\"github.com/ocgen/ocgen/internal/tests/equivalence/trial\"\n%s\n", imports)
	var pairs strings.Builder
	for i, src := range schemas {
		for _, recorder := range []string{"views", "direct"} {
			name := fmt.Sprintf("%s%d", recorder, i)
			source, driver := generate(t, src, name, recorder, i%2 == 1)
			p.lay(t, generated+"/"+name+"/metrics_gen.go", source)
			p.lay(t, generated+"/"+name+"/driver.go", driver)
			fmt.Fprintf(&main, "%q\n", "github.com/ocgen/ocgen/"+generated+"/"+name)
		}
		fmt.Fprintf(&pairs, "{Views: views%d.Target, Direct: direct%d.Target},\n", i, i)
	}
	fmt.Fprintf(&main, ")\n\nvar pairs = []trial.Pair{\n%s}\n\nfunc main() { os.Exit(trial.Main(pairs, %s, os.Args[1:], os.Stdout)) }\n", &pairs, export)
	p.lay(t, generated+"/main.go", []byte(main.String()))
}

// build compiles the command and returns its name.
func (p *program) build(t *testing.T) string {
	t.Helper()
	overlay, err := json.Marshal(map[string]any{"Replace": p.overlay})
	if err != nil {
		t.Fatal(err)
	}
	file, binary := filepath.Join(p.dir, "overlay.json"), filepath.Join(p.dir, "trial")
	if err := os.WriteFile(file, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "build", "-overlay", file, "-o", binary, "./"+filepath.Base(generated))
	cmd.Dir = filepath.Join(root(t), filepath.Dir(generated)) // whose module may use the fakes
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}
