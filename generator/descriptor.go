package generator

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// The API refuses an SLO on a metric that does not exist, and a metric is created with
// its first record. So an error counter that has never counted would block its own SLO.
// Each view therefore gets the descriptor that OpenCensus's Stackdriver exporter would
// create at its first export. It also has the unit and the descriptions of labels,
// which OpenCensus does not pass to the exporter.

// taskLabel is the label that the exporter adds to every metric.
var taskLabel = templates.LabelDescriptor{
	Key:         cloudmonitoring.TaskLabel,
	ValueType:   "STRING",
	Description: cloudmonitoring.TaskLabelDescription,
}

// descriptorFiles returns the descriptors. A file has the descriptor's name.
func descriptorFiles(s *schema.Schema, folder string) ([]outfiles.File, error) {
	var files []outfiles.File
	encoder := templates.NewJSONEncoder()
	for _, d := range descriptors(s) {
		f, err := jsonFile(encoder, folder, d.name, d.body)
		if err != nil {
			return nil, fmt.Errorf("descriptor %q: %w", d.name, err)
		}
		files = append(files, f)
	}
	return files, nil
}

// A namedDescriptor is a metric descriptor and the name of its file without ".json".
type namedDescriptor struct {
	name string
	body templates.MetricDescriptor
}

// descriptors returns one descriptor for each name of each view, in source order. It has the
// view's id, for a former name with the ending "-former", which no id has. Views whose
// metric belongs to Google have none: see [cloudmonitoring.Creatable].
func descriptors(s *schema.Schema) []namedDescriptor {
	var all []namedDescriptor
	for _, v := range s.Views() {
		for i, name := range v.Exports() {
			body := descriptorBody(s.Monitoring, v, name)
			if cloudmonitoring.Creatable(body.Type) {
				all = append(all, namedDescriptor{v.ID + [...]string{"", "-former"}[i], body})
			}
		}
	}
	return all
}

func descriptorBody(m schema.Monitoring, v *schema.View, name string) templates.MetricDescriptor {
	kind, valueType := MetricKind(v)
	return templates.MetricDescriptor{
		Type:        m.MetricType(name),
		Labels:      labelDescriptors(v.Tags),
		MetricKind:  kind,
		ValueType:   valueType,
		Unit:        v.Unit(),
		Description: oneLine(v.Description),
		DisplayName: cloudmonitoring.DisplayName(name),
	}
}

// MetricKind returns the kind and the value type of a view's metric, as the Cloud
// Monitoring API writes them, e.g. "CUMULATIVE" and "INT64".
func MetricKind(v *schema.View) (kind, valueType string) {
	number := "INT64"
	if v.Measure.Type == schema.Float64 {
		number = "DOUBLE"
	}
	switch v.Aggregation {
	case schema.Count:
		return "CUMULATIVE", "INT64"
	case schema.Sum:
		return "CUMULATIVE", number
	case schema.LastValue, schema.UpDown:
		return "GAUGE", number
	default:
		return "CUMULATIVE", "DISTRIBUTION"
	}
}

// labelDescriptors returns the labels in the order of OpenCensus's exports: sorted by
// tag key, then the exporter's own label.
func labelDescriptors(tags []*schema.Tag) []templates.LabelDescriptor {
	sorted := slices.SortedFunc(slices.Values(tags), func(a, b *schema.Tag) int { return cmp.Compare(a.Key, b.Key) })
	var labels []templates.LabelDescriptor
	for _, t := range sorted {
		labels = append(labels, templates.LabelDescriptor{
			Key:         cloudmonitoring.LabelKey(t.Key),
			ValueType:   "STRING",
			Description: oneLine(t.Description),
		})
	}
	return append(labels, taskLabel)
}

var lineBreaks = regexp.MustCompile(` *[\n\t][\n\t ]*`)

// oneLine replaces each line break and tab of a description by a single space.
func oneLine(description string) string {
	if !strings.ContainsAny(description, "\n\t") {
		return strings.TrimSpace(description) // the usual case: replacing costs much more
	}
	return strings.TrimSpace(lineBreaks.ReplaceAllString(description, " "))
}
