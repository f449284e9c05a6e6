package prometheus

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/prometheus/client_golang/prometheus"
)

// The names and labels that Prometheus accepts without quotes, in every version.
var (
	plainName  = regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*$`)
	plainLabel = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
)

// bucketLabel is the label that Prometheus reserves for the buckets of a histogram.
const bucketLabel = "le"

// maxSanitized is the length in bytes at which names and label keys are cut
// before other characters are replaced, as the OpenCensus exporter does.
const maxSanitized = 100

// sanitize returns a metric's name or a label key as the OpenCensus exporter for Prometheus
// writes it. The rule about dashes comes from its dependency statsd_exporter, which drops a
// dash after a dash.
func sanitize(s string) string {
	if s == "" {
		return ""
	}
	if len(s) > maxSanitized {
		s = s[:maxSanitized]
	}
	var b strings.Builder
	if isDigit(rune(s[0])) {
		b.WriteByte('_')
	}
	var previous rune
	for _, c := range s {
		switch {
		case isLetter(c) || isDigit(c) || c == '_':
			b.WriteRune(c)
		case c == '-' && previous == '-':
		default:
			b.WriteByte('_')
		}
		previous = c
	}
	if clean := b.String(); clean[0] != '_' {
		return clean
	}
	return "key" + b.String()
}

func isLetter(c rune) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
func isDigit(c rune) bool  { return '0' <= c && c <= '9' }

// naming has the options of a handler about names.
type naming struct {
	namespace string
	constant  map[string]string
}

func newNaming(opts Options) (naming, error) {
	n := naming{opts.Namespace, map[string]string{}}
	var all []error
	if n.namespace != "" && !plainName.MatchString(n.namespace) {
		all = append(all, fmt.Errorf("Options.Namespace is %q: it must begin with a letter and continue with letters, digits and _", n.namespace))
	}
	for _, key := range sortedKeys(opts.ConstLabels) {
		value := opts.ConstLabels[key]
		switch {
		case !plainLabel.MatchString(key) || strings.HasPrefix(key, "__"):
			all = append(all, fmt.Errorf("Options.ConstLabels has the key %q: it must begin with a letter and continue with letters, digits and _", key))
		case key == bucketLabel:
			all = append(all, fmt.Errorf("Options.ConstLabels has the key %q, which Prometheus reserves for buckets: use another key", key))
		case !utf8.ValidString(value):
			all = append(all, fmt.Errorf("Options.ConstLabels has the value %q for %s: it must be UTF-8", value, key))
		}
		n.constant[key] = value
	}
	return n, errors.Join(all...)
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// A family is a metric of Prometheus.
type family struct {
	source      string // name in the schema, e.g. "shop/request_latency"
	name        string // e.g. "shop_request_latency"
	kind        kind
	help        string
	labels      []string          // of the metric's label keys, in their order
	constant    map[string]string // labels of all its series
	description *prometheus.Desc
}

// A kind is one of Prometheus's types of metrics.
type kind string

const (
	counter   kind = "counter"
	gauge     kind = "gauge"
	histogram kind = "histogram"
	untyped   kind = "untyped" // of a total that has fallen; OpenMetrics calls it unknown
)

func kindOf(d metric.Descriptor) (kind, error) {
	switch d.Type {
	case metric.TypeCumulativeInt64, metric.TypeCumulativeFloat64:
		if d.Fallen {
			return untyped, nil
		}
		return counter, nil
	case metric.TypeGaugeInt64, metric.TypeGaugeFloat64:
		return gauge, nil
	case metric.TypeCumulativeDistribution:
		return histogram, nil
	}
	return "", fmt.Errorf("its type %v has no counterpart in Prometheus: make it cumulative, or a gauge of numbers", d.Type)
}

// familyOf returns the family of a metric, or an error if the metric cannot be served. r
// may be nil.
func (n naming) familyOf(d metric.Descriptor, r *metric.Resource) (*family, error) {
	if d.Name == "" {
		return nil, errors.New("it has no name")
	}
	k, err := kindOf(d)
	if err != nil {
		return nil, err
	}
	f := &family{
		source:   d.Name,
		name:     sanitize(d.Name),
		kind:     k,
		help:     strings.ToValidUTF8(d.Description, "\uFFFD"),
		constant: n.constantLabels(r),
	}
	if n.namespace != "" {
		f.name = n.namespace + "_" + f.name
	}
	for _, label := range sortedKeys(f.constant) {
		if strings.HasPrefix(label, "__") {
			return nil, fmt.Errorf("its resource has the label key %q, which Prometheus reserves: rename it", label)
		}
		if !utf8.ValidString(f.constant[label]) {
			return nil, fmt.Errorf("its resource has the label %s=%q, which is not UTF-8", label, f.constant[label])
		}
	}
	if err := f.takeLabels(d.LabelKeys); err != nil {
		return nil, err
	}
	f.description = prometheus.V2.NewDesc(f.name, f.help, prometheus.UnconstrainedLabels(f.labels), f.constant,
		f.unit(d.Unit)...)
	return f, nil
}

// constantLabels returns the labels of the options and of a resource. Labels of the resource
// have precedence. Its keys are not changed if Prometheus accepts them.
func (n naming) constantLabels(r *metric.Resource) map[string]string {
	if r == nil || len(r.Labels) == 0 {
		return n.constant
	}
	all := map[string]string{}
	for key, value := range n.constant {
		all[key] = value
	}
	for _, key := range sortedKeys(r.Labels) {
		label := key
		if !plainLabel.MatchString(label) {
			label = sanitize(label)
		}
		all[label] = r.Labels[key]
	}
	return all
}

// takeLabels sets the family's labels. It returns an error if they cannot be served.
func (f *family) takeLabels(keys []metric.LabelKey) error {
	from := map[string]string{}
	for _, k := range keys {
		label := sanitize(k.Key)
		first, twice := from[label]
		_, constant := f.constant[label]
		switch {
		case label == "":
			return errors.New("one of its label keys is empty")
		case twice:
			return fmt.Errorf("its label keys %q and %q both become the label %s: rename one of them", first, k.Key, label)
		case constant:
			return fmt.Errorf("its label key %q becomes the label %s, which a resource or Options.ConstLabels sets for all its series: rename one of them", k.Key, label)
		}
		from[label] = k.Key
		f.labels = append(f.labels, label)
	}
	if _, constant := f.constant[bucketLabel]; f.kind == histogram && (constant || slices.Contains(f.labels, bucketLabel)) {
		return fmt.Errorf("it is a distribution with the label key %q, which Prometheus reserves for buckets: rename the key", bucketLabel)
	}
	return nil
}

// unit returns the unit for an OpenMetrics UNIT line, which must be the end
// of the name (OpenMetrics 1.0, "Unit"), and none where the name ends otherwise. Only the
// name of a counter has no _total in OpenMetrics.
func (f *family) unit(unit string) []prometheus.DescOpt {
	name := f.name
	if f.kind == counter {
		name = strings.TrimSuffix(name, "_total")
	}
	if !plainLabel.MatchString(unit) || !strings.HasSuffix(name, "_"+unit) {
		return nil
	}
	return []prometheus.DescOpt{prometheus.WithUnit(unit)}
}

// owned returns the names that the family's series have in an exposition, and
// its own.
func (f *family) owned() []string {
	if f.kind != histogram {
		return []string{f.name}
	}
	return []string{f.name, f.name + "_bucket", f.name + "_sum", f.name + "_count"}
}
