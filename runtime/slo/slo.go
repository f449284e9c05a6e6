package slo

import "time"

// An SLO is a service level objective of a generated package, as its schema
// says it: an indicator, a goal and a period. Exactly one of Days and Calendar
// is set, and exactly one of Ratio, Distribution, Windows and Basic. SLOs are
// values to read; package evaluate, below this one, computes their status.
type SLO struct {
	ID          string // e.g. "fast_enough"
	DisplayName string
	Goal        float64 // the part that must be good, e.g. 0.999
	Days        int     // rolling period
	Calendar    string  // calendar period: "DAY", "WEEK", "FORTNIGHT" or "MONTH"

	Ratio        *Ratio
	Distribution *DistributionCut
	Windows      *Windows
	Basic        *Basic
}

// A Ratio compares the sums of two selections of cumulative metrics; exactly
// two are set, and good and bad make up the total.
type Ratio struct {
	Good, Bad, Total *Selection
}

// A Selection is the time series of a metric that meet all conditions.
type Selection struct {
	Metric string // exported name, e.g. "shop/request_count"
	Unit   string // of the exported metric, e.g. "ms"; "1" for counts
	Where  []Condition
}

// ConditionOp is how a Condition compares.
type ConditionOp int

const (
	AnyOf      ConditionOp = iota // the value is one of Values, or starts with one of Prefixes
	Not                           // the value is none of Values, and starts with none of Prefixes
	StartsWith                    // the value starts with one of Values; in code generated before there were Prefixes
)

// A Condition restricts a label to some values, or to all but these. An absent
// label has the value "", which no condition lists: AnyOf never selects a series
// without the label, and Not always does, as Cloud Monitoring's = and != do.
type Condition struct {
	Key      string // tag key as exported, e.g. "http.method"
	Op       ConditionOp
	Values   []string
	Prefixes []string // each stands for all values that start with it
}

// A DistributionCut counts a distribution's values in [Min, Max) as good. Both
// are in the selection's unit. Max may be +Inf.
type DistributionCut struct {
	Selection Selection
	Min, Max  float64
}

// Windows calls each window of Length, aligned to midnight in UTC, good or bad.
// Exactly one of Ratio, Distribution, Basic, Mean and Sum is set. With one of
// the first three a window is good whose part of good events is at least
// Threshold.
type Windows struct {
	Length       time.Duration // a whole fraction of a day
	Threshold    float64       // with Ratio, Distribution and Basic, e.g. 0.95
	Ratio        *Ratio
	Distribution *DistributionCut
	Basic        *Basic
	Mean, Sum    *MetricRange
}

// A MetricRange calls a window good if the mean or the sum of the selected
// series of a gauge lies in [Min, Max]. Both are in the selection's unit and may
// be infinite.
type MetricRange struct {
	Selection Selection
	Min, Max  float64
}

// Basic is an indicator over metrics that Google predefines for services of
// known types. Nothing in the process itself measures it.
type Basic struct {
	Availability bool
	Latency      time.Duration // if not Availability
	Methods      []string
	Locations    []string
	Versions     []string
}
