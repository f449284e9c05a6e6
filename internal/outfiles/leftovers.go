package outfiles

import (
	"crypto/rand"
	"io/fs"
	"os"
	"path"
	"regexp"
)

// A run that is killed leaves its temporary files. The next run that visits their
// folder deletes them, unless the run that made them is still going on. That can be
// told without a look at the clock and without process numbers, which containers use
// again and again: a run holds a lock on each folder in which it has temporary files,
// and the operating system takes the lock away when the process ends, however it ends.

var tempName = regexp.MustCompile(`^\.ocgen-[A-Z2-7]{26}\.tmp$`)

// newTempName returns a name that no file has. It is short, since the name of the file
// that it stands for may be as long as names can be, and no tool takes it for Go or JSON.
func newTempName() string { return ".ocgen-" + rand.Text() + ".tmp" }

func isTempName(name string) bool { return tempName.MatchString(name) }

// findLeftovers takes a step for each temporary file right in a folder that a killed
// run left. The folder was listed before: a run that starts now is not concerned.
func (v *survey) findLeftovers(s *site, dir string, entries []fs.DirEntry) {
	told := false
	for _, entry := range entries {
		if !entry.Type().IsRegular() || !isTempName(entry.Name()) {
			continue
		}
		if !told && isHeld(s.root, dir) {
			return
		}
		told = true
		v.delete(s, path.Join(dir, entry.Name()))
	}
}

// hold locks a folder until the file that it returns is closed. It returns nil where
// that is impossible: the run goes on, and others cannot tell that it does.
func hold(root *os.Root, dir string) *os.File {
	folder, err := root.Open(dir)
	if err != nil {
		return nil
	}
	if lockShared(folder) != nil {
		folder.Close()
		return nil
	}
	return folder
}

// isHeld reports whether a run that is going on has locked a folder.
func isHeld(root *os.Root, dir string) bool {
	folder, err := root.Open(dir)
	if err != nil {
		return false
	}
	defer folder.Close()
	return isLocked(folder)
}
