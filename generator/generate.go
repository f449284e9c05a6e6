package generator

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
)

// Generate returns the files of a schema: the Go file, then the files of each kind of
// [outputs]. It writes nothing, and equal schemas give equal bytes. An error is a bug
// of ocgen, never a mistake in the schema.
func Generate(s *schema.Schema) ([]outfiles.File, error) {
	// 1. The Go package.
	emit := []emission{func() ([]outfiles.File, error) {
		source, err := goFile(s)
		return []outfiles.File{source}, err
	}}
	// 2. Each other kind of output that has a path, for each environment.
	for _, o := range outputs {
		emit = append(emit, func() ([]outfiles.File, error) { return o.files(s) })
	}
	files, err := atTheSameTime(emit...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.File, err)
	}
	return files, nil
}

// An emission makes files. It changes nothing, so several can run at the same time.
type emission func() ([]outfiles.File, error)

// atTheSameTime returns the files of all emissions, in order.
func atTheSameTime(emit ...emission) ([]outfiles.File, error) {
	files, errs := make([][]outfiles.File, len(emit)), make([]error, len(emit))
	var busy sync.WaitGroup
	for i, e := range emit {
		busy.Add(1)
		go func() {
			defer busy.Done()
			files[i], errs[i] = e()
		}()
	}
	busy.Wait()
	return slices.Concat(files...), errors.Join(errs...)
}
