package schema

import (
	"slices"
	"strings"
	"time"
)

// A Schema is one resolved schema file: every reference is a pointer, every default is
// filled in, every list is in source order, and every number is in its final unit. No
// name needs to be looked up again.
type Schema struct {
	File        string // as the caller named it, e.g. "examples/sli/metrics.yaml"
	Package     string // Go package name, e.g. "shopmetrics"
	Description string
	Owner       string // e.g. "storefront"; "" if the schema names none
	Prefix      string // e.g. "shop/"
	Tags        []*Tag
	Measures    []*Measure
	Events      []*Event
	Service     *Service // nil if the schema declares none
	SLOs        []*SLO
	Channels    map[string][]string // full names of notification channels, by severity
	Monitoring  Monitoring
	Prometheus  Prometheus
	Environment string // the environment for which this schema is resolved; "" if it has none, or for the base
	// The same schema for each environment, in source order. Only the base has them.
	Environments []*Schema
	Generate     Generate
	Removed      Removed

	Sections map[string]Place // where the top-level keys stand, by name
	Allows   []Allowance
}

// Views returns all views in source order.
func (s *Schema) Views() []*View {
	var all []*View
	for _, m := range s.Measures {
		all = append(all, m.Views...)
	}
	return all
}

// Place is the position of an element in its schema. Lines and columns count from 1. A
// column counts characters, as editors do.
type Place struct {
	Line, Col int
}

// Removed lists metrics and SLOs that are gone for good.
type Removed struct {
	Metrics []Removal
	SLOs    []Removal
}

// A Removal is a metric or an SLO that is gone.
type Removal struct {
	Place  Place
	Name   string // the exported name of a metric, or the id of an SLO
	Reason string
}

// An Allowance is an entry of an element's "allow" for one of the [BreakingRules].
type Allowance struct {
	Place Place
	Rule  string
}

// Source says where a tag's value comes from.
type Source int

const (
	FromCall    Source = iota // a parameter of the recorder
	FromContext               // the tags of the call's ctx
	FromProcess               // one value for each process
)

// A Tag is a dimension of measures: a key and its values.
type Tag struct {
	Place       Place
	ID          string // e.g. "error_class"
	GoName      string // e.g. "ErrorClass"
	Key         string // OpenCensus tag key or OpenTelemetry attribute, e.g. "http.method"
	Description string
	Deprecated  string
	Existing    *Reference // the tag.Key of another package, or nil
	Values      []*Value   // closed tags only; includes the catch-all
	CatchAll    *Value     // one of Values, or nil
	Optional    bool       // closed tags only: the zero value is absent
	MaxValues   int        // open tags only: distinct values of one process
	Known       []string   // open tags only: values that max_values does not count
	UTF8        bool       // open tags only: values may be any UTF-8, not only printable ASCII
	From        Source
	GoAliases   []Alias
	Propagate   bool // FromContext only: sent over the wire with the context

	MayDiffer    bool // key-differs is silenced for the tag
	Experimental bool
	Allows       []Allowance
}

// Closed reports whether the tag's values are listed.
func (t *Tag) Closed() bool { return len(t.Values) > 0 }

// A Value is one value of a closed tag. Its ordinal is its index plus one.
type Value struct {
	Place       Place
	Text        string // as recorded, e.g. "error"
	GoName      string // without the tag's name, e.g. "Failed"
	GoAliases   []Alias
	Description string
	Deprecated  string
}

// An Alias is a former Go name of an element. The package still declares what had the
// name, as deprecated forwarders.
type Alias struct {
	Place  Place
	GoName string // as that of the element, e.g. "RequestLatency"
}

// A Reference is an exported package-level variable of another Go package.
type Reference struct {
	Place Place
	Path  string // import path, e.g. "go.opencensus.io/plugin/ochttp"
	Name  string // e.g. "ServerLatency"
}

// ValueType is the type of a measure's values.
type ValueType int

const (
	Int64 ValueType = iota
	Float64
)

// String returns the schema's word, e.g. "int64".
func (t ValueType) String() string { return [...]string{"int64", "float64"}[t] }

