package outfiles

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
)

// stat returns nil without an error if the path does not exist. It returns an error for
// everything but regular files, and for paths with a symbolic link in any part: a link
// may lead out of the schema's folder, or give one file two names.
func (s *site) stat(p string) (fs.FileInfo, error) {
	parts := strings.Split(p, "/")
	for i := range parts {
		at := path.Join(parts[:i+1]...)
		info, err := s.root.Lstat(at)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		if err != nil {
			return nil, cause(err)
		}
		wantDir := i < len(parts)-1
		switch mode := info.Mode(); {
		case mode&fs.ModeSymlink != 0:
			return nil, fmt.Errorf("%s is a symbolic link, and ocgen does not write through links; replace it by the file or folder that it points to", s.name(at))
		case wantDir && !mode.IsDir():
			return nil, fmt.Errorf("%s is a %s, but a folder is needed there; %s", s.name(at), fileKind(mode), s.cure())
		case !wantDir && !mode.IsRegular():
			return nil, fmt.Errorf("it is a %s, but a file is needed there; %s", fileKind(mode), s.cure())
		case !wantDir:
			return info, nil
		}
	}
	return nil, nil
}

// fileKind describes the kind of a file.
func fileKind(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return "file"
	case mode.IsDir():
		return "folder"
	case mode&fs.ModeNamedPipe != 0:
		return "named pipe"
	case mode&fs.ModeSocket != 0:
		return "socket"
	}
	return "device"
}

// cause removes the operation and path from an error. The path is relative to a root
// and means nothing to the user, and messages start with the path that does.
func cause(err error) error {
	var inPath *fs.PathError
	if errors.As(err, &inPath) {
		return inPath.Err
	}
	var inLink *os.LinkError
	if errors.As(err, &inLink) {
		return inLink.Err
	}
	return err
}
