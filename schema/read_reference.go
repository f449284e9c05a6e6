package schema

import (
	"regexp"
	"strings"
)

// referencePattern separates an import path and the name of a variable.
var referencePattern = regexp.MustCompile(`^([A-Za-z0-9][-A-Za-z0-9_.~/]*[A-Za-z0-9])\.(_*[A-Za-z][A-Za-z0-9_]*)$`)

// versionPattern matches the end of an import path such as gopkg.in/yaml.v3.
var versionPattern = regexp.MustCompile(`^v[0-9]+$`)

// readReference reads a variable of another package, "import/path.Name".
func (r *reader) readReference(f *fields) *Reference {
	text := f.text("existing")
	if text == "" {
		return nil
	}
	m := referencePattern.FindStringSubmatch(text)
	switch {
	case m == nil || versionPattern.MatchString(m[2]) || len(text) > maxNameBytes || strings.Contains(m[1], "//") || strings.Contains(m[1], "/../"):
		r.report("bad-value", f.place("existing"), "existing %s does not name a Go variable; write its import path, a dot and its name, such as go.opencensus.io/plugin/ochttp.ServerLatency", quote(text))
		return nil
	case !isExported(m[2]):
		cure := "export it there, for example as %s, and write that name here"
		if isKnown(m[1], exported(m[2])) {
			cure = "write %s"
		}
		r.report("bad-value", f.place("existing"), "existing %s is not exported by its package, so generated code cannot use it; "+cure, quote(text), exported(m[2]))
		return nil
	}
	return &Reference{Place: f.place("existing"), Path: m[1], Name: m[2]}
}

// exported returns the exported form of a name, e.g. "KeyTenant" for "_keyTenant".
func exported(name string) string {
	name = strings.TrimLeft(name, "_")
	return strings.ToUpper(name[:1]) + name[1:]
}
