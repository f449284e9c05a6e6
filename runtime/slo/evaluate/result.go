package evaluate

import "time"

// State is what is known of a window or an SLO.
type State string

// The three states. Without events, or without data to count them by, nothing
// is good and nothing is bad.
const (
	Good   State = "good"
	Bad    State = "bad"
	NoData State = "no_data"
)

// Form is the kind of an SLO's indicator.
type Form string

const (
	FormRatio               Form = "ratio"
	FormDistribution        Form = "distribution"
	FormWindowsRatio        Form = "windows_ratio"
	FormWindowsDistribution Form = "windows_distribution"
	FormWindowsMean         Form = "windows_mean"
	FormWindowsSum          Form = "windows_sum"
	FormBasic               Form = "basic"
	FormWindowsBasic        Form = "windows_basic"
)

// A Report is what an Evaluator knows at one time. It marshals to JSON as it is:
// times are RFC 3339, lengths are seconds, and no number is NaN or infinite; what
// is not known, or unbounded, is left out.
type Report struct {
	Time     time.Time `json:"time,omitzero"`  // of the reading of the metrics; zero if there was none yet
	Began    time.Time `json:"began,omitzero"` // of the first reading
	History  bool      `json:"history"`        // whether the evaluator samples by itself
	Problems []string  `json:"problems"`       // of the reading, e.g. producers that panicked or hang
	SLOs     []SLO     `json:"slos"`           // in the order of packages and of their schemas
}

// An SLO is an SLO as it stands. In the forms on windows what it counts are
// windows: Good, Bad and Total of each Window are closed windows of the form.
type SLO struct {
	Key         string  `json:"key"`               // tells it apart in the report, e.g. "shopmetrics/fast_enough"
	Package     string  `json:"package,omitempty"` // "" for SLOs of Options
	ID          string  `json:"id"`
	DisplayName string  `json:"display_name"`
	Goal        float64 `json:"goal"`               // e.g. 0.999
	Days        int     `json:"days,omitempty"`     // rolling period
	Calendar    string  `json:"calendar,omitempty"` // calendar period, in UTC, e.g. "MONTH"
	Form        Form    `json:"form"`
	Indicator   string  `json:"indicator"` // in words, e.g. "shop/request_latency below 1000 ms"

	State      State  `json:"state"`            // of Period: whether it meets the goal
	Computable bool   `json:"computable"`       // false: it cannot be computed in this process, and Status says why
	Status     string `json:"status,omitempty"` // what is missing or wrong, and what to do; "" if all is well

	SinceStart Window   `json:"since_start"` // since its metrics were first counted
	Period     Window   `json:"period"`      // the SLO's own period as far as the process has lived
	Windows    []Window `json:"windows"`     // sliding: 5 minutes, 1 hour, 6 hours
	Budget     *Budget  `json:"budget,omitempty"`

	Histogram *Histogram `json:"histogram,omitempty"` // of the forms on distributions
	Chart     []Interval `json:"chart,omitempty"`     // of the forms on ratios and distributions: the last hour
	Strip     *Strip     `json:"strip,omitempty"`     // of the forms on windows
}

// A Window is what was counted in [From, To), which are times of readings: the
// counts are differences of two readings and exact. From may also be the time
// when the metrics began to count, which their producers tell. While an SLO's
// metrics cannot be read, To stays behind.
type Window struct {
	Name     string    `json:"name"`               // "since_start", "period", "5m", "1h" or "6h"
	Length   float64   `json:"length_s,omitempty"` // what it should span, in seconds; 0 for since_start
	From     time.Time `json:"from,omitzero"`      // zero while nothing has been read
	To       time.Time `json:"to,omitzero"`
	Complete bool      `json:"complete"` // [From, To) spans Length, by a tenth; else it is shorter
	Good     float64   `json:"good"`     // whole numbers are exact up to 2^53
	Bad      float64   `json:"bad"`
	Total    float64   `json:"total"`
	State    State     `json:"state"`                // whether the goal is met
	Ratio    *float64  `json:"compliance,omitempty"` // Good/Total; nil if Total is 0
	BurnRate *float64  `json:"burn_rate,omitempty"`  // 1 spends the budget exactly over the period; nil if Total is 0
	Counts   []int64   `json:"counts,omitempty"`     // of Histogram's buckets; nil if it has none over this window
}

