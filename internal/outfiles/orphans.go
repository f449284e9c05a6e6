package outfiles

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
)

// An orphan is a file of ours that no schema wants any more. Its schema gave it up,
// or is gone: renamed, moved or deleted. Orphans are searched below the folder of each
// schema of the run, because a Go file that is left over makes its package fail to
// compile, and a left over SLO would be created again and again.
//
// Three marks make a file ours: a Go file's header, a manifest's line, and the name of
// a temporary file. A schema that exists and is not of this run keeps its files: only
// a run of that schema knows what it wants.

// findOrphans takes a step for each file of ours that nobody wants. A schema that is
// not a file, such as standard input, cannot be known again: what it wrote stays,
// except for what the manifests of its folders list.
func (v *survey) findOrphans(s *site) {
	for _, dir := range s.folders() {
		v.deleteListed(s, dir, s.lists[dir])
	}
	if _, err := s.root.Lstat(s.Schema); err != nil {
		for _, dir := range s.outputFolders() {
			v.findLeftovers(s, dir, s.list(dir))
		}
		return
	}
	v.search(s)
	for _, dir := range s.outputFolders() {
		v.visit(s, dir, s.list(dir)) // those that the search leaves out
	}
}

// outputFolders returns the folders that the schema's outputs are in, each once.
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

// list returns the entries of a folder by name, as far as it can be read.
func (s *site) list(dir string) []fs.DirEntry {
	entries, _ := fs.ReadDir(s.root.FS(), dir)
	return entries
}

// visit takes a step for each orphan right in a folder. No folder is visited twice.
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
		case strings.HasSuffix(name, ".go"):
			v.findGo(s, path.Join(dir, name))
		}
	}
	v.findLeftovers(s, dir, entries)
}

func (v *survey) findGo(s *site, p string) {
	name, ok := s.readOwner(p)
	if !ok || !isFileName(name) {
		return
	}
	if v.isUnclaimed(s.owner(name, p), name, s.at(p)) {
		v.delete(s, p)
	}
}

// isFileName reports whether a header names a file. Standard input is "<stdin>".
func isFileName(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.ContainsAny(name, "/<>")
}

// findFolder gives up a whole JSON folder if the owner that its manifest names has
// given it up.
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
// name: the owner ("" if there is none any more) is gone or of this run, and no other
// schema around the file wants it.
func (v *survey) isUnclaimed(owner, named, file string) bool {
	if owner != "" && !v.schemas[owner] {
		if _, err := os.Lstat(owner); !errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return !v.others.want(file, named)
}

// isOfRun reports whether the owner of a file is of this run.
func (v *survey) isOfRun(owner, _, _ string) bool { return v.schemas[owner] }

// deleteListed gives up the files of a manifest that nobody wants any more.
func (v *survey) deleteListed(s *site, dir string, m manifest) {
	for _, name := range m.names {
		v.delete(s, path.Join(dir, name))
	}
}

// delete takes a step for a file unless somebody wants it, or it is not one
// that ocgen could have written.
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
	v.steps = append(v.steps, step{
		Change: Change{Path: s.name(p), Action: Delete, Old: old},
		spot:   spot{s.root, p},
		old:    info,
	})
}

// isWanted reports whether some schema wants the file, under this name or under
// one that differs in letter case and is the same file.
func (v *survey) isWanted(s *site, p string, info fs.FileInfo) bool {
	wanted, ok := v.wanted[s.key(p)]
	if !ok || wanted == s.at(p) {
		return ok
	}
	other, err := os.Lstat(wanted)
	return err == nil && os.SameFile(info, other)
}
