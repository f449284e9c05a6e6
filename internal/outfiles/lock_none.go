//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package outfiles

import (
	"errors"
	"os"
)

// These systems have no locks on folders, so an active run looks like one that was
// killed.

func lockShared(*os.File) error { return errors.ErrUnsupported }

func isLocked(*os.File) bool { return false }
