package runtime

import (
	"os/exec"
	"strings"
	"testing"
)

// TestImports holds what a program links that delivers metrics: the core, the direct
// recorder and the console exporter need nothing but Go. The tests beside the core bring
// nothing else into a user's module either.
func TestImports(t *testing.T) {
	for _, args := range [][]string{
		{"."}, {"-test", "."}, {"./console"}, {"./series"},
	} {
		list := append([]string{"list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}"}, args...)
		out, err := exec.Command("go", list...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		pkg := args[len(args)-1]
		deps := strings.FieldsFunc(string(out), func(r rune) bool { return r == '\n' })
		if len(deps) < 2 {
			t.Errorf("%s: %v is not all it needs", pkg, deps)
		}
		for _, dep := range deps {
			if !strings.HasPrefix(dep, "github.com/ocgen/ocgen/") || strings.Contains(dep, "/census") {
				t.Errorf("%v links %s: what an exporter needs belongs in its subpackage", args, dep)
			}
		}
	}
}
