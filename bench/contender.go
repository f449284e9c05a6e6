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

func contenders() []contender {
	return []contender{
		{openCensus, "RecordWithTags", startRecordWithTags},
		{openCensus, "tag.New and Record", startTagNew},
		{openCensus, "Record with a prebuilt context", startPrebuiltContext},
		{ocgenViews, "by tags", startViews},
		{ocgenViews, "bound", startViewsBound},
		{openTelemetry, "attributes", startAttributes},
		{openTelemetry, "prebuilt set", startPrebuiltSet},
		{prometheusName, "WithLabelValues", startLabelValues},
		{prometheusName, "bound", startPrometheusBound},
		{victoria, "by name", startVictoriaNames},
		{victoria, "bound", startVictoriaBound},
		{ocgenDirect, "by tags", startDirect},
		{ocgenOTel, "by tags", startOTel},
		{ocgenOTel, withoutExemplars, startOTelWithoutExemplars},
		{ocgenDirect, "bound", startDirectBound},
		{ocgenOTel, "bound", startOTelBound},
		{floor, "one atomic add", startOneAdd},
		{floor, "two atomic adds", startTwoAdds},
	}
}