// A Budget is an error budget: how many of the period's events so far may be
// bad, and how many were.
type Budget struct {
	Allowed float64 `json:"allowed"` // (1-Goal) × Period.Total
	Spent   float64 `json:"spent"`   // Period.Bad
	Left    float64 `json:"left"`    // part of Allowed that is left, e.g. 0.25; negative if overspent
}

// A Histogram is how to read Counts of the windows: Counts[i] is how many values
// lay in [Bounds[i-1], Bounds[i]), the first and the last without a lower and an
// upper bound. Buckets [GoodFrom, GoodTo) of them are good.
type Histogram struct {
	Metric   string    `json:"metric"`
	Unit     string    `json:"unit"`
	Bounds   []float64 `json:"bounds"`
	Min      *float64  `json:"min,omitempty"` // of the good values, inclusive; nil: unbounded
	Max      *float64  `json:"max,omitempty"` // exclusive; nil: unbounded
	GoodFrom int       `json:"good_from"`
	GoodTo   int       `json:"good_to"`
}

// An Interval is what happened between two readings.
type Interval struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	Good float64   `json:"good"`
	Bad  float64   `json:"bad"`
}

// A Strip are the last windows of a form on windows, oldest first, without gaps:
// the last one is open still.
type Strip struct {
	Length    float64   `json:"length_s"`
	Threshold *float64  `json:"threshold,omitempty"` // a window is good from here; of ratios and distributions
	Min       *float64  `json:"min,omitempty"`       // of mean and sum; nil: unbounded
	Max       *float64  `json:"max,omitempty"`
	Unit      string    `json:"unit,omitempty"` // of mean and sum
	Outcomes  []Outcome `json:"outcomes"`
}

// An Outcome is one window of a form on windows.
type Outcome struct {
	Start    time.Time `json:"start"` // nominal, a multiple of the length since midnight in UTC
	End      time.Time `json:"end"`
	From     time.Time `json:"from,omitzero"` // of the readings that it was judged by; zero if there were none
	To       time.Time `json:"to,omitzero"`
	Good     float64   `json:"good"` // of ratios and distributions
	Total    float64   `json:"total"`
	Samples  int       `json:"samples"`         // of mean and sum: readings of the gauge
	Value    *float64  `json:"value,omitempty"` // Good/Total, or the mean or sum; nil without data
	State    State     `json:"state"`
	Open     bool      `json:"open"`     // it has not ended: State is what it would be if it did now
	Complete bool      `json:"complete"` // it was read at both ends, by a tenth of its length or 11 seconds; only closed windows that were count for the SLO
}

// A Detail is an SLO by combination of label values, by all that its series have
// counted. SinceStart of the SLO has less if their producer does not say since
// when they count, or if they could not be evaluated for a while.
type Detail struct {
	SLO          SLO           `json:"slo"`
	Keys         []string      `json:"keys"`         // labels that all metrics of the SLO have, but those that tell good from bad
	Combinations []Combination `json:"combinations"` // at most MaxCombinations, the most bad events first
	Rest         Combination   `json:"rest"`         // what all others add up to, also those that are exported no more
	RestCount    int           `json:"rest_count"`   // how many others are exported
}

// A Combination is what the series with some label values add up to.
type Combination struct {
	Values []string `json:"values"` // one for each of Keys; "" if absent
	Good   float64  `json:"good"`
	Bad    float64  `json:"bad"`
	Total  float64  `json:"total"`
	Value  *float64 `json:"value,omitempty"` // of mean and sum: the gauge's last value; the others are 0
}

// MaxCombinations is how many combinations a Detail lists at most.
const MaxCombinations = 50
