package schema

import (
	"slices"
	"time"
)

// A Service is the service that the SLOs belong to.
type Service struct {
	Place         Place
	ID            string // e.g. "shop"
	DisplayName   string
	Type          string  // e.g. "CLOUD_RUN"; "" for a custom service
	ServiceLabels []Label // labels that identify the service, depending on its type
	Labels        []Label // user labels
	Owner         string  // the label "owner", else the schema's; "" if there is none
	Runbook       string  // https URL, in which {slo} and {service} are replaced for each SLO; "" if there is none
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
	Description string
	Goal        float64 // e.g. 0.999
	GoalText    string  // as a percentage, e.g. "99.9%"
	Days        int     // rolling period; 0 if Calendar is set
	Calendar    string  // "DAY", "WEEK", "FORTNIGHT", "MONTH"; "" if Days is set
	SLI         SLI
	Labels      []Label // user labels
	Owner       string  // the label "owner" of the SLO or else of the service; the schema's if there is none
	Runbook     string  // https URL; "" if there is none
	Alerts      *Alerts // nil if the SLO has none

	Experimental bool
	Allows       []Allowance
}

// An SLI is a service level indicator. It has one of four forms, so exactly one field
// is set. The JSON body and the Go value of an SLO use the same names for the forms.
type SLI struct {
	Ratio   *Ratio   // the key ratio
	Cut     *Cut     // the key distribution
	Windows *Windows // the key windows
	Basic   *Basic   // the key basic
}

// Ratio returns the SLO's ratio, which may be inside windows, or nil.
func (slo *SLO) Ratio() *Ratio { return slo.SLI.ofEvents().Ratio }

// Cut returns the SLO's cut, which may be inside windows, or nil.
func (slo *SLO) Cut() *Cut { return slo.SLI.ofEvents().Cut }

// ofEvents returns the indicator that tells good events from bad ones. With windows it
// is the indicator inside them.
func (i SLI) ofEvents() SLI {
	if i.Windows != nil {
		return i.Windows.SLI
	}
	return i
}

// Selections returns the selections of the SLO's indicator: none for basic.
func (slo *SLO) Selections() []*Selection {
	var list []*Selection
	if ratio := slo.Ratio(); ratio != nil {
		for _, s := range []*Selection{ratio.Good, ratio.Bad, ratio.Total} {
			if s != nil {
				list = append(list, s)
			}
		}
	}
	if cut := slo.Cut(); cut != nil {
		list = append(list, &cut.Selection)
	}
	if w := slo.SLI.Windows; w != nil {
		for _, m := range []*MetricRange{w.Mean, w.Sum} {
			if m != nil {
				list = append(list, &m.Selection)
			}
		}
	}
	return list
}

// Views returns the views that the SLO selects, each once.
func (slo *SLO) Views() []*View {
	var views []*View
	for _, s := range slo.Selections() {
		if !slices.Contains(views, s.View) {
			views = append(views, s.View)
		}
	}
	return views
}

// A Ratio compares two selections. Exactly two of the three are set.
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

// A Condition restricts a tag to some values, or excludes them.
type Condition struct {
	Place    Place
	Tag      *Tag
	Op       ConditionOp
	Values   []string // Values and Prefixes together: at least one
	Prefixes []string // each stands for all values that start with it
}

// A Cut counts the values of a distribution in [Min, Max) as good. Both are in the unit
// of the view, and Max may be +Inf.
type Cut struct {
	Selection Selection
	Min, Max  float64
}

// Windows is an indicator that rates each window of Length as good or bad. Exactly one
// of SLI, Mean and Sum is set.
type Windows struct {
	Place     Place
	Length    time.Duration
	Threshold float64 // the fraction of good events, by SLI, that makes a window good
	SLI       SLI     // a ratio, a cut or basic
	Mean, Sum *MetricRange
}

// A MetricRange rates a window as good if the mean or sum of a gauge is in [Min, Max].
// Both are in the unit of the view and may be infinite.
type MetricRange struct {
	Selection Selection
	Min, Max  float64
}

// Basic is an indicator on metrics that Google defines for known types of services.
type Basic struct {
	Place        Place
	Availability bool
	Latency      time.Duration // unless Availability is set
	Methods      []string
	Locations    []string
	Versions     []string
}
