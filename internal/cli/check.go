package cli

import (
	"path/filepath"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
)

// A Checked is a source with the schema that was read from it.
type Checked struct {
	Source
	Schema *schema.Schema // nil if it has errors
}

// Check parses the sources and returns the problems of all of them, in their order.
func Check(sources []Source) ([]Checked, schema.Problems) {
	var all []Checked
	var problems schema.Problems
	for _, src := range sources {
		parsed, found := schema.Parse(src.Data, schema.Options{
			File: src.Name,
			DefaultPackage: func(goFile string) string {
				return DefaultPackage(filepath.Join(src.Dir, filepath.FromSlash(goFile)))
			},
			PackageBeside: func(goFile string) string {
				return PackageBeside(filepath.Join(src.Dir, filepath.FromSlash(goFile)))
			},
		})
		all = append(all, Checked{src, parsed})
		problems = append(problems, found...)
	}
	return all, problems
}

// Generate returns the files of the schema. An error is a bug of ocgen.
func (c Checked) Generate() (outfiles.Output, error) {
	files, err := generator.Generate(c.Schema)
	return outfiles.Output{Dir: c.Dir, Schema: c.Base, Files: files}, err
}
