package cli

import (
	"cmp"
	"path/filepath"
	"slices"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
)

// A Checked is a source with the schema that was read from it.
type Checked struct {
	Source
	Schema *schema.Schema // nil if it has errors
	Notes  []schema.Note  // by place
}

// Check parses the sources, compares the schemas with each other, and returns the
// problems of all of them, in their order. today is the date for rules about dates:
// see [schema.Options].
func Check(sources []Source, today string) ([]Checked, schema.Problems) {
	all := make([]Checked, len(sources))
	own := make([]schema.Problems, len(sources))
	var parsed []*schema.Schema
	for i, src := range sources {
		all[i], own[i] = parse(src, today)
		if s := all[i].Schema; s != nil {
			parsed = append(parsed, s)
		}
	}
	found := schema.CheckRun(parsed)
	var problems schema.Problems
	for i := range all {
		of := found[all[i].Schema]
		all[i].Notes = append(all[i].Notes, of.Notes...)
		slices.SortStableFunc(all[i].Notes, byPlace)
		problems = append(problems, own[i].With(of.Problems)...)
	}
	return all, problems
}

func byPlace(a, b schema.Note) int {
	return cmp.Or(cmp.Compare(a.Place.Line, b.Place.Line), cmp.Compare(a.Place.Col, b.Place.Col))
}

func parse(src Source, today string) (Checked, schema.Problems) {
	parsed, problems := schema.Parse(src.Data, schema.Options{
		File:  src.Name,
		Today: today,
		DefaultPackage: func(goFile string) string {
			return DefaultPackage(filepath.Join(src.Dir, filepath.FromSlash(goFile)))
		},
		PackageBeside: func(goFile string) string {
			return PackageBeside(filepath.Join(src.Dir, filepath.FromSlash(goFile)))
		},
	})
	c := Checked{Source: src, Schema: parsed}
	if parsed != nil {
		c.Notes = parsed.Notes()
	}
	return c, problems
}

// Generate returns the files of the schema. An error is a bug of ocgen.
func (c Checked) Generate() (outfiles.Output, error) {
	files, err := generator.Generate(c.Schema)
	return outfiles.Output{Dir: c.Dir, Schema: c.Base, Files: files}, err
}

// Page returns one page in Markdown about the schemas, which have no errors.
func Page(checked []Checked) []byte {
	var schemas []*schema.Schema
	for _, c := range checked {
		schemas = append(schemas, c.Schema)
	}
	return generator.Page(schemas)
}
