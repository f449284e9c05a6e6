package outfiles

import (
	"crypto/rand"
	"io/fs"
	"os"
	"path"
	"regexp"
)

// A run that is killed leaves its temporary files. The next run that visits their
// folder deletes them, unless the run that made them is still running. To know this,
// neither the clock nor process numbers are needed, which containers reuse: a run holds
// a lock on each folder with its temporary files, and the operating system releases the
// lock when the process ends in any way.

var tempName = regexp.MustCompile(`^\.ocgen-[A-Z2-7]{26}\.tmp$`)

// newTempName returns a name that no file has. It is short, since the name of the file
// that it stands for may have the maximum length. No tool reads it as Go or JSON.
func newTempName() string { return ".ocgen-" + rand.Text() + ".tmp" }

func isTempName(name string) bool { return tempName.MatchString(name) }

// findLeftovers adds a step for each temporary file directly in a folder that a killed
// run left. The folder was listed before, so files of a run that starts now are not
// affected.
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

// hold locks a folder until the returned file is closed. It returns nil if locking is
// impossible. The run then continues, and other runs do not see that it is active.
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

// isHeld reports whether an active run has locked a folder.
func isHeld(root *os.Root, dir string) bool {
	folder, err := root.Open(dir)
	if err != nil {
		return false
	}
	defer folder.Close()
	return isLocked(folder)
}
