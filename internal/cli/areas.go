package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// An Area is the part of the file system that an argument names.
type Area struct {
	Dir  string // e.g. "services"
	File string // the base name of a schema; "" for the schemas of the folder
	Tree bool   // the folders below Dir too
}

// Areas returns the areas of the arguments, which exist.
func Areas(args []string) ([]Area, error) {
	if len(args) == 0 {
		args = []string{"."}
	}
	var all []Area
	for _, arg := range args {
		area, err := areaOf(arg)
		if err != nil {
			return nil, err
		}
		all = append(all, area)
	}
	return all, nil
}

func areaOf(arg string) (Area, error) {
	if arg == Stdin {
		return Area{}, errors.New("a schema from standard input is in no folder, so it has no earlier version; name a file")
	}
	if root, ok := treeOf(arg); ok {
		return Area{Dir: root, Tree: true}, nil
	}
	if info, err := os.Stat(arg); err == nil && info.IsDir() {
		return Area{Dir: filepath.Clean(arg)}, nil
	}
	dir, base := filepath.Split(arg)
	return Area{Dir: filepath.Clean(dir), File: base}, nil
}

// Rel returns the path of a schema relative to the area's folder, with slashes. ok is
// false for schemas that are not in the area.
func (a Area) Rel(name string) (rel string, ok bool) {
	rel, err := filepath.Rel(a.Dir, filepath.FromSlash(name))
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", false
	}
	in := a.Tree || filepath.Dir(rel) == "."
	return filepath.ToSlash(rel), in && (a.File == "" || rel == a.File)
}
