//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package outfiles

import (
	"errors"
	"os"
	"syscall"
)

// lockShared locks a folder together with other runs until it is closed. Nobody holds
// the lock that isLocked tries for longer than that takes.
func lockShared(folder *os.File) error { return flock(folder, syscall.LOCK_SH) }

// isLocked reports whether another open folder has the lock. Some network file systems
// have no locks on folders: that counts as no.
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
