//go:build !go1.25

package outfiles

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"time"
)

// In Go 1.24 an os.Root opens and removes files, but does not rename or link them. So
// these three functions use paths, after a check that no link leads out of the root. A
// link that another process adds between the check and the use is not noticed. From Go
// 1.25 on it is.

func renameIn(root *os.Root, from, to string) error { return byPaths(root, from, to, os.Rename) }

func linkIn(root *os.Root, from, to string) error { return byPaths(root, from, to, os.Link) }

func chtimesIn(root *os.Root, name string, modified time.Time) error {
	at, err := pathIn(root, name)
	if err != nil {
		return err
	}
	return os.Chtimes(at, modified, modified)
}

func byPaths(root *os.Root, from, to string, do func(from, to string) error) error {
	from, err := pathIn(root, from)
	if err != nil {
		return err
	}
	to, err = pathIn(root, to)
	if err != nil {
		return err
	}
	return do(from, to)
}

// pathIn returns the path of a file below root. It fails if the path leads to another
// folder than the root itself would open.
func pathIn(root *os.Root, name string) (string, error) {
	dir := path.Dir(name)
	inRoot, err := root.Stat(dir)
	if err != nil {
		return "", err
	}
	named, err := os.Stat(filepath.Join(root.Name(), filepath.FromSlash(dir)))
	if err != nil {
		return "", err
	}
	if !os.SameFile(inRoot, named) {
		return "", &os.PathError{Op: "open", Path: name, Err: errors.New("path escapes from parent")}
	}
	return filepath.Join(root.Name(), filepath.FromSlash(name)), nil
}
