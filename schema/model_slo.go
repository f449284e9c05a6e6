package schema

import "time"

// A Service is what the SLOs belong to.
type Service struct {
	Place         Place
	ID            string // e.g. "shop"
	DisplayName   string
	Type          string  // e.g. "CLOUD_RUN"; "" for a custom service
	ServiceLabels []Label // what identifies a service of that type
	Labels        []Label // user labels
}

// A Label is a key with its value.
type Label struct {
	Place      Place
	Key, Value string
}

// An SLO is a service level objective: an indicator, a goal and a period.
type SLO struct {
	Place       Place
	ID          string // e.g. "fast_enough"
	ResourceID  string // e.g. "fast-enough": its id in the API, and its file's name
	DisplayName string
	Goal        float64 // e.g. 0.999
	GoalText    string  // as a percentage, e.g. "99.9%"
	Days        int     // rolling period; 0 if Calendar is set
	Calendar    string  // "DAY", "WEEK", "FORTNIGHT", "MONTH"; "" if Days is set
	SLI         SLI
	Labels      []Label // user labels
}

// An SLI is a service level indicator. It has one of four forms, so exactly one field is
// set. Both templates of an SLO, its JSON body and its Go value, have them under the same
// names.
type SLI struct {
	Ratio   *Ratio   // the key ratio
	Cut     *Cut     // the key distribution
	Windows *Windows // the key windows
	Basic   *Basic   // the key basic
}

// Ratio returns the SLO's ratio, also that of each window; or nil.
func (slo *SLO) Ratio() *Ratio { return slo.SLI.ofEvents().Ratio }

// Cut returns the SLO's cut, also that of each window; or nil.
func (slo *SLO) Cut() *Cut { return slo.SLI.ofEvents().Cut }

// ofEvents returns the indicator that tells good events from bad: with windows, that of
// each window.
func (i SLI) ofEvents() SLI {
	if i.Windows != nil {
		return i.Windows.SLI
	}
	return i
}

// A Ratio compares two selections; exactly two are set.
type Ratio struct {
	Good, Bad, Total *Selection
}

// A Selection is the time series of a view that meet all conditions.
type Selection struct {
	Place Place
	View  *View
	Where []Condition
}

// ConditionOp is how a condition compares.
type ConditionOp int

const (
	AnyOf ConditionOp = iota // the tag has one of the values
	Not                      // the tag has none of the values, and may be absent
)

// A Condition restricts a tag to some values, or to all but these.
type Condition struct {
	Place    Place
	Tag      *Tag
	Op       ConditionOp
	Values   []string // Values and Prefixes together: at least one
	Prefixes []string // each stands for all values that start with it
}

// A Cut counts a distribution's values in [Min, Max) as good. Both
// are in the unit of the view; Max may be +Inf.
type Cut struct {
	Selection Selection
	Min, Max  float64
}

// Windows is an indicator that calls each window of Length good or bad.
// Exactly one of SLI, Mean and Sum is set.
type Windows struct {
	Place     Place
	Length    time.Duration
	Threshold float64 // the fraction of good by the SLI that makes a window good
	SLI       SLI     // a ratio, a cut or basic
	Mean, Sum *MetricRange
}

// A MetricRange calls a window good if the mean or sum of a gauge lies in
// [Min, Max]. Both are in the unit of the view and may be infinite.
type MetricRange struct {
	Selection Selection
	Min, Max  float64
}

// Basic is an indicator over metrics that Google predefines for known services.
type Basic struct {
	Place        Place
	Availability bool
	Latency      time.Duration // if not Availability
	Methods      []string
	Locations    []string
	Versions     []string
}
