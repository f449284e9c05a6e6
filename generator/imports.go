package generator

import (
	"go/token"
	"regexp"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// What a schema refers to in other packages has to be imported by path, and the
// name of a package does not follow from its path for certain. The last element
// is its name by custom, and is used as it is; where it cannot be (a version, no
// identifier, a name that is taken) the import gets a name of its own, which is
// valid whatever the package calls itself.

// ownImports are the names of the packages that generated code always imports.
var ownImports = []string{"context", "time", "math", "metric", "record", "series", "census", "slo", "stats", "view", "tag"}

var ownPaths = []string{
	templates.ContextPath, templates.TimePath, templates.MathPath, templates.MetricPath, templates.RecordPath,
	templates.SeriesPath, templates.CensusPath, templates.SLOPath, templates.StatsPath, templates.ViewPath, templates.TagPath,
}

// references returns the import paths that the schema names, sorted.
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

// importNames names the imports of paths so that they differ from each other
// and from everything in declared. Two packages with one last element both get
// the longer name, so that neither is taken for the other.
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

// refused are names that an import cannot have, by Go's rules or by jennifer's,
// which would choose another one than planned.
var refused = []string{"_", "init", "main", "err"}

// free reports whether an import may have the name.
func free(name string, declared map[string]bool) bool {
	return !declared[name] && !meansMore(name) && !slices.Contains(refused, name) &&
		!slices.Contains(ownImports, name) && !slices.Contains(locals, name)
}

var (
	version = regexp.MustCompile(`^v[0-9]+$`)
	dotted  = regexp.MustCompile(`\.v[0-9]+$`) // of gopkg.in
	noLong  = regexp.MustCompile(`[^A-Za-z0-9_]+`)
)

// importName makes a name of the last element of a path that is no version,
// with so many elements more before it: "ochttp", "pluginochttp". When none are
// left it goes on with "pkg", "pkgpkg" and so on before them.
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

// fileImports returns how the file imports each package that it may use.
func (n *names) fileImports(s *schema.Schema) []templates.Import {
	var all []templates.Import
	for i, p := range ownPaths {
		own := templates.Import{Path: p, Name: ownImports[i]}
		if p == templates.CensusPath {
			own.Blank = "exporters have the views of other packages too"
		}
		all = append(all, own)
	}
	for _, p := range references(s) {
		name, ok := n.imports[p]
		if !ok {
			continue // one of ours
		}
		last := p[strings.LastIndex(p, "/")+1:]
		all = append(all, templates.Import{Path: p, Name: name, Alias: name != last || !token.IsIdentifier(last)})
	}
	return all
}
