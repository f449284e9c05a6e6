package outfiles

import (
	"os"
	"path/filepath"
	"strings"
)

// Claims are the output paths of a schema, relative to its folder.
type Claims struct {
	Unknown bool     // the schema has mistakes, so its output paths are not known
	Files   []string // the Go file and the page
	Folders []string // of JSON
}

// A ClaimsReader returns the claims of the schema in a file, and false for a file that
// is not a schema.
type ClaimsReader func(file string) (Claims, bool)

// others are the schemas that are not part of this run, in the folders that were read
// so far. A file's header names its schema without a folder, and a schema that was
// renamed still generates files that name the old schema. So before a file counts as an
// orphan, the claims of all schemas in its folder and in the folders above it are read.
type others struct {
	read    ClaimsReader
	run     map[string]bool          // paths of the run's schemas
	folders map[string][]otherSchema // by folder
}

// An otherSchema is a schema that is not part of this run.
type otherSchema struct {
	dir, base string // its folder and its base name
	Claims
}

// want reports whether one of the schemas generates a file, or may generate it. The
// file names its schema by base name.
func (o *others) want(file, named string) bool {
	for dir, below := filepath.Dir(file), ""; dir != below; dir = filepath.Dir(dir) {
		for _, s := range o.in(dir) {
			if s.wants(file, named) || s.Unknown && dir == filepath.Dir(file) {
				return true
			}
		}
		below = dir
	}
	return false
}

// wants ignores letter case, as some file systems do. In doubt a file is kept.
func (s otherSchema) wants(file, named string) bool {
	if s.Unknown {
		return named == s.base
	}
	for _, own := range s.Files {
		if strings.EqualFold(filepath.Join(s.dir, own), file) {
			return true
		}
	}
	for _, folder := range s.Folders {
		if strings.EqualFold(filepath.Join(s.dir, folder), filepath.Dir(file)) {
			return true
		}
	}
	return false
}

// in returns the other schemas directly in a folder.
func (o *others) in(dir string) []otherSchema {
	if known, ok := o.folders[dir]; ok {
		return known
	}
	var all []otherSchema
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		at := filepath.Join(dir, entry.Name())
		if o.run[at] {
			continue
		}
		if c, ok := o.read(at); ok {
			all = append(all, otherSchema{dir, entry.Name(), c})
		}
	}
	o.folders[dir] = all
	return all
}
