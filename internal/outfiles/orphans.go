package outfiles

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
)

// An orphan is a file of ocgen that no schema generates any more. Its schema changed,
// or was renamed, moved or deleted. Orphans are searched below the folder of each
// schema of the run: a left-over Go file makes its package fail to compile, and a
// left-over SLO would be created again and again.
//
// Three marks identify a file of ocgen: the header of a Go file or a page, a line of a
// manifest, and the name of a temporary file. A schema that exists and is not part of this run keeps
// its files: only a run with that schema knows which files it generates.

// findOrphans adds a step for each orphan. If the schema is not a file, such as
// standard input, or if there is none, later runs cannot recognize it. Its files are then kept, except for
// those in the manifests of its folders.
func (v *survey) findOrphans(s *site) {
	for _, dir := range s.folders() {
		v.deleteListed(s, dir, s.lists[dir])
	}
	if _, err := s.root.Lstat(s.Schema); err != nil || s.Schema == "" {
		for _, dir := range s.outputFolders() {
			v.findLeftovers(s, dir, s.list(dir))
		}
		return
	}
	v.search(s)
	for _, dir := range s.outputFolders() {
		v.visit(s, dir, s.list(dir)) // the search may skip these folders
	}
}

// outputFolders returns the folders of the schema's outputs, each once.
func (s *site) outputFolders() []string {
	var dirs []string
	seen := map[string]bool{}
	for _, f := range s.wanted {
		if dir := path.Dir(f.Path); !seen[dir] {
			seen[dir] = true
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// list returns the entries of a folder, sorted by name, as far as they can be read.
func (s *site) list(dir string) []fs.DirEntry {
	entries, _ := fs.ReadDir(s.root.FS(), dir)
	return entries
}

// visit adds a step for each orphan directly in a folder. No folder is visited twice.
func (v *survey) visit(s *site, dir string, entries []fs.DirEntry) {
	if v.visited[s.at(dir)] {
		return
	}
	v.visited[s.at(dir)] = true
	for _, entry := range entries {
		switch name := entry.Name(); {
		case !entry.Type().IsRegular():
		case name == manifestName:
			v.findFolder(s, dir, v.isUnclaimed)
		case headed[path.Ext(name)] != comment{}:
			v.findHeaded(s, path.Join(dir, name))
		}
	}
	v.findLeftovers(s, dir, entries)
}

// findHeaded adds a step for a file with a header if no schema generates it any more.
func (v *survey) findHeaded(s *site, p string) {
	name, ok := s.readOwner(p)
	if !ok || !isFileName(name) {
		return
	}
	if v.isUnclaimed(s.owner(name, p), name, s.at(p)) {
		v.delete(s, p)
	}
}

// isFileName reports whether a header names a file. Standard input is "<stdin>", and a
// page that no schema names has "".
func isFileName(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.ContainsAny(name, "/<>")
}

// findFolder adds steps for all files of a JSON folder if givenUp is true for the
// schema that its manifest names.
func (v *survey) findFolder(s *site, dir string, givenUp func(owner, named, file string) bool) {
	p := path.Join(dir, manifestName)
	info, err := s.stat(p)
	if info == nil || err != nil || v.isWanted(s, p, info) {
		return
	}
	data, err := fs.ReadFile(s.root.FS(), p)
	if err != nil {
		return
	}
	m, ok := parseManifest(data)
	if !ok || !m.namesSchemaAbove() || !givenUp(m.owner(s, dir), path.Base(m.schema), s.at(p)) {
		return
	}
	v.deleteListed(s, dir, m)
	v.delete(s, p)
}

// isUnclaimed reports whether no schema claims a file that names its schema by base
// name. The owner is part of this run or does not exist any more ("" or deleted), and
// no other schema around the file claims it.
func (v *survey) isUnclaimed(owner, named, file string) bool {
	if owner != "" && !v.schemas[owner] {
		if _, err := os.Lstat(owner); !errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return !v.others.want(file, named)
}

// isOfRun reports whether the owner of a file is part of this run.
func (v *survey) isOfRun(owner, _, _ string) bool { return v.schemas[owner] }

// deleteListed adds steps for the files of a manifest that no schema generates any
// more.
func (v *survey) deleteListed(s *site, dir string, m manifest) {
	for _, name := range m.names {
		v.delete(s, path.Join(dir, name))
	}
}

// delete adds a step for a file, unless a schema generates it or ocgen cannot have
// written it. So a file of rules without a header is kept.
func (v *survey) delete(s *site, p string) {
	info, err := s.stat(p)
	if info == nil || err != nil || v.isWanted(s, p, info) {
		return
	}
	old, err := fs.ReadFile(s.root.FS(), p)
	if err != nil {
		v.refuse(s, p, cause(err))
		return
	}
	if lacksHeader(path.Base(p), old) {
		return
	}
	v.steps = append(v.steps, step{
		Change: Change{Path: s.name(p), Action: Delete, Old: old},
		spot:   spot{s.root, p},
		old:    info,
	})
}

// isWanted reports whether some schema generates the file, under this name or under a
// name that differs only in letter case and is the same file.
func (v *survey) isWanted(s *site, p string, info fs.FileInfo) bool {
	wanted, ok := v.wanted[s.key(p)]
	if !ok || wanted == s.at(p) {
		return ok
	}
	other, err := os.Lstat(wanted)
	return err == nil && os.SameFile(info, other)
}
