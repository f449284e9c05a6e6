//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package outfiles

import (
	"errors"
	"os"
	"syscall"
)

// lockShared locks a folder, together with other runs, until it is closed. It waits at
// most for the short moment in which isLocked tries its lock.
func lockShared(folder *os.File) error { return flock(folder, syscall.LOCK_SH) }

// isLocked reports whether another open folder has the lock. It returns false on
// network file systems without locks on folders.
func isLocked(folder *os.File) bool {
	return errors.Is(flock(folder, syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}

func flock(folder *os.File, how int) error {
	for {
		if err := syscall.Flock(int(folder.Fd()), how); err != syscall.EINTR {
			return err
		}
	}
}
