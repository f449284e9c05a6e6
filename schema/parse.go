package schema

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// Options are what a schema cannot say of itself.
type Options struct {
	// File is the schema's name in problems, as the user gave it.
	File string
	// DefaultPackage returns the Go package name for a schema that gives none,
	// from the path of its Go output (slash-separated, relative to the schema's
	// folder); "" if there is none to be had. A nil function never has one.
	DefaultPackage func(goFile string) string
}

// Parse reads a schema and returns all its problems, sorted by place. The
// schema is nil if one of them is an error; otherwise code can be generated
// from it. Parse does not keep src.
func Parse(src []byte, opts Options) (*Schema, Problems) {
	r := &reader{
		file:     opts.File,
		rules:    ruleTable(),
		schema:   &Schema{File: opts.File},
		buckets:  map[string]*bucketSet{},
		tags:     map[string]*Tag{},
		measures: map[string]*Measure{},
		views:    map[string]*View{},
		unread:   map[string]bool{},
	}
	// 1. bytes → nodes
	if root := r.document(src); root != nil {
		// 2. nodes → model
		r.readSchema(root, opts)
		// 3. model → problems
		r.checkIdentifiers()
		r.applyRules()
		r.checkAllowances()
	}
	if r.errors > 0 {
		return nil, sorted(r.problems)
	}
	return r.schema, sorted(r.problems)
}

// readSchema reads the top level. Sections come in the order in which they
// refer to each other, whatever their order in the file.
func (r *reader) readSchema(root *yaml.Node, opts Options) {
	f := r.fields(root, Place{1, 1}, "the schema",
		"ocgen", "package", "description", "prefix", "buckets", "tags", "measures", "events",
		"service", "slos", "monitoring", "generate", "allow")
	if f.broken {
		return
	}
	r.checkVersion(f)
	s := r.schema
	s.scope = r.readScope(f, nil)
	s.Description = f.description("description")
	s.Prefix = f.text("prefix")
	r.readBucketSets(f)
	r.readTags(f)
	r.readMeasures(f)
	r.readEvents(f)
	r.readService(f)
	r.readSLOs(f)
	r.includeThresholds()
	r.readMonitoring(f)
	r.readGenerate(f)
	r.readPackage(f, opts)
}

func (r *reader) checkVersion(f *fields) {
	f.require("ocgen")
	if f.has("ocgen") && f.entries["ocgen"].Value != "v1" {
		r.report("version", f.place("ocgen"), `"ocgen" is the version of the language, %s; this ocgen reads v1`, kindOf(f.entries["ocgen"]))
	}
}

// readPackage settles the Go package's name: the schema's own, or the default.
func (r *reader) readPackage(f *fields, opts Options) {
	name := f.text("package")
	if name == "" && !f.has("package") && opts.DefaultPackage != nil {
		name = opts.DefaultPackage(r.schema.Generate.Go)
	}
	switch {
	case name == "" && !f.has("package"):
		r.report("package-name", f.at, "the folder's name is not a Go package name; add a line such as \"package: metrics\"")
	case name == "":
	case !isGoIdentifier(name) || isKeyword(name) || name == "_":
		r.report("package-name", f.place("package"), "%q is not a Go package name", name)
	case strings.HasSuffix(name, "_test"):
		r.report("package-name", f.place("package"), "%q is the name of a test package; drop the _test", name)
	}
	r.schema.Package = name
}
