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

// A program is a command with generated packages. Its files are not in the checkout: an overlay
// of the compiler puts them there.
type program struct {
	dir     string            // of the files
	overlay map[string]string // the files by their paths in the checkout
	flags   []string          // more flags of "go build"
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

func newProgram(t *testing.T) *program {
	return &program{dir: t.TempDir(), overlay: map[string]string{}}
}

// lay puts a file into the overlay.
func (p *program) lay(t *testing.T, path string, data []byte) {
	t.Helper()
	name := filepath.Join(p.dir, strings.ReplaceAll(path, "/", "-"))
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	p.overlay[filepath.Join(root(t), filepath.FromSlash(path))] = name
}

// folder is the folder of the packages.
const folder = "internal/tests/equivalence/generated"

// A source is a schema without its recorder, and the recorders to generate.
type source struct {
	schema    string
	recorders []string
}

// trials adds the packages of schemas, and the command that compares them. The schemas with an
// odd index are tight. export is the code of the exports to compare; "nil" means none.
func (p *program) trials(t *testing.T, sources []source, imports, export string) {
	t.Helper()
	var main, schemas strings.Builder
	fmt.Fprintf(&main, "// Command generated compares recorders.\npackage main\n\nimport (\n\"os\"\n\n\"github.com/ocgen/ocgen/internal/tests/equivalence/trial\"\n%s\n", imports)
	for i, s := range sources {
		var targets []string
		for _, recorder := range s.recorders {
			name := fmt.Sprintf("%s%d", recorder, i)
			code, driver := generate(t, s.schema, name, recorder, i%2 == 1)
			p.lay(t, folder+"/"+name+"/metrics_gen.go", code)
			p.lay(t, folder+"/"+name+"/driver.go", driver)
			fmt.Fprintf(&main, "%q\n", "github.com/ocgen/ocgen/"+folder+"/"+name)
			targets = append(targets, fmt.Sprintf("%s%s: %s.Target", strings.ToUpper(recorder[:1]), recorder[1:], name))
		}
		fmt.Fprintf(&schemas, "{%s},\n", strings.Join(targets, ", "))
	}
	fmt.Fprintf(&main, ")\n\nvar schemas = []trial.Packages{\n%s}\n\nfunc main() { os.Exit(trial.Main(schemas, %s, os.Args[1:], os.Stdout)) }\n", &schemas, export)
	p.lay(t, folder+"/main.go", []byte(main.String()))
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
	args := append([]string{"build", "-ldflags=-s -w", "-overlay", file, "-o", binary}, p.flags...)
	cmd := exec.Command("go", append(args, "./"+filepath.Base(folder))...)
	cmd.Dir = filepath.Join(root(t), filepath.Dir(folder)) // the module of this folder requires the fakes
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}
