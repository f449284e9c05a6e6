package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// treeOf returns the folder of an argument for a whole tree, e.g. "services" for
// "services/...", and "." for "./...".
func treeOf(arg string) (root string, ok bool) {
	slashed := filepath.ToSlash(arg)
	if slashed == "..." {
		return ".", true
	}
	root, ok = strings.CutSuffix(slashed, "/...")
	if root == "" {
		root = "/"
	}
	return filepath.FromSlash(root), ok
}

// loadTree reads the schemas in a folder and in all folders below it, each folder before
// the folders in it. Like the go command it follows no symbolic link, except for the
// root. A folder that cannot be read is an error, because its schemas would be missing.
func (l *loader) loadTree(arg, root string) error {
	found, err := l.loadBelow(root)
	if err != nil || found || l.mayBeEmpty {
		return err
	}
	return fmt.Errorf("no schema in %s: %s; the search leaves out vendor, node_modules, testdata, folders that begin with . or _, and other Go modules", arg, schemaCure)
}

func (l *loader) loadBelow(dir string) (found bool, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false, fmt.Errorf("%s: %w", dir, cause(err))
	}
	found, err = l.loadEntries(dir, entries)
	failed := []error{err}
	for _, entry := range entries {
		if !entry.IsDir() || IsLeftOut(entry.Name()) {
			continue
		}
		if sub := filepath.Join(dir, entry.Name()); !isModule(sub) {
			below, err := l.loadBelow(sub)
			found = found || below
			failed = append(failed, err)
		}
	}
	return found, errors.Join(failed...)
}

// IsLeftOut reports whether a tree's schemas leave out the folders of this name: copies of
// other projects, data of tests, files of tools.
func IsLeftOut(name string) bool {
	return name == "vendor" || name == "node_modules" || name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// isModule reports whether a folder is the root of a Go module.
func isModule(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil && !info.IsDir()
}
