package generator

import (
	"fmt"

	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
)

// Generate returns the files of a schema: the Go file, then the files of each kind of
// [outputs]. It writes nothing, and equal schemas give equal bytes. An error is a bug
// of ocgen, never a mistake in the schema.
func Generate(s *schema.Schema) ([]outfiles.File, error) {
	// 1. The Go package.
	source, err := goFile(s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.File, err)
	}
	files := []outfiles.File{source}
	// 2. Each kind of output that has a folder.
	for _, o := range outputs {
		folder := s.Generate.Folder(o.key)
		if folder == "" {
			continue
		}
		some, err := o.emit(s, folder)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.File, err)
		}
		files = append(files, some...)
	}
	return files, nil
}
