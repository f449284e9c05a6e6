package runtime

import (
	"os/exec"
	"strings"
	"testing"
)

// TestImports holds what a program links that imports generated code: the core
// and the console exporter need nothing but OpenCensus, whose trace package
// needs an LRU list.
func TestImports(t *testing.T) {
	allowed := []string{"github.com/ocgen/ocgen/runtime", "go.opencensus.io", "github.com/golang/groupcache/lru"}
	for _, pkg := range []string{".", "./console"} {
		out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", pkg).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		deps := strings.Fields(string(out))
		if len(deps) < 2 {
			t.Errorf("%s: %v is not all it needs", pkg, deps)
		}
		for _, dep := range deps {
			if !below(dep, allowed) {
				t.Errorf("%s links %s: what an exporter needs belongs in its subpackage", pkg, dep)
			}
		}
	}
}

// below reports whether a package is one of those listed or below one.
func below(pkg string, listed []string) bool {
	for _, l := range listed {
		if pkg == l || strings.HasPrefix(pkg, l+"/") {
			return true
		}
	}
	return false
}
