package prometheus

import (
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

func newDemanding(name, namespace string) *record.Package {
	return record.NewPackage(record.PackageInfo{
		Name: name, Prometheus: &record.Prometheus{Namespace: namespace},
		Descriptors: func() []metric.Descriptor { return []metric.Descriptor{counted(name + "/count")} },
	})
}

// TestNamespaceOfSchema checks that a handler has the namespace for which the rules of SLOs
// are written. Packages without rules accept any.
func TestNamespaceOfSchema(t *testing.T) {
	register(t, "free", counted("free/count"))
	for _, c := range []struct {
		schema, handler string
		fits            bool
	}{{"shop", "shop", true}, {"", "", true}, {"shop", "", false}, {"", "shop", false}, {"shop", "shop2", false}} {
		p := newDemanding("demanding", c.schema)
		if err := p.Register(); err != nil {
			t.Fatal(err)
		}
		_, err := New(Options{Namespace: c.handler})
		if c.fits != (err == nil) || !c.fits && !strings.Contains(err.Error(), "package demanding: its schema has the namespace") {
			t.Errorf("%q with %q: %v", c.schema, c.handler, err)
		}
		p.Unregister()
	}
}

// TestNamespaceOfLaterPackage checks a package that is registered after New.
func TestNamespaceOfLaterPackage(t *testing.T) {
	h, log := newHandler(t, Options{})
	p := newDemanding("later", "shop")
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Unregister)
	get(t, h, "")
	get(t, h, "")
	wantReports(t, log, []string{`package later: its schema has the namespace "shop", and Options.Namespace is ""`})
}
