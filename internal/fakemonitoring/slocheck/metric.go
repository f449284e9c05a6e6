package slocheck

import (
	"fmt"
	"regexp"
	"slices"

	"google.golang.org/genproto/googleapis/api/label"
	"google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/protobuf/encoding/protojson"
)

// A form is what an indicator asks of the metrics that it is computed from.
type form struct {
	name  string
	kinds []metric.MetricDescriptor_MetricKind
	types []metric.MetricDescriptor_ValueType
}

var (
	deltas  = []metric.MetricDescriptor_MetricKind{metric.MetricDescriptor_DELTA, metric.MetricDescriptor_CUMULATIVE}
	numbers = []metric.MetricDescriptor_ValueType{metric.MetricDescriptor_INT64, metric.MetricDescriptor_DOUBLE}

	counters      = form{"a number that is a delta or cumulative", deltas, numbers}
	distributions = form{"a distribution that is a delta or cumulative", deltas, []metric.MetricDescriptor_ValueType{metric.MetricDescriptor_DISTRIBUTION}}
	gauges        = form{"a number that is a gauge", []metric.MetricDescriptor_MetricKind{metric.MetricDescriptor_GAUGE}, numbers}
)

// filter checks a filter by itself, and against the metric that it names if the
// project's metrics are known: the API refuses an SLO on an unknown one.
func (p Project) filter(name, text string, want form) error {
	d, err := p.metricOf(text)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if d != nil && (!slices.Contains(want.kinds, d.MetricKind) || !slices.Contains(want.types, d.ValueType)) {
		return fmt.Errorf("%s: metric %q is %v %v: want %s", name, d.Type, d.MetricKind, d.ValueType, want.name)
	}
	return nil
}

var (
	metricType = regexp.MustCompile(`^(custom|external|workload)\.googleapis\.com/[!-~]+$`)
	labelKey   = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]{0,99}$`)
)

// Descriptor checks the body of metricDescriptors.create. The rules are those
// of google/api/metric.proto and of the quotas of Cloud Monitoring.
func Descriptor(data []byte) (*metric.MetricDescriptor, error) {
	var d metric.MetricDescriptor
	if err := protojson.Unmarshal(data, &d); err != nil {
		return nil, err
	}
	var f faults
	if !metricType.MatchString(d.Type) {
		f.addf("type is %q: only custom, external and workload metrics can be created", d.Type)
	}
	if d.Name != "" {
		f.addf("name is %q: the API makes it of the project and the type", d.Name)
	}
	if d.Unit == "" {
		f.addf("no unit")
	}
	if d.DisplayName == "" {
		f.addf("no displayName")
	}
	if !writable(&d) {
		f.addf("%v of %v cannot be written", d.MetricKind, d.ValueType)
	}
	f.add(labels(d.Labels))
	return &d, f.err()
}

// writable reports whether the kind can have values of the type, among those
// that a view can have.
func writable(d *metric.MetricDescriptor) bool {
	switch d.MetricKind {
	case metric.MetricDescriptor_CUMULATIVE:
		return slices.Contains(numbers, d.ValueType) || d.ValueType == metric.MetricDescriptor_DISTRIBUTION
	case metric.MetricDescriptor_GAUGE:
		return slices.Contains(numbers, d.ValueType)
	}
	return false
}

func labels(all []*label.LabelDescriptor) error {
	var f faults
	var seen []string
	for _, l := range all {
		if !labelKey.MatchString(l.Key) {
			f.addf("label key %q: want a letter, then up to 99 letters, digits and underscores", l.Key)
		}
		if slices.Contains(seen, l.Key) {
			f.addf("label key %q stands twice", l.Key)
		}
		if l.ValueType != label.LabelDescriptor_STRING {
			f.addf("label %q is %v: OpenCensus writes strings alone", l.Key, l.ValueType)
		}
		seen = append(seen, l.Key)
	}
	if len(all) > 30 {
		f.addf("%d labels: at most 30", len(all))
	}
	return f.err()
}
