package baseline

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"

	"github.com/ocgen/ocgen/internal/cli"
	"github.com/ocgen/ocgen/schema"
)

// Paths returns the paths in the base of the schemas of now, by their names.
func Paths(b Base, areas []cli.Area, now []cli.Source) (map[string]string, error) {
	paths := map[string]string{}
	for _, area := range areas {
		at, err := b.At(area)
		if err != nil {
			return nil, err
		}
		for _, s := range now {
			if rel, ok := area.Rel(s.Name); ok && paths[s.Name] == "" {
				paths[s.Name] = path.Join(at, rel)
			}
		}
	}
	return paths, nil
}

// Load returns the schemas of the base in the areas, each once. paths are those of now.
func Load(b Base, areas []cli.Area, paths map[string]string) ([]File, error) {
	if _, ok := b.(file); ok {
		return loadOne(b, paths)
	}
	if isFolder(b) && differentFolders(areas) {
		return nil, fmt.Errorf("--against %s is one folder, and the arguments are in several; compare one at a time", b)
	}
	var all []File
	seen := map[string]bool{}
	for _, area := range areas {
		at, err := b.At(area)
		if err != nil {
			return nil, err
		}
		files, err := b.Files(area, at)
		if err != nil {
			return nil, err
		}
		all = append(all, slices.DeleteFunc(files, func(f File) bool {
			again := seen[f.Path]
			seen[f.Path] = true
			return again
		})...)
	}
	return all, nil
}

// isFolder reports whether the paths in the base are those in one folder of now.
func isFolder(b Base) bool {
	c, isCommit := b.(commit)
	return !isCommit || c.within
}

func differentFolders(areas []cli.Area) bool {
	return slices.ContainsFunc(areas, func(a cli.Area) bool { return a.Dir != areas[0].Dir })
}

// loadOne returns the one schema of the base with the path of the one schema of now.
func loadOne(b Base, paths map[string]string) ([]File, error) {
	if len(paths) != 1 {
		return nil, errors.New("--against with a file compares one schema with it; name this schema, or give a folder or a commit")
	}
	files, err := b.Files(cli.Area{}, "")
	if err != nil {
		return nil, err
	}
	for name, at := range paths {
		files[0].Path, files[0].NowName = at, name
	}
	return files, nil
}

// Parse parses a schema of the base. A schema without a package has the one of its Go
// file in the base, or of the folder.
func Parse(b Base, f File) (*schema.Schema, schema.Problems) {
	parsed, problems := schema.Parse(f.Data, schema.Options{
		File: f.Path, // the Go file has its name by default
		DefaultPackage: func(goFile string) string {
			if data, ok := b.read(path.Join(path.Dir(f.Path), goFile)); ok {
				if name, ok := cli.PackageClause(goFile, data); ok {
					return name
				}
			}
			return cli.DefaultPackage(filepath.Join(filepath.Dir(filepath.FromSlash(f.NowName)), filepath.FromSlash(goFile)))
		},
	})
	if parsed != nil {
		parsed.File = f.Name
	}
	for i := range problems {
		problems[i].File = f.Name
	}
	return parsed, problems
}
