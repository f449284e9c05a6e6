package schema

import (
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// Options are facts that a schema does not contain itself.
type Options struct {
	// File is the schema's name in problems, as the user gave it.
	File string
	// DefaultPackage returns the Go package name for a schema without one, or "" if there
	// is no default. Its argument is the path of the schema's Go output: slash-separated,
	// relative to the schema's folder. If the function is nil, there is no default.
	DefaultPackage func(goFile string) string
	// PackageBeside returns the package clause of the other Go files in the folder of that
	// output, or "" if there are none. If the function is nil, there are none.
	PackageBeside func(goFile string) string
	// Today is the date for rules about dates, e.g. "2027-03-02". If it is "", these
	// rules report nothing: no rule reads the clock.
	Today string
}

// Parse reads a schema and returns all its problems, sorted by place. The schema is nil
// if there is an error, otherwise code can be generated from it. Parse does not keep
// src.
func Parse(src []byte, opts Options) (*Schema, Problems) {
	r := newReader(opts)
	r.rules, r.sections = ruleTable(), sectionTable()
	for _, row := range allowableRules() {
		r.allowable = append(r.allowable, row.ID)
	}
	// 1. bytes → nodes
	if root := r.document(src); root != nil {
		// 2. nodes → model → problems, then again for each environment
		r.read(root, opts)
		r.resolve(root, opts)
		r.checkAllowances()
	}
	if r.errors > 0 {
		return nil, sorted(r.problems)
	}
	return r.schema, sorted(r.problems)
}

// newReader returns a reader without the tables of the language.
func newReader(opts Options) *reader {
	return &reader{
		file:      opts.File,
		today:     opts.Today,
		schema:    &Schema{File: opts.File},
		buckets:   map[string]*bucketSet{},
		tags:      map[string]*Tag{},
		measures:  map[string]*Measure{},
		views:     map[string]*View{},
		ambiguous: map[string]bool{},

		tagMarks:     marks[Tag, tagMarks]{},
		measureMarks: marks[Measure, measureMarks]{},
		viewMarks:    marks[View, viewMarks]{},
		sloMarks:     marks[SLO, sloMarks]{},
		cutMarks:     marks[Cut, cutMarks]{},
		whereUnread:  map[*Selection]bool{},

		unread:  map[string]bool{},
		guesses: mostGuesses,
	}
}

// read reads nodes into the model, and checks it.
func (r *reader) read(root *yaml.Node, opts Options) {
	r.readSchema(root, opts)
	r.checkIdentifiers()
	r.applyRules()
}

// readSchema reads the top level. It reads sections in the order of the table, in which
// they refer to each other. The order in the file does not matter.
func (r *reader) readSchema(root *yaml.Node, opts Options) {
	if r.isLater(root) {
		return
	}
	f := r.section("schema", root, Place{1, 1}, "the schema")
	if f.broken {
		return
	}
	r.checkVersion(f)
	s := r.schema
	r.scope = r.readScope(f, nil)
	s.Allows = r.scope.ofBreaking()
	s.Sections = map[string]Place{}
	for name, key := range f.keys {
		s.Sections[name] = place(key)
	}
	f.fill(s)
	s.Owner = r.readOwner(f, "")
	s.Prefix = r.readPrefix(f)
	for _, name := range f.section.names {
		if read := f.section.keys[name].read; read != nil {
			read(r, f)
		}
	}
	r.readUnusedSets()
	r.includeThresholds()
	r.resolveChannels()
	r.readPackage(f, opts)
}

// laterVersion matches versions that this ocgen does not know. Such a schema may be
// correct.
var laterVersion = regexp.MustCompile(`^v[0-9.]+$`)

// isLater reports a schema of another version. Its other problems are not reported.
func (r *reader) isLater(root *yaml.Node) bool {
	if root.Kind != yaml.MappingNode {
		return false
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := deref(root.Content[i]), deref(root.Content[i+1])
		if key.Value == "ocgen" && value.Value != "v1" && laterVersion.MatchString(value.Value) {
			r.report("version", place(value), "the schema has the language version %s, and this ocgen reads only v1; install a newer ocgen, or write \"ocgen: v1\"", clip(value.Value))
			return true
		}
	}
	return false
}

func (r *reader) checkVersion(f *fields) {
	if n := f.entries["ocgen"]; n != nil && n.Value != "v1" {
		r.report("version", place(n), "ocgen is %s, which is not a language version; write \"ocgen: v1\"", kindOf(n))
	}
}

// readPrefix reads the start of all exported names. It reports a prefix that makes
// every name invalid, so that the names are not reported one by one.
func (r *reader) readPrefix(f *fields) string {
	n := f.entries["prefix"]
	switch {
	case n == nil || !r.isLine(n, "prefix"):
		return ""
	case len(n.Value) > maxNameBytes || !isPrintableASCII(n.Value):
		r.report("name-charset", place(n), "the prefix %s must be printable ASCII of at most %d characters: OpenCensus allows no other names", quote(n.Value), maxNameBytes)
		return ""
	}
	return n.Value
}

// readPackage sets the name of the Go package: the schema's own, or the default.
func (r *reader) readPackage(f *fields, opts Options) {
	name := f.text("package")
	if name == "" && !f.has("package") && opts.DefaultPackage != nil {
		name = opts.DefaultPackage(r.schema.Generate.Go)
	}
	switch {
	case name == "" && f.meant["package"]:
	case name == "" && !f.has("package"):
		r.report("package-name", f.at, "the schema has no \"package\", and the folder's name is not a Go package name; add a line such as \"package: metrics\"")
	case name == "":
	case isKeyword(name):
		r.report("package-name", f.place("package"), "the package name %s is a Go keyword; write another name, such as \"package: metrics\"", quote(name))
	case !isGoIdentifier(name):
		r.report("package-name", f.place("package"), "the package name %s is not a valid Go name; use letters and digits, such as \"package: metrics\"", quote(name))
	case name == "documentation":
		r.report("package-name", f.place("package"), "the package name %s does not work, because Go ignores the files of such a package; write another name, such as \"package: metrics\"", quote(name))
	case strings.HasSuffix(name, "_test"):
		r.report("package-name", f.place("package"), "the package name %s ends in _test, which Go reserves for tests; delete the _test", quote(name))
	case f.has("package") && opts.PackageBeside != nil:
		if beside := opts.PackageBeside(r.schema.Generate.Go); beside != "" && beside != name {
			r.report("package-name", f.place("package"), "the package is %q, but the Go files beside %s are package %q, and a folder holds one Go package; write \"package: %s\", or move the Go file to another folder with generate.go", name, r.schema.Generate.Go, beside, beside)
		}
	}
	r.schema.Package = name
}
