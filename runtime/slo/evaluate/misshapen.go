package evaluate

import (
	"fmt"
	"time"

	"github.com/ocgen/ocgen/runtime/slo"
)

// misshapen returns the mistake of an SLO that does not come from a schema; "": none.
func misshapen(s *slo.SLO) string {
	switch {
	case !(s.Goal > 0 && s.Goal < 1):
		return fmt.Sprintf("goal %v: must be above 0 and below 1", s.Goal)
	case periodLength(s) <= 0:
		return fmt.Sprintf("no period: Days is %d and Calendar is %q; set Days above 0, or Calendar to DAY, WEEK, FORTNIGHT or MONTH", s.Days, s.Calendar)
	case count(s.Ratio != nil, s.Distribution != nil, s.Windows != nil, s.Basic != nil) != 1:
		return "exactly one of Ratio, Distribution, Windows and Basic must be set"
	}
	if problem := misshapenTiers(s.Alerts); problem != "" {
		return problem
	}
	if s.Windows != nil {
		return misshapenWindows(s.Windows)
	}
	return misshapenEvents(s.Ratio, s.Distribution)
}

func misshapenWindows(w *slo.Windows) string {
	events := w.Ratio != nil || w.Distribution != nil || w.Basic != nil
	switch {
	case count(w.Ratio != nil, w.Distribution != nil, w.Basic != nil, w.Mean != nil, w.Sum != nil) != 1:
		return "exactly one of Ratio, Distribution, Basic, Mean and Sum of Windows must be set"
	case w.Length < time.Minute || day%w.Length != 0:
		return fmt.Sprintf("window length %s: must be at least 1m and divide a day evenly", w.Length)
	case events && !(w.Threshold >= 0 && w.Threshold <= 1):
		return fmt.Sprintf("window threshold %v: must be from 0 to 1", w.Threshold)
	}
	for _, r := range []*slo.MetricRange{w.Mean, w.Sum} {
		if r != nil && !(r.Min <= r.Max) {
			return noRange(r.Min, r.Max)
		}
	}
	return misshapenEvents(w.Ratio, w.Distribution)
}

func misshapenEvents(r *slo.Ratio, d *slo.DistributionCut) string {
	switch {
	case r != nil && count(r.Good != nil, r.Bad != nil, r.Total != nil) != 2:
		return "exactly two of Good, Bad and Total of Ratio must be set"
	case d != nil && !(d.Min < d.Max):
		return noRange(d.Min, d.Max)
	}
	return ""
}

func noRange(min, max float64) string {
	return fmt.Sprintf("the range from min %v to max %v contains no value", min, max)
}

func count(conditions ...bool) int {
	n := 0
	for _, met := range conditions {
		if met {
			n++
		}
	}
	return n
}
