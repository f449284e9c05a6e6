package generator

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/ocgen/ocgen/schema"
)

// others are the schemas that are not of this run, in the folders that were asked for.
// A file's header names its schema without a folder, and a schema that was renamed
// still wants the files that name the old one. So before a file counts as an orphan,
// the schemas in its folder and in those above it are read for what they want.
type others struct {
	run     map[string]bool     // paths of the run's schemas
	folders map[string][]claims // by folder
}

// claims are the places that a schema wants.
type claims struct {
	schema  string   // its base name
	unknown bool     // the schema has mistakes, so what it wants is not known
	file    string   // the Go file
	folders []string // of JSON
}

// want reports whether one of the schemas wants a file, or may want it. The file names
// its schema by base name.
func (o *others) want(file, named string) bool {
	for dir, below := filepath.Dir(file), ""; dir != below; dir = filepath.Dir(dir) {
		for _, c := range o.in(dir) {
			if c.want(file, named) || c.unknown && dir == filepath.Dir(file) {
				return true
			}
		}
		below = dir
	}
	return false
}

// want compares as file systems that fold letter case do: a file too many is kept.
func (c claims) want(file, named string) bool {
	if c.unknown {
		return named == c.schema
	}
	if strings.EqualFold(c.file, file) {
		return true
	}
	for _, folder := range c.folders {
		if strings.EqualFold(folder, filepath.Dir(file)) {
			return true
		}
	}
	return false
}

// in returns what the schemas right in a folder want.
func (o *others) in(dir string) []claims {
	if known, ok := o.folders[dir]; ok {
		return known
	}
	var all []claims
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		at := filepath.Join(dir, entry.Name())
		if ext := filepath.Ext(at); o.run[at] || ext != ".yaml" && ext != ".yml" {
			continue
		}
		if c, ok := readClaims(at); ok {
			all = append(all, c)
		}
	}
	o.folders[dir] = all
	return all
}

// readClaims returns false for a file that is no schema.
func readClaims(at string) (claims, bool) {
	info, err := os.Stat(at)
	if err != nil || !info.Mode().IsRegular() || info.Size() > schema.MaxBytes {
		return claims{}, false
	}
	data, err := os.ReadFile(at)
	if err != nil || !schema.IsSchema(data) {
		return claims{}, false
	}
	dir, base := filepath.Split(at)
	parsed, _ := schema.Parse(data, schema.Options{
		File:           base,
		DefaultPackage: func(string) string { return "p" }, // what it is does not matter here
	})
	if parsed == nil {
		return claims{schema: base, unknown: true}, true
	}
	c := claims{schema: base, file: filepath.Join(dir, parsed.Generate.Go)}
	for _, folder := range []string{parsed.Generate.SLO, parsed.Generate.Descriptors} {
		if folder != "" {
			c.folders = append(c.folders, filepath.Join(dir, folder))
		}
	}
	return c, true
}
