//go:build go1.25

package outfiles

import (
	"os"
	"time"
)

func renameIn(root *os.Root, from, to string) error { return root.Rename(from, to) }

func linkIn(root *os.Root, from, to string) error { return root.Link(from, to) }

func chtimesIn(root *os.Root, name string, modified time.Time) error {
	return root.Chtimes(name, modified, modified)
}
