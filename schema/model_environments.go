package schema

import "path"

// A Schema with environments is resolved once for each, and once without: the base. Code
// is one for all, so names, tags, buckets, periods and thresholds are the same in each.
// The environments differ in how the metrics appear in Cloud Monitoring, and in goals,
// alerts and owners.

// Resolved returns the schemas from which the files of environments are made: one for
// each environment, in source order. Without environments it is the schema itself.
func (s *Schema) Resolved() []*Schema {
	if len(s.Environments) == 0 {
		return []*Schema{s}
	}
	return s.Environments
}

// In returns the schema as it is resolved for an environment, or nil if there is no
// environment of the name.
func (s *Schema) In(environment string) *Schema {
	for _, e := range s.Environments {
		if e.Environment == environment {
			return e
		}
	}
	return nil
}

// A Destination is the folder or the page of one kind of output, with the schema that its
// files are made from.
type Destination struct {
	Schema *Schema
	Path   string // e.g. "slo", "slo/prod" or "METRICS.md"
}

// Destinations returns where the files of a kind of output go: to one folder for each
// environment, or to one path if the schema or the kind has no environments.
func (s *Schema) Destinations(o OutputPath) []Destination {
	if !o.PerEnvironment || len(s.Environments) == 0 {
		return []Destination{{s, o.Path}}
	}
	var all []Destination
	for _, resolved := range s.Environments {
		all = append(all, Destination{resolved, path.Join(o.Path, resolved.Environment)})
	}
	return all
}

// slo returns the SLO of an id, or nil.
func (s *Schema) slo(id string) *SLO {
	for _, slo := range s.SLOs {
		if slo.ID == id {
			return slo
		}
	}
	return nil
}
