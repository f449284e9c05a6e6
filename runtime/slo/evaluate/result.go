package evaluate

import "time"

// State is the state of a window or an SLO.
type State string

// The three states. Without events or without data the state is NoData.
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

// A Report has all SLOs of an Evaluator at one time. It can be marshalled to JSON: times are
// RFC 3339, lengths are seconds, and no number is NaN or infinite. Unknown and unbounded
// values are left out.
type Report struct {
	Time     time.Time `json:"time,omitzero"`  // of the last reading of the metrics; zero: there was none
	Began    time.Time `json:"began,omitzero"` // of the first reading
	History  bool      `json:"history"`        // whether the evaluator samples by itself
	Problems []string  `json:"problems"`       // of the reading, e.g. producers that panicked or did not return
	SLOs     []SLO     `json:"slos"`           // in the order of packages and of their schemas
}

// An SLO is the state of an SLO. The forms on windows count windows: Good, Bad and Total of
// each Window are numbers of closed windows of the form.
type SLO struct {
	Key         string  `json:"key"`               // unique in the report, e.g. "shopmetrics/fast_enough"
	Package     string  `json:"package,omitempty"` // "" for SLOs of Options
	ID          string  `json:"id"`
	DisplayName string  `json:"display_name"`
	Goal        float64 `json:"goal"`               // e.g. 0.999
	Days        int     `json:"days,omitempty"`     // rolling period
	Calendar    string  `json:"calendar,omitempty"` // calendar period, in UTC, e.g. "MONTH"
	Form        Form    `json:"form"`
	Indicator   string  `json:"indicator"` // in words, e.g. "shop/request_latency below 1000 ms"

	State      State  `json:"state"`            // whether Period meets the goal
	Computable bool   `json:"computable"`       // false: it cannot be computed in this process, and Status has the reason
	Status     string `json:"status,omitempty"` // the problem and the cure; "": no problem

	SinceStart Window   `json:"since_start"` // since its metrics began to count
	Period     Window   `json:"period"`      // the SLO's own period, as far back as the process has counted
	Windows    []Window `json:"windows"`     // sliding: 5 minutes, 1 hour, 6 hours
	Budget     *Budget  `json:"budget,omitempty"`
	Tiers      []Tier   `json:"tiers,omitempty"` // of the SLO's alerts, in the order of the SLO

	Histogram *Histogram `json:"histogram,omitempty"` // of the forms on distributions
	Chart     []Interval `json:"chart,omitempty"`     // of the forms on ratios and distributions: the last hour
	Strip     *Strip     `json:"strip,omitempty"`     // of the forms on windows
}

// Holding returns the tiers whose conditions hold.
func (s SLO) Holding() []Tier {
	var all []Tier
	for _, t := range s.Tiers {
		if t.Holds {
			all = append(all, t)
		}
	}
	return all
}

// A Tier is the condition of an alert, and whether it holds: whether the ratio of bad events
// is above Limit in Over and in Short, and Over has enough events. A look-back without events
// has no ratio, and the condition does not hold.
//
// A process that has counted for a shorter time than a look-back knows only a part of it.
// The condition is then checked for this part, as a rule of Prometheus is for a series that
// is younger than its look-back. From and Complete of the look-back say so.
//
// A look-back begins at a reading that the evaluator kept. It is longer than its length by at
// most the greater of 10 seconds and 1/720, rounded up to 10 seconds, if there are readings
// so often. The forms on windows compare windows that have ended.
type Tier struct {
	Severity string  `json:"severity"`      // "page" or "ticket"
	Burn     float64 `json:"burn_rate"`     // the burn rate above which it holds
	Limit    float64 `json:"limit"`         // the same as a ratio of bad events: Burn × (1-Goal)
	Holds    bool    `json:"holds"`         // whether the condition holds
	Enough   bool    `json:"enough_events"` // whether Over has the minimum of events; true without a minimum
	Over     Window  `json:"over"`          // the long look-back
	Short    Window  `json:"short"`         // the short look-back; equal to Over if there is one only
}

