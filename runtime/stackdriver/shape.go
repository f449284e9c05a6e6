package stackdriver

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/runtime/metric"
	metricpb "google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/genproto/googleapis/api/monitoredres"
	"google.golang.org/protobuf/encoding/protowire"
)

// A shape has the parts that all series of a metric share, encoded.
type shape struct {
	cumulative bool
	keys       []string     // one for each label value of a series
	labels     []shapeLabel // sorted by key
	task       string       // value of opencensus_task
	name       []byte       // the metric type, as a field of google.api.Metric
	resource   []byte       // as a field of a time series
	types      []byte       // kind and value type, as fields of a time series
}

// A shapeLabel is a label that series of a metric may have.
type shapeLabel struct {
	key   string
	entry []byte // the key as a field of the entry of a map
	place int    // index in the LabelValues of a series; ofTask: the value is shape.task
}

const ofTask = -1

func (c *converter) shape(m *metric.Metric) (*shape, error) {
	d := &m.Descriptor
	kind, valueType := kindOf(d.Type)
	if kind == metricpb.MetricDescriptor_METRIC_KIND_UNSPECIFIED {
		return nil, fmt.Errorf("the type %q is not one of Cloud Monitoring: use a distribution", d.Type)
	}
	if d.Fallen {
		return nil, errFallen
	}
	name := cloudmonitoring.MetricType(c.prefix, d.Name)
	if !utf8.ValidString(name) {
		return nil, fmt.Errorf("the metric's name %q is not UTF-8", d.Name)
	}
	resource := c.resource
	if m.Resource != nil {
		var err error
		if resource, err = ownResource(m.Resource); err != nil {
			return nil, err
		}
	}
	s := &shape{
		cumulative: kind == metricpb.MetricDescriptor_CUMULATIVE,
		task:       c.task,
		name:       appendText(nil, metricType, name),
		resource:   appendResource(nil, seriesResource, resource),
		types:      appendInt(appendInt(nil, seriesMetricKind, int64(kind)), seriesValueType, int64(valueType)),
	}
	s.setLabels(d.LabelKeys)
	return s, nil
}

// setLabels sorts the labels by key, so that equal labels have equal bytes. Labels with the
// same key stay in their order.
func (s *shape) setLabels(keys []metric.LabelKey) {
	if s.task != "" {
		s.labels = append(s.labels, newLabel(cloudmonitoring.TaskLabel, ofTask))
	}
	for i, k := range keys {
		key := cloudmonitoring.LabelKey(k.Key)
		s.keys = append(s.keys, key)
		s.labels = append(s.labels, newLabel(key, i))
	}
	slices.SortStableFunc(s.labels, func(a, b shapeLabel) int { return cmp.Compare(a.key, b.key) })
}

func newLabel(key string, place int) shapeLabel {
	return shapeLabel{key: key, entry: appendText(nil, entryKey, key), place: place}
}

// appendResource appends a google.api.MonitoredResource, with its labels sorted.
func appendResource(b []byte, field protowire.Number, r *monitoredres.MonitoredResource) []byte {
	b, start := begin(b, field)
	b = appendText(b, resourceType, r.Type)
	for _, k := range slices.Sorted(maps.Keys(r.Labels)) {
		b = appendEntry(b, resourceLabels, appendText(nil, entryKey, k), r.Labels[k])
	}
	return end(b, start)
}

// appendEntry appends an entry of a map.
func appendEntry(b []byte, field protowire.Number, key []byte, value string) []byte {
	b, start := begin(b, field)
	b = append(b, key...)
	return end(appendText(b, entryValue, value), start)
}

// appendIdentity appends the fields that identify a time series in Cloud Monitoring: the
// metric with its labels, and the resource. Two series have equal bytes if and only if they are
// the same series in Cloud Monitoring. An absent tag has no label.
func (s *shape) appendIdentity(b []byte, values []metric.LabelValue) ([]byte, error) {
	if err := s.check(values); err != nil {
		return nil, err
	}
	b, start := begin(b, seriesMetric)
	b = append(b, s.name...)
	for i := range s.labels {
		if v := s.value(i, values); v.Present && !s.isReplaced(i, values) {
			b = appendEntry(b, metricLabels, s.labels[i].entry, v.Value)
		}
	}
	return append(end(b, start), s.resource...), nil
}

// check returns an error for label values that cannot be sent.
func (s *shape) check(values []metric.LabelValue) error {
	if len(values) != len(s.keys) {
		return fmt.Errorf("the series has %d label values for %d keys", len(values), len(s.keys))
	}
	for i, v := range values {
		if !utf8.ValidString(v.Value) {
			return fmt.Errorf("the label %s has the value %q, which is not UTF-8", s.keys[i], v.Value)
		}
	}
	return nil
}

// value returns the value of a label in a series with the given label values.
func (s *shape) value(label int, values []metric.LabelValue) metric.LabelValue {
	if place := s.labels[label].place; place != ofTask {
		return values[place]
	}
	return metric.NewLabelValue(s.task)
}

// isReplaced reports whether the series has a later label with the same key, whose value counts.
// Keys that differ only in punctuation are the same in Cloud Monitoring.
func (s *shape) isReplaced(label int, values []metric.LabelValue) bool {
	for later := label + 1; later < len(s.labels) && s.labels[later].key == s.labels[label].key; later++ {
		if s.value(later, values).Present {
			return true
		}
	}
	return false
}