// A Measure is a quantity that is recorded or observed.
type Measure struct {
	Place       Place
	ID          string // e.g. "request_latency"
	GoName      string // e.g. "RequestLatency"
	Name        string // exported name, e.g. "shop/request_latency"
	Description string
	Deprecated  string
	Owner       string     // the schema's if the measure has none
	Existing    *Reference // a measure that another package records, or nil
	Type        ValueType
	Unit        string // UCUM, e.g. "ms"
	Tags        []*Tag
	Constant    *Constant // the value of every record, so the recorder has no parameter for it; or nil
	Exemplars   bool
	Observe     bool // functions return the values at export, and nothing is recorded
	GoAliases   []Alias
	GoMoved     []*Tag // the parameters of the aliases, if they have another order; or nil
	Views       []*View
	UpDown      bool // it is counted up and down; then all of Views are
	Forget      bool // a function ends its time series

	Experimental bool
	Allows       []Allowance
}

// Recorded reports whether the generated package records the measure: no other package
// does, and it is not observed.
func (m *Measure) Recorded() bool { return m.Existing == nil && !m.Observe }

// Bound reports whether the measure has a bound recorder: its recorder has a parameter
// for at least one tag.
func (m *Measure) Bound() bool {
	return m.Recorded() && slices.ContainsFunc(m.Tags, func(t *Tag) bool { return t.From == FromCall })
}

// Begins reports whether the measure has a function that adds 1 until it ends: the
// measure counts things up and down. A time, such as the work that waits, is no thing.
func (m *Measure) Begins() bool {
	return m.UpDown && m.Recorded() && m.Type == Int64 && m.Duration() == 0
}

// Forgets returns the views whose series the measure's function ends: those with all tags
// that a call gives.
func (m *Measure) Forgets() []*View {
	if !m.Forget {
		return nil
	}
	var views []*View
	for _, v := range m.Views {
		if !slices.ContainsFunc(m.Params(), func(t *Tag) bool { return !slices.Contains(v.Tags, t) }) {
			views = append(views, v)
		}
	}
	return views
}

// Timed reports whether the measure has a timer: its recorder has a parameter for a
// duration that passed.
func (m *Measure) Timed() bool {
	return m.Recorded() && m.Duration() > 0 && m.Constant == nil && !m.UpDown
}

// Duration returns the length of one unit of a measure of time, and 0 for any
// other measure.
func (m *Measure) Duration() time.Duration { return timeUnits[m.Unit] }

// NonNegative reports whether recorders drop negative values of the measure. They do
// for sums, which must not decrease, and for times, which are negative only if the
// clock was set back. A last value of a time may be negative, since the offset between
// two clocks can be, and an up-down count is meant to be lowered.
func (m *Measure) NonNegative() bool {
	if m.UpDown {
		return false
	}
	lasts := 0
	for _, v := range m.Views {
		switch v.Aggregation {
		case Sum:
			return true
		case LastValue:
			lasts++
		}
	}
	return isTimeUnit(m.Unit) && (len(m.Views) == 0 || lasts < len(m.Views))
}

// A Constant is the value of every record of a measure.
type Constant struct {
	Int64   int64   // for Int64 measures
	Float64 float64 // for Float64 measures
}

// Aggregation is how a view aggregates its measure's values.
type Aggregation int

const (
	Count Aggregation = iota
	Sum
	LastValue
	Distribution
	UpDown
)

var aggregations = []string{"count", "sum", "last_value", "distribution", "up_down"}

// String returns the schema's word, e.g. "last_value".
func (a Aggregation) String() string { return aggregations[a] }

// Noun returns the word with its article, e.g. "a last_value".
func (a Aggregation) Noun() string {
	if a == UpDown {
		return "an up_down"
	}
	return "a " + a.String()
}

// inWords is Noun in words of English, e.g. "a last value".
func (a Aggregation) inWords() string {
	if a == UpDown {
		return a.Noun()
	}
	return strings.ReplaceAll(a.Noun(), "_", " ")
}

// A View is an aggregation of a measure by some of its tags. It is exported as
// one metric.
type View struct {
	Place       Place
	ID          string  // e.g. "request_count"
	GoName      string  // e.g. "RequestCount"
	Name        string  // exported name, e.g. "shop/request_count"
	RenamedFrom *Rename // the former name, under which it is exported too; or nil
	Description string  // the measure's if the view has none
	Deprecated  string
	Measure     *Measure
	Aggregation Aggregation
	Bounds      []float64 // Distribution only: strictly increasing, in the measure's unit; none with "buckets: none"
	Tags        []*Tag    // some of the measure's tags
	MaxSeries   int       // 0 for an observed measure, which has one series for each observer
	ZeroRows    bool      // all combinations of listed and known values, and the series of bound recorders, are exported from registration on

	Experimental bool
	Allows       []Allowance // nil in the short form, whose view is the measure
}

