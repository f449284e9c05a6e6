package outfiles

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// maxEntries limits the search for orphans below one schema's folder to this number of
// files and folders, nearest to the schema first. It is several times the source tree
// of Go, and takes at most a few seconds.
const maxEntries = 100_000

// search visits the folders below the schema's folder, nearest first. It skips the
// folders that the go command leaves out of "./...": vendor, testdata, folders that
// begin with "." or "_", and other modules. It follows no symbolic links.
func (v *survey) search(s *site) {
	queue := []string{"."}
	for left := v.maxEntries; len(queue) > 0 && left > 0; queue = queue[1:] {
		dir := queue[0]
		if v.visited[s.at(dir)] {
			continue // the folders below it were visited too
		}
		entries := s.list(dir)
		left -= len(entries) + 1
		if dir != "." && isForeign(dir, entries) {
			// A JSON folder may have any name, and a schema of this run may no longer generate it.
			v.findFolder(s, dir, v.isOfRun)
			continue
		}
		v.visit(s, dir, entries)
		for _, entry := range entries {
			if entry.IsDir() {
				queue = append(queue, path.Join(dir, entry.Name()))
			}
		}
	}
}

// isForeign reports whether the go command leaves a folder out of "./...".
func isForeign(dir string, entries []fs.DirEntry) bool {
	name := path.Base(dir)
	if name == "vendor" || name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
		return true
	}
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == "go.mod" && !e.IsDir() })
}
