package generator

import (
	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
)

// An output is a kind of files beside the Go file.
type output struct {
	key  string // in "generate"; it names the folder: see schema/outputs.go
	emit func(s *schema.Schema, folder string) ([]outfiles.File, error)
}

// outputs are all kinds, in the order in which they are written.
var outputs = []output{
	{"slo", sloFiles},
	{"descriptors", descriptorFiles},
}