// A Rename is the former name of a view during the time of both names.
type Rename struct {
	Place     Place  // of the former name
	Name      string // e.g. "shop/request_latency"
	Until     string // the last day, e.g. "2027-03-01"
	NewInSLOs bool   // the filters of SLOs have the new name
}

// Exports returns the names under which the view is exported: its own, and the former
// one if it is renamed.
func (v *View) Exports() []string {
	if v.RenamedFrom == nil {
		return []string{v.Name}
	}
	return []string{v.Name, v.RenamedFrom.Name}
}

// SLOName returns the exported name that SLOs select by.
func (v *View) SLOName() string {
	if r := v.RenamedFrom; r != nil && !r.NewInSLOs {
		return r.Name
	}
	return v.Name
}

// Unit returns the unit of the exported metric: "1" for a count, otherwise the
// measure's.
func (v *View) Unit() string {
	if v.Aggregation == Count {
		return "1"
	}
	return v.Measure.Unit
}

// An Event records several measures in one call.
type Event struct {
	Place       Place
	ID          string // e.g. "request"
	GoName      string // e.g. "Request"
	GoAliases   []Alias
	GoMoved     []*Tag // the parameters of the aliases, if they have another order; or nil
	Description string
	Measures    []*Measure
	Tags        []*EventTag // the union of the measures' tags, by first appearance
	Allows      []Allowance
}

// Bound reports whether the event has a bound recorder: its recorder has a parameter
// for at least one tag.
func (e *Event) Bound() bool { return slices.ContainsFunc(e.Tags, (*EventTag).Param) }

// Timed returns the measure whose time the event's timer records. It is nil if the
// event has no timer: if none of its measures has one, or if several have one, because
// the timer would not know which to record.
func (e *Event) Timed() *Measure {
	var timed *Measure
	for _, m := range e.Measures {
		switch {
		case !m.Timed():
		case timed != nil:
			return nil
		default:
			timed = m
		}
	}
	return timed
}

// An EventTag is one of an event's tags and how the event fills it.
type EventTag struct {
	Tag    *Tag
	Absent bool    // not in the event's `tags`, so recorded as absent
	Value  *Value  // fixed by the event's `set`, closed tags
	Text   *string // fixed by the event's `set`, open tags
}

// Param reports whether the recorder has a parameter for the tag.
func (t *EventTag) Param() bool {
	return t.Tag.From == FromCall && !t.Absent && t.Value == nil && t.Text == nil
}

// Monitoring is how the metrics appear in Cloud Monitoring.
type Monitoring struct {
	MetricPrefix   string           // e.g. "custom.googleapis.com/opencensus"
	Resource       string           // monitored resource type; "" if not known
	ResourceLabels []ResourceLabels // in source order
	Project        string           // id of the Google Cloud project; "" if not known
	Channels       []Label          // notification channels: names and full names, in source order
}

// ResourceLabels are the values that a monitored resource's label may have.
type ResourceLabels struct {
	Place  Place
	Key    string
	Values []string
}

// Generate says which files are written, and where. Paths are slash-separated, clean
// and relative to the schema's folder.
type Generate struct {
	Recorder string       // "views", "direct" or "otel"; "" if it could not be read
	Scope    string       // name of OpenTelemetry's instrumentation scope; "": the import path of the generated package
	Go       string       // file, e.g. "metrics_gen.go"
	Outputs  []OutputPath // beside the Go file, in the order of [OutputKeys], only for the kinds that are written
}

// InCall reports whether all recorders add up in the call itself: direct or otel. With
// "views" only those of up-down counts do, because OpenCensus has none.
func (g Generate) InCall() bool { return g.Recorder == "direct" || g.OpenTelemetry() }

// OpenTelemetry reports whether OpenTelemetry's SDK reads the metrics, and nothing of
// OpenCensus is linked.
func (g Generate) OpenTelemetry() bool { return g.Recorder == "otel" }

// An OutputPath is the folder or the page of one kind of output.
type OutputPath struct {
	Key  string // in "generate", e.g. "slo"
	Path string // e.g. "deploy/slo" or "METRICS.md"
	Page bool   // a file in Markdown; otherwise a folder of JSON

	PerEnvironment bool // each environment has a folder in it
}
