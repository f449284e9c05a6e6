package generator

import (
	"go/token"
	"regexp"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// References of a schema to other packages are import paths, and a path does not
// determine the name of its package. By custom the name is the last element of the
// path, which is used if possible. If it cannot be a name (a version, not an
// identifier, a name in use), the import gets another name, which works for any package
// name.

// ownImports are the names of the packages that generated code always imports.
var ownImports = []string{"context", "time", "math", "metric", "record", "series", "census", "otelctx", "slo", "stats", "view", "tag"}

var ownPaths = []string{
	templates.ContextPath, templates.TimePath, templates.MathPath, templates.MetricPath, templates.RecordPath,
	templates.SeriesPath, templates.CensusPath, templates.OTelCtxPath, templates.SLOPath, templates.StatsPath, templates.ViewPath, templates.TagPath,
}

// references returns the sorted import paths that the schema names.
func references(s *schema.Schema) []string {
	var paths []string
	for _, m := range s.Measures {
		if m.Existing != nil {
			paths = append(paths, m.Existing.Path)
		}
	}
	for _, t := range s.Tags {
		if t.Existing != nil {
			paths = append(paths, t.Existing.Path)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// importNames returns a name for each import path. The names differ from each other and
// from all names in declared. Two packages with the same last element both get a longer
// name, so that neither is confused with the other.
func importNames(paths []string, declared map[string]bool) map[string]string {
	same := map[string]int{}
	for _, p := range paths {
		same[importName(p, 0)]++
	}
	named, used := map[string]string{}, map[string]bool{}
	for _, p := range paths {
		if slices.Contains(ownPaths, p) {
			continue
		}
		elements := 0
		if same[importName(p, 0)] > 1 {
			elements++
		}
		name := importName(p, elements)
		for used[name] || !free(name, declared) {
			elements++
			name = importName(p, elements)
		}
		used[name] = true
		named[p] = name
	}
	return named
}

// refused are names that an import must not have: by Go's rules, or because jennifer
// would choose another name than planned.
var refused = []string{"_", "init", "main", "err", "generatedSLOs"}

// free reports whether an import can have the name.
func free(name string, declared map[string]bool) bool {
	return !declared[name] && !meansMore(name) && !slices.Contains(refused, name) &&
		!slices.Contains(ownImports, name) && !slices.Contains(locals, name)
}

var (
	version = regexp.MustCompile(`^v[0-9]+$`)
	dotted  = regexp.MustCompile(`\.v[0-9]+$`) // as in paths of gopkg.in
	noLong  = regexp.MustCompile(`[^A-Za-z0-9_]+`)
)

// importName returns a name from the last element of a path that is not a version, with
// the given number of elements before it: "ochttp", "pluginochttp". If there are no
// more elements, it adds "pkg", "pkgpkg" and so on in front.
func importName(path string, more int) string {
	elements := strings.Split(path, "/")
	if last := len(elements) - 1; last > 0 && version.MatchString(elements[last]) {
		elements = elements[:last]
	}
	last := len(elements) - 1
	elements[last] = dotted.ReplaceAllString(elements[last], "")
	name := strings.Repeat("pkg", max(0, more-last)) + strings.Join(elements[max(0, last-more):], "")
	name = strings.TrimLeft(noLong.ReplaceAllString(name, ""), "0123456789")
	if name == "" {
		return strings.Repeat("pkg", more+1)
	}
	return name
}

// fileImports returns the import of each package that the file may use.
func (n *names) fileImports(s *schema.Schema) []templates.Import {
	var all []templates.Import
	for i, p := range ownPaths {
		own := templates.Import{Path: p, Name: ownImports[i]}
		if p == templates.CensusPath && !s.Generate.OpenTelemetry() {
			own.Blank = "exporters have the views of other packages too"
		}
		all = append(all, own)
	}
	for _, p := range references(s) {
		name, ok := n.imports[p]
		if !ok {
			continue // one of ocgen's packages
		}
		last := p[strings.LastIndex(p, "/")+1:]
		all = append(all, templates.Import{Path: p, Name: name, Alias: name != last || !token.IsIdentifier(last)})
	}
	return all
}
