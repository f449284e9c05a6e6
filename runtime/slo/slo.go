package slo

import "time"

// An SLO is a service level objective of a generated package, as its schema declares it:
// an indicator, a goal and a period. Exactly one of Days and Calendar is set, and
// exactly one of Ratio, Distribution, Windows and Basic. Values from generated packages
// must not be changed. Package evaluate computes the status of an SLO.
type SLO struct {
	ID          string // e.g. "fast_enough"
	DisplayName string
	Goal        float64 // fraction of events that must be good, above 0 and below 1, e.g. 0.999
	Days        int     // length of a rolling period
	Calendar    string  // calendar period: "DAY", "WEEK", "FORTNIGHT" or "MONTH"

	Ratio        *Ratio
	Distribution *DistributionCut
	Windows      *Windows
	Basic        *Basic

	Alerts *Alerts // nil: the schema writes no alerts of the SLO
}

// Alerts are the conditions of an SLO's alerts, as alert policies of Cloud Monitoring and
// rules of Prometheus have them.
type Alerts struct {
	Tiers     []Tier
	MinEvents int // a tier holds only with so many events in Over; 0: with any. Not for Mean and Sum of Windows
}

// A Tier is a condition on the burn rate. It holds if the ratio of bad events is above
// Burn × (1-Goal) over both look-backs, and exactly at that ratio it does not hold. Without
// events it does not hold.
type Tier struct {
	Severity string        // "page" or "ticket"
	Over     time.Duration // the long look-back
	Short    time.Duration // the short look-back, at most Over; equal to Over: there is only one
	Burn     float64       // burn rate, e.g. 14.4
}

// A Ratio compares the sums of two selections of cumulative metrics. Exactly two fields are
// set; good and bad events together are the total.
type Ratio struct {
	Good, Bad, Total *Selection
}

// A Selection has the time series of a metric that meet all conditions.
type Selection struct {
	Metric string // exported name, e.g. "shop/request_count"
	Unit   string // of the exported metric, e.g. "ms"; "1" for counts
	Where  []Condition
}

// ConditionOp is the comparison of a Condition.
type ConditionOp int

const (
	AnyOf ConditionOp = iota // the value is one of Values, or starts with one of Prefixes
	Not                      // the value is none of Values, and starts with none of Prefixes
)

// A Condition restricts a label to some values, or to all other values. An absent label has
// the value "", which no condition lists: AnyOf never selects a series without the label, and
// Not always does, like Cloud Monitoring's = and !=.
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

// Windows counts good windows of Length, which are aligned to midnight in UTC. Exactly one of
// Ratio, Distribution, Basic, Mean and Sum is set. With one of the first three, a window is
// good if the fraction of good events is at least Threshold.
type Windows struct {
	Length       time.Duration // at least 1 min; must divide a day evenly
	Threshold    float64       // fraction from 0 to 1, with Ratio, Distribution and Basic, e.g. 0.95
	Ratio        *Ratio
	Distribution *DistributionCut
	Basic        *Basic
	Mean, Sum    *MetricRange
}

// A MetricRange is the range of good values of the mean or the sum of a gauge's selected
// series: a window is good if the value is in [Min, Max]. Both are in the selection's unit and
// may be infinite.
type MetricRange struct {
	Selection Selection
	Min, Max  float64
}

// Basic is an indicator over metrics that Google predefines for services of known types. The
// process itself does not measure it.
type Basic struct {
	Availability bool
	Latency      time.Duration // if not Availability
	Methods      []string
	Locations    []string
	Versions     []string
}
