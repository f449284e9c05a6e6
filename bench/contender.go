package main

import "strings"

// A contender is one way to record with one library.
type contender struct {
	library, style string
	// start returns the contender at the work, with metrics that nothing was
	// recorded into yet; nil where it has nothing to show.
	start func(w work) *subject
}

func (c contender) name() string { return c.library + ", " + c.style }

// isGenerated reports whether the contender is a recorder of ocgen.
func (c contender) isGenerated() bool { return strings.HasPrefix(c.library, "ocgen ") }

// A loop makes n records from the sequence. It calls the library itself: a call
// of a function value for each record would cost as much as some libraries do.
type loop func(s *sequence, n int)

// A subject is a contender at a work.
type subject struct {
	loop  loop
	bind  func(s *sequence) loop // instead of loop: the loop of a worker that has its series in hand
	drain func()                 // waits until what was recorded is counted; nil where it is at once
	read  func() points          // what the library's own export says
	stop  func()                 // nil where nothing stays behind
}

// points are what was exported, by the tag values in the order of their keys,
// such as "GET ok /cart".
type points map[string]point

// A point is what a series has. Which fields are set is the aggregation's
// choice.
type point struct {
	count   uint64
	value   float64  // the sum of a sum or a distribution, or the last value
	buckets []uint64 // one more than bounds; nil where a library has bounds of its own
}

// The contenders that the checks name.
const (
	openCensus     = "OpenCensus"
	ocgenViews     = "ocgen views"
	ocgenDirect    = "ocgen direct"
	ocgenOTel      = "ocgen otel"
	prometheusName = "Prometheus"
	openTelemetry  = "OpenTelemetry"
	victoria       = "VictoriaMetrics"
	floor          = "floor"
)

// withoutExemplars is the style of otel at the work of exemplars that its exemplars are
// compared with.
const withoutExemplars = "by tags, without exemplars"

// besideCount is the style of direct at the work of up-down counts that those are compared
// with: a count with the same tags.
const besideCount = "count by tags"

// prebuiltContext is OpenCensus's style with a context for each series.
const prebuiltContext = "Record with a prebuilt context"

// tableAdd is the style of the floor that finds its place as a table does.
const tableAdd = "one atomic add into a table"

// contenders returns first each library at its best, with what a careful user makes before.
// The contenders that look labels up at each record come last.
func contenders() []contender {
	return []contender{
		{floor, "one atomic add", startOneAdd},
		{floor, tableAdd, startTableAdd},
		{floor, "two atomic adds", startTwoAdds},
		{ocgenDirect, "by tags", startDirect},
		{ocgenDirect, besideCount, startCountBesideUpDown},
		{ocgenDirect, "bound", startDirectBound},
		{ocgenOTel, "by tags", startOTel},
		{ocgenOTel, withoutExemplars, startOTelWithoutExemplars},
		{ocgenOTel, "bound", startOTelBound},
		{ocgenViews, "by tags", startViews},
		{ocgenViews, "bound", startViewsBound},
		{prometheusName, "table", startPrometheusTable},
		{prometheusName, "bound", startPrometheusBound},
		{victoria, "table", startVictoriaTable},
		{victoria, "bound", startVictoriaBound},
		{openTelemetry, "prebuilt set", startPrebuiltSet},
		{openCensus, prebuiltContext, startPrebuiltContext},
		{prometheusName, "WithLabelValues", startLabelValues},
		{victoria, "by name", startVictoriaNames},
		{openTelemetry, "attributes", startAttributes},
		{openCensus, "RecordWithTags", startRecordWithTags},
		{openCensus, "tag.New and Record", startTagNew},
	}
}
