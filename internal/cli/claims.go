package cli

import (
	"os"
	"path/filepath"

	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
)

// Claims returns the outputs of a schema that is not part of the run: see
// [outfiles.ClaimsReader]. Unlike a folder in the arguments, it also finds schemas
// whose names begin with a dot, so that their files are kept.
func Claims(file string) (outfiles.Claims, bool) {
	if ext := filepath.Ext(file); ext != ".yaml" && ext != ".yml" {
		return outfiles.Claims{}, false
	}
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > schema.MaxBytes {
		return outfiles.Claims{}, false
	}
	data, err := os.ReadFile(file)
	if err != nil || !schema.IsSchema(data) {
		return outfiles.Claims{}, false
	}
	parsed, _ := schema.Parse(data, schema.Options{
		File:           filepath.Base(file),
		DefaultPackage: func(string) string { return "p" }, // the name is not used
	})
	if parsed == nil {
		return outfiles.Claims{Unknown: true}, true
	}
	c := outfiles.Claims{Files: []string{parsed.Generate.Go}}
	for _, o := range parsed.Generate.Outputs {
		for _, to := range parsed.Destinations(o) {
			if o.Page {
				c.Files = append(c.Files, to.Path)
			} else {
				c.Folders = append(c.Folders, to.Path)
			}
		}
	}
	return c, true
}