// A Window has the counts in [From, To), which are times of readings: the counts are exact
// differences of two readings. From may also be the time when the metrics began to count, if
// their producers set it. While an SLO's metrics cannot be read, To does not advance.
type Window struct {
	Name     string    `json:"name"`               // "since_start", "period", "5m", "1h" or "6h"; of a tier its length, e.g. "90m"
	Length   float64   `json:"length_s,omitempty"` // nominal length in seconds; 0 for since_start
	From     time.Time `json:"from,omitzero"`      // zero before the first reading
	To       time.Time `json:"to,omitzero"`
	Complete bool      `json:"complete"` // [From, To) is at least nine tenths of Length
	Good     float64   `json:"good"`     // whole numbers are exact up to 2^53
	Bad      float64   `json:"bad"`
	Total    float64   `json:"total"`
	State    State     `json:"state"`                // whether the window meets the goal
	Ratio    *float64  `json:"compliance,omitempty"` // Good/Total; nil if Total is 0
	BurnRate *float64  `json:"burn_rate,omitempty"`  // 1 spends the budget exactly over the period; nil if Total is 0
	Counts   []int64   `json:"counts,omitempty"`     // counts of Histogram's buckets; nil if they are unknown for this window
}

// A Budget is an error budget: the numbers of the period's events so far that may be bad and
// that were bad.
type Budget struct {
	Allowed float64 `json:"allowed"` // (1-Goal) × Period.Total
	Spent   float64 `json:"spent"`   // Period.Bad
	Left    float64 `json:"left"`    // fraction of Allowed that is left, e.g. 0.25; negative if overspent
}

// A Histogram describes Counts of the windows: Counts[i] is the number of values in
// [Bounds[i-1], Bounds[i]). The first bucket has no lower bound and the last no upper bound.
// The buckets [GoodFrom, GoodTo) are good.
type Histogram struct {
	Metric   string    `json:"metric"`
	Unit     string    `json:"unit"`
	Bounds   []float64 `json:"bounds"`
	Min      *float64  `json:"min,omitempty"` // of the good values, inclusive; nil: unbounded
	Max      *float64  `json:"max,omitempty"` // exclusive; nil: unbounded
	GoodFrom int       `json:"good_from"`
	GoodTo   int       `json:"good_to"`
}

// An Interval has the events between two readings.
type Interval struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	Good float64   `json:"good"`
	Bad  float64   `json:"bad"`
}

// A Strip has the last windows of a form on windows, oldest first and without gaps. The last
// window is still open.
type Strip struct {
	Length    float64   `json:"length_s"`
	Threshold *float64  `json:"threshold,omitempty"` // a window is good from this fraction; of ratios and distributions
	Min       *float64  `json:"min,omitempty"`       // of mean and sum; nil: unbounded
	Max       *float64  `json:"max,omitempty"`
	Unit      string    `json:"unit,omitempty"` // of mean and sum
	Outcomes  []Outcome `json:"outcomes"`
}

// An Outcome is one window of a form on windows.
type Outcome struct {
	Start    time.Time `json:"start"` // nominal: a multiple of the length since midnight in UTC
	End      time.Time `json:"end"`
	From     time.Time `json:"from,omitzero"` // time of the first reading that was used; zero: there was none
	To       time.Time `json:"to,omitzero"`
	Good     float64   `json:"good"` // of ratios and distributions
	Total    float64   `json:"total"`
	Samples  int       `json:"samples"`         // of mean and sum: readings of the gauge
	Value    *float64  `json:"value,omitempty"` // Good/Total, or the mean or sum; nil without data
	State    State     `json:"state"`
	Open     bool      `json:"open"`     // it has not ended: State is the state if it ended now
	Complete bool      `json:"complete"` // it was read at both ends, within a tenth of its length or 11 seconds; only complete closed windows count for the SLO
}

// A Detail is an SLO by combinations of label values, with everything that its series have
// counted. SinceStart of the SLO may have less: if the producer does not set start times, or
// if the series could not be evaluated for a while.
type Detail struct {
	SLO          SLO           `json:"slo"`
	Keys         []string      `json:"keys"`         // labels of all metrics of the SLO, except labels that distinguish good from bad
	Combinations []Combination `json:"combinations"` // at most MaxCombinations, the most bad events first
	Rest         Combination   `json:"rest"`         // sum of all others, including those that are no longer exported
	RestCount    int           `json:"rest_count"`   // number of other combinations that are exported
}

// A Combination has the sum of the series with some label values.
type Combination struct {
	Values []string `json:"values"` // one for each of Keys; "" if absent
	Good   float64  `json:"good"`
	Bad    float64  `json:"bad"`
	Total  float64  `json:"total"`
	Value  *float64 `json:"value,omitempty"` // of mean and sum: the gauge's last value; the others are 0
}

// MaxCombinations is the maximum number of combinations in a Detail.
const MaxCombinations = 50
