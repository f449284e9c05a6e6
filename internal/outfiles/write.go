package outfiles

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
)

// Write writes the outputs to disk and returns the changes that it made, in the order
// of [Diff]. Either it writes everything or, with an error, it changes nothing: it
// first writes all new content to temporary files beside the old files, and then only
// renames. If a rename fails, it undoes the renames before it. It does not touch a file
// that is up to date. New files get mode 0666 less the umask; other files keep their
// mode.
//
// Write replaces or deletes only files that ocgen wrote, and only in the schemas'
// folders. It calls read for the claims of schemas beside the outputs' schemas, so that
// it keeps their files. Write must not run concurrently on one folder. It keeps the
// temporary files of other processes while these are running.
func Write(outputs []Output, read ClaimsReader) ([]Change, error) {
	return write(outputs, read, disk{rename: renameIn, link: linkIn})
}

// disk holds the operations that fail in tests.
type disk struct {
	rename, link func(root *os.Root, from, to string) error
}

func write(outputs []Output, read ClaimsReader, d disk) ([]Change, error) {
	s, err := newSurvey(outputs, read)
	if err != nil {
		return nil, err
	}
	defer s.close()
	t := &transaction{disk: d, held: map[spot]*os.File{}}
	defer t.release()
	defer t.clean()
	for _, st := range s.steps {
		if err := t.stage(st); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", st.Path, cause(err)), t.undo())
		}
	}
	slices.SortStableFunc(t.moves, func(a, b *move) int { return cmp.Compare(a.turn(), b.turn()) })
	for _, m := range t.moves {
		if err := t.commit(m); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", m.Path, cause(err)), t.undo())
		}
	}
	t.clean()
	for _, st := range s.steps {
		if st.Action == Delete {
			removeEmpty(st.spot)
		}
	}
	return s.changes(), nil
}

// removeEmpty removes the folder of a deleted file and the folders around it if they
// are empty. It keeps the schema's own folder.
func removeEmpty(deleted spot) {
	for dir := path.Dir(deleted.path); dir != "."; dir = path.Dir(dir) {
		if deleted.root.Remove(dir) != nil {
			return // something else is in it
		}
	}
}

// A transaction is a list of steps in progress.
type transaction struct {
	disk
	moves []*move
	made  []spot            // new folders, outermost first
	held  map[spot]*os.File // locked folders: see leftovers.go
}

// A move is a step with its temporary files.
type move struct {
	step
	staged string // the file with the new content; "" after the rename, or to delete
	kept   string // a copy of the old file, to restore it; "" to create
	done   bool
}

// stage prepares a step without changing existing files.
func (t *transaction) stage(st step) error {
	m := &move{step: st}
	t.moves = append(t.moves, m)
	switch m.Action {
	case Create:
		if err := t.makeFolders(m.root, path.Dir(m.path)); err != nil {
			return err
		}
		t.hold(m)
		return m.writeTemp(&m.staged, m.New)
	case Update:
		t.hold(m)
		if err := m.writeTemp(&m.staged, m.New); err != nil {
			return err
		}
		return t.keep(m)
	}
	t.hold(m)
	m.kept = m.tempName()
	return nil
}

// hold locks the folder of a step before it gets a temporary file.
func (t *transaction) hold(m *move) {
	dir := spot{m.root, path.Dir(m.path)}
	if _, ok := t.held[dir]; !ok {
		t.held[dir] = hold(dir.root, dir.path)
	}
}

// release releases all locks.
func (t *transaction) release() {
	for _, folder := range t.held {
		if folder != nil {
			folder.Close()
		}
	}
}

// makeFolders creates a folder and the folders around it, and remembers the new ones.
func (t *transaction) makeFolders(root *os.Root, dir string) error {
	if dir == "." {
		return nil
	}
	if err := t.makeFolders(root, path.Dir(dir)); err != nil {
		return err
	}
	err := root.Mkdir(dir, 0o777)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err == nil {
		t.made = append(t.made, spot{root, dir})
	}
	return err
}

// keep gives the old file a second name, or copies it if the file system has no hard
// links.
func (t *transaction) keep(m *move) error {
	name := m.tempName()
	if t.link(m.root, m.path, name) == nil {
		m.kept = name
		return nil
	}
	if err := m.writeTemp(&m.kept, m.Old); err != nil {
		return err
	}
	return chtimesIn(m.root, m.kept, m.old.ModTime())
}

// tempName returns a new name in the folder of the file.
func (m *move) tempName() string { return path.Join(path.Dir(m.path), newTempName()) }

// writeTemp writes data to a temporary file beside the file. It sets name when the
// temporary file exists and must be removed later.
func (m *move) writeTemp(name *string, data []byte) error {
	temp := m.tempName()
	file, err := m.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	*name = temp
	_, err = file.Write(data)
	if m.old != nil {
		err = errors.Join(err, file.Chmod(m.old.Mode().Perm()))
	}
	return errors.Join(err, file.Close())
}

// turn returns the position of a rename among the others. If a run is killed between
// two renames, the next run must know all of its files. So a manifest lists a file
// before the file is created and until it is deleted.
func (m *move) turn() int {
	switch {
	case m.Action == Delete:
		return 0
	case path.Base(m.path) == manifestName:
		return 1
	}
	return 2
}

// commit makes the change of a step by one rename.
func (t *transaction) commit(m *move) error {
	from, to := m.staged, m.path
	if m.Action == Delete {
		from, to = m.path, m.kept
	}
	if err := t.rename(m.root, from, to); err != nil {
		return err
	}
	m.staged, m.done = "", true
	return nil
}

// undo restores the files that commit changed, latest first, and removes new folders. A
// file that cannot be restored stays under its temporary name, which the error
// contains.
func (t *transaction) undo() error {
	var failed []error
	for _, m := range slices.Backward(t.moves) {
		if !m.done {
			continue
		}
		if err := t.revert(m); err != nil {
			failed = append(failed, fmt.Errorf("%s: cannot be restored: %w", m.Path, cause(err)))
			if m.kept != "" {
				failed = append(failed, fmt.Errorf("%s: the old content is in the file %s beside it", m.Path, path.Base(m.kept)))
			}
			m.kept = ""
		}
	}
	t.clean()
	for _, dir := range slices.Backward(t.made) {
		_ = dir.root.Remove(dir.path) // fails if another file is in it by now
	}
	return errors.Join(failed...)
}

func (t *transaction) revert(m *move) error {
	if m.Action == Create {
		return m.root.Remove(m.path)
	}
	if err := t.rename(m.root, m.kept, m.path); err != nil {
		return err
	}
	m.kept = ""
	return nil
}

// clean removes the remaining temporary files.
func (t *transaction) clean() {
	for _, m := range t.moves {
		for _, temp := range []*string{&m.staged, &m.kept} {
			if *temp != "" {
				_ = m.root.Remove(*temp)
				*temp = ""
			}
		}
	}
}
