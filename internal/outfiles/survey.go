package outfiles

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
)

// A survey compares the outputs of a run with the files on disk. It finds all errors
// before anything is written.
type survey struct {
	maxEntries int
	sites      []*site
	schemas    map[string]bool   // paths of the run's schemas
	wanted     map[string]string // all output paths, by key
	steps      []step
	others     others          // schemas that are not part of the run
	visited    map[string]bool // the folders that were searched for orphans
	refused    []error
}

// A step is one change with the data that is needed to make it.
type step struct {
	Change
	spot
	old fs.FileInfo // nil if there is no file
}

// A spot is a file or folder below a root.
type spot struct {
	root *os.Root
	path string
}

func newSurvey(outputs []Output, read ClaimsReader) (*survey, error) {
	return newSurveyOf(outputs, read, maxEntries)
}

// newSurveyOf searches at most maxEntries entries for the orphans of each schema.
func newSurveyOf(outputs []Output, read ClaimsReader, maxEntries int) (*survey, error) {
	v := &survey{maxEntries: maxEntries, schemas: map[string]bool{}, wanted: map[string]string{}, visited: map[string]bool{}}
	v.others = others{read: read, run: v.schemas, folders: map[string][]otherSchema{}}
	if err := v.open(outputs); err != nil {
		v.close()
		return nil, err
	}
	for _, s := range v.sites {
		v.compare(s)
	}
	for _, s := range v.sites {
		v.findOrphans(s)
	}
	if len(v.refused) > 0 {
		v.close()
		return nil, errors.Join(v.refused...)
	}
	return v, nil
}

// open does the checks that do not need the disk, and opens the sites.
func (v *survey) open(outputs []Output) error {
	if err := checkPaths(outputs); err != nil {
		return err
	}
	for _, o := range outputs {
		s, err := openSite(o)
		if err != nil {
			return fmt.Errorf("%s: %w", o.name("."), cause(err))
		}
		v.sites = append(v.sites, s)
		v.schemas[s.schemaPath()] = true
		for _, f := range s.wanted {
			v.wanted[s.key(f.Path)] = s.at(f.Path)
		}
	}
	return checkClaims(v.sites)
}

func (v *survey) close() {
	for _, s := range v.sites {
		s.root.Close()
	}
}

func (v *survey) changes() []Change {
	var all []Change
	for _, st := range v.steps {
		all = append(all, st.Change)
	}
	return all
}

func (v *survey) refuse(s *site, p string, err error) {
	v.refused = append(v.refused, fmt.Errorf("%s: %w", s.name(p), err))
}

// compare adds a step for each output that is not up to date.
func (v *survey) compare(s *site) {
	refused := map[string]bool{}
	for _, folder := range s.folders() {
		m, err := v.readManifest(s, folder)
		if err != nil {
			v.refuse(s, path.Join(folder, manifestName), err)
			refused[folder] = true
		}
		s.lists[folder] = m
	}
	for _, f := range s.wanted {
		if !refused[f.Folder] {
			v.compareFile(s, f)
		}
	}
}

// readManifest returns the manifest of an output folder, which is empty if there is
// none yet.
func (v *survey) readManifest(s *site, folder string) (manifest, error) {
	p := path.Join(folder, manifestName)
	info, err := s.stat(p)
	if info == nil || err != nil {
		return manifest{}, err
	}
	data, err := fs.ReadFile(s.root.FS(), p)
	if err != nil {
		return manifest{}, cause(err)
	}
	m, ok := parseManifest(data)
	if !ok {
		return manifest{}, fmt.Errorf("the file is not a manifest written by ocgen; %s", s.cure())
	}
	return m, v.mayTake(s, m.owner(s, folder), m.schema)
}

// mayTake returns an error unless a file of the owner may be replaced: the schema does
// not exist any more, or it is part of this run and does not generate the file.
func (v *survey) mayTake(s *site, owner, shown string) error {
	if owner == "" || v.schemas[owner] {
		return nil
	}
	if _, err := os.Lstat(owner); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return fmt.Errorf("the file belongs to the schema %s; if %s no longer generates it, generate both schemas together, otherwise choose another path under generate in %s",
		shown, shown, s.name(s.Schema))
}

// cure returns the cure for a file in the way that ocgen did not write.
func (s *site) cure() string {
	if s.Schema == "" {
		return "move it away, or name another file"
	}
	return fmt.Sprintf("move it away, or choose another path under generate in %s", s.name(s.Schema))
}

// compareFile adds a step for an output file unless it is up to date.
func (v *survey) compareFile(s *site, f File) {
	info, err := s.stat(f.Path)
	if err != nil {
		v.refuse(s, f.Path, err)
		return
	}
	st := step{
		Change: Change{Path: s.name(f.Path), Action: Create, New: f.Data},
		spot:   spot{s.root, f.Path},
		old:    info,
	}
	if info != nil {
		st.Action = Update
		if st.Old, err = v.readOurs(s, f, info); err != nil {
			v.refuse(s, f.Path, err)
			return
		}
		if bytes.Equal(st.Old, f.Data) {
			return
		}
	}
	v.steps = append(v.steps, st)
}

// readOurs returns the content of a file that ocgen may replace. It accepts a JSON file
// that no manifest lists only if its content is already right.
func (v *survey) readOurs(s *site, f File, info fs.FileInfo) ([]byte, error) {
	name := path.Base(f.Path)
	listed := f.Folder == "" || name == manifestName || s.lists[f.Folder].lists(name)
	notOurs := fmt.Errorf("the file was not written by ocgen; %s", s.cure())
	if !listed && info.Size() != int64(len(f.Data)) {
		return nil, notOurs
	}
	if f.Folder == "" {
		owner, ok := s.readOwner(f.Path)
		if !ok {
			return nil, notOurs
		}
		if err := v.mayTakeHeaded(s, f, owner); err != nil {
			return nil, err
		}
	}
	old, err := fs.ReadFile(s.root.FS(), f.Path)
	if err != nil {
		return nil, cause(err)
	}
	if !listed && !bytes.Equal(old, f.Data) || lacksHeader(name, old) {
		return nil, notOurs
	}
	return old, nil
}

// mayTakeHeaded is mayTake for a file whose header has the name of an owner. A file of no
// schema replaces no file that a schema around it generates.
func (v *survey) mayTakeHeaded(s *site, f File, owner string) error {
	switch {
	case s.Schema != "":
		return v.mayTake(s, s.owner(owner, f.Path), owner)
	case owner != "" && v.others.want(s.at(f.Path), owner):
		return fmt.Errorf("the file belongs to the schema %s, which names it under generate; write it with ocgen generate, or name another file", owner)
	}
	return nil
}

// headerBytes is enough for the two lines that identify a file of ocgen: a file name has
// at most 255 bytes, and each may be escaped with at most 5.
const headerBytes = 2048

// readOwner returns the schema in the header of a file, and false for a file that ocgen
// did not write or that cannot be read.
func (s *site) readOwner(p string) (schema string, ok bool) {
	file, err := s.root.Open(p)
	if err != nil {
		return "", false
	}
	defer file.Close()
	head, err := io.ReadAll(io.LimitReader(file, headerBytes))
	if err != nil {
		return "", false
	}
	return headerOwner(p, head)
}
