package generator

import (
	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
)

// An output is a kind of files beside the Go file.
type output struct {
	key  string // in "generate"; it names the folder or the page: see schema/outputs.go
	emit func(s *schema.Schema, path string) ([]outfiles.File, error)
}

// files returns the files of all environments, or none if the kind has no path.
func (o output) files(s *schema.Schema) ([]outfiles.File, error) {
	var files []outfiles.File
	for _, to := range s.Destinations(s.Generate.Output(o.key)) {
		if to.Path == "" {
			continue
		}
		some, err := o.emit(to.Schema, to.Path)
		if err != nil {
			return nil, err
		}
		files = append(files, some...)
	}
	return files, nil
}

// outputs are all kinds, in the order in which they are written.
var outputs = []output{
	{"slo", sloFiles},
	{"descriptors", descriptorFiles},
	{"alerts", alertFiles},
	{"prometheus", prometheusFiles},
	{"dashboards", dashboardFiles},
	{"terraform", terraformFiles},
	{"docs", pageFile},
}
