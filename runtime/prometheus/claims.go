package prometheus

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// claims are the names of an exposition with the families that own them.
type claims map[string]*family

// newClaims returns claims with only the metric of this package.
func newClaims() claims {
	own := &family{source: leftOutName, name: leftOutName, kind: gauge, help: leftOutHelp}
	return claims{leftOutName: own}
}

// take claims the names of the family. It returns an error if another family owns one of
// them. Metrics of the same name, kind and description are one family: producers may share
// it, each with series of its own.
func (c claims) take(f *family) error {
	for _, name := range f.owned() {
		if first := c[name]; first != nil && (!first.same(f) || first.source == leftOutName) {
			return collision(first, f, name)
		}
	}
	for _, name := range f.owned() {
		c[name] = f
	}
	return nil
}

func (f *family) same(g *family) bool {
	return f.source == g.source && f.kind == g.kind && f.help == g.help
}

func collision(first, second *family, name string) error {
	if first.source != second.source {
		return fmt.Errorf("metrics %q and %q both use the name %s in Prometheus: rename one of them", first.source, second.source, name)
	}
	return fmt.Errorf("two different metrics have the name %q, a %s described as %q and a %s described as %q: rename one of them",
		first.source, first.kind, first.help, second.kind, second.help)
}

// A registered is a list of generated packages, checked.
type registered struct {
	packages    []*record.Package
	descriptors map[string]metric.Descriptor // by name
	problems    []error
}

// checkPackages returns the descriptors of the packages and the problems of their names,
// also of two packages together. A package may demand a namespace.
func (n naming) checkPackages(packages []*record.Package) *registered {
	r := &registered{packages: packages, descriptors: map[string]metric.Descriptor{}}
	names := newClaims()
	for _, p := range packages {
		if want := p.Prometheus(); want != nil && want.Namespace != n.namespace {
			r.problems = append(r.problems, fmt.Errorf("package %s: its schema has the namespace %q, and Options.Namespace is %q, so the rules of its SLOs would find no series: "+
				"write the same in both, under prometheus in the schema and in Options", p.Name(), want.Namespace, n.namespace))
		}
		for _, d := range p.Descriptors() {
			f, err := n.familyOf(d, nil)
			if err == nil {
				err = names.take(f)
			}
			if err != nil {
				r.problems = append(r.problems, fmt.Errorf("metric %q of package %s: %w", d.Name, p.Name(), err))
				continue
			}
			r.descriptors[d.Name] = d
		}
	}
	return r
}

// has reports whether a metric is one of the packages' metrics, and does not only have the
// same name.
func (r *registered) has(d metric.Descriptor) bool {
	ours, ok := r.descriptors[d.Name]
	return ok && ours.Type == d.Type && ours.Description == d.Description &&
		slices.EqualFunc(ours.LabelKeys, d.LabelKeys, func(a, b metric.LabelKey) bool { return a.Key == b.Key })
}

func (r *registered) err() error {
	if err := errors.Join(r.problems...); err != nil {
		return fmt.Errorf("prometheus: %w", err)
	}
	return nil
}
