package cli

import (
	"os"
	"path/filepath"
)

// IsImportable reports whether other modules can import the Go package in a folder, as far
// as its path decides: it is not below a folder "internal" of its module. The folder need
// not exist.
func IsImportable(dir string) bool {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return false
	}
	for {
		parent := filepath.Dir(abs)
		switch {
		case filepath.Base(abs) == "internal":
			return false
		case parent == abs || exists(filepath.Join(abs, "go.mod")):
			return true
		}
		abs = parent
	}
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
