package generator

import (
	"fmt"
	"slices"

	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
)

// Generate returns the files of a schema: the Go file, the SLOs and their
// service, and the metric descriptors. It writes nothing, and equal schemas give
// equal bytes. An error is a bug of ocgen, never the schema's fault.
func Generate(s *schema.Schema) ([]outfiles.File, error) {
	// 1. The Go package.
	source, err := goFile(s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.File, err)
	}
	// 2. The SLOs, in the schema's order, and the service that they belong to.
	slos, err := sloFiles(s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.File, err)
	}
	// 3. The descriptors of the metrics.
	descriptors, err := descriptorFiles(s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.File, err)
	}
	return slices.Concat([]outfiles.File{source}, slos, descriptors), nil
}
