package generator

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// findOrphans takes a step for each file of ours that the schema no longer
// wants: what the manifests of its folders list, Go files in its own folder and
// beside its Go output, and JSON folders right below it. A schema that is not a
// file, such as standard input, cannot be known again: the last two stay.
func (v *survey) findOrphans(s *site) {
	for _, dir := range s.folders() {
		v.deleteListed(s, dir, s.lists[dir])
	}
	if _, err := s.root.Lstat(s.Schema); err != nil {
		return
	}
	for _, dir := range s.goFolders() {
		v.findGo(s, dir)
	}
	for _, entry := range s.list(".") {
		if entry.IsDir() && !slices.Contains(s.folders(), entry.Name()) {
			v.findFolder(s, entry.Name())
		}
	}
}

// goFolders returns the schema's folder and those of its Go outputs.
func (s *site) goFolders() []string {
	dirs := []string{"."}
	for _, f := range s.Files {
		if dir := path.Dir(f.Path); f.Folder == "" && !slices.Contains(dirs, dir) {
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

func (v *survey) findGo(s *site, dir string) {
	for _, entry := range s.list(dir) {
		p := path.Join(dir, entry.Name())
		if !entry.Type().IsRegular() || !strings.HasSuffix(p, ".go") {
			continue
		}
		if name, ok := s.readOwner(p); ok && s.owner(name, p) == s.schemaPath() {
			v.delete(s, p)
		}
	}
}

// findFolder gives up a whole JSON folder of the schema.
func (v *survey) findFolder(s *site, dir string) {
	p := path.Join(dir, manifestName)
	info, err := s.look(p)
	if info == nil || err != nil || v.isWanted(s, p, info) {
		return
	}
	data, err := s.root.ReadFile(p)
	if err != nil {
		return
	}
	if m, ok := parseManifest(data); ok && m.owner(s, dir) == s.schemaPath() {
		v.deleteListed(s, dir, m)
		v.delete(s, p)
		v.emptied = append(v.emptied, spot{s.root, dir})
	}
}

// deleteListed gives up the files of a manifest that nobody wants any more.
func (v *survey) deleteListed(s *site, dir string, m manifest) {
	for _, name := range m.names {
		v.delete(s, path.Join(dir, name))
	}
}

// delete takes a step for a file unless somebody wants it, or it is not one
// that ocgen could have written.
func (v *survey) delete(s *site, p string) {
	info, err := s.look(p)
	if info == nil || err != nil || v.isWanted(s, p, info) {
		return
	}
	old, err := s.root.ReadFile(p)
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
