package evaluate

import (
	"fmt"
	"math"
	"strings"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/slo"
)

// An indicator has the selections of an SLO. Only the fields of its form are set.
type indicator struct {
	form             Form
	words            string
	good, bad, total *selection        // two of them
	cut              *cut              //
	gauge            *selection        // of mean and sum
	within           *slo.MetricRange  //
	windows          *slo.Windows      //
	metrics          []*followedMetric // the metrics to read; each once or more
	invalid          string            // why the SLO cannot be computed in this process; "": it can
}

// newIndicator returns the indicator of an SLO; follow returns the selection to
// follow.
func newIndicator(s *slo.SLO, follow func(*slo.Selection) *selection) *indicator {
	i := &indicator{}
	i.invalid = misshapen(s)
	switch {
	case i.invalid != "":
	case s.Ratio != nil:
		i.ratio(FormRatio, s.Ratio, follow)
	case s.Distribution != nil:
		i.distribution(FormDistribution, s.Distribution, follow)
	case s.Basic != nil:
		i.basic(FormBasic)
	default:
		i.onWindows(s.Windows, follow)
	}
	return i
}

func (i *indicator) onWindows(w *slo.Windows, follow func(*slo.Selection) *selection) {
	i.windows = w
	switch {
	case w.Ratio != nil:
		i.ratio(FormWindowsRatio, w.Ratio, follow)
	case w.Distribution != nil:
		i.distribution(FormWindowsDistribution, w.Distribution, follow)
	case w.Basic != nil:
		i.basic(FormWindowsBasic)
		return
	case w.Mean != nil:
		i.inRange(FormWindowsMean, "mean", w.Mean, follow)
	default:
		i.inRange(FormWindowsSum, "sum", w.Sum, follow)
	}
	if i.within != nil {
		i.words = fmt.Sprintf("windows of %s: %s", lengthOf(w.Length), i.words)
		return
	}
	i.words = fmt.Sprintf("windows of %s, each at least %s%% good: %s", lengthOf(w.Length), percent(w.Threshold), i.words)
}

func (i *indicator) ratio(form Form, r *slo.Ratio, follow func(*slo.Selection) *selection) {
	i.form = form
	var words []string
	if r.Good != nil {
		i.good = i.follow(r.Good, follow)
		words = append(words, "good "+text(r.Good))
	}
	if r.Bad != nil {
		i.bad = i.follow(r.Bad, follow)
		words = append(words, "bad "+text(r.Bad))
	}
	if r.Total != nil {
		i.total = i.follow(r.Total, follow)
		words = append(words, "all "+text(r.Total))
	}
	i.words = strings.Join(words, " against ")
}

func (i *indicator) distribution(form Form, d *slo.DistributionCut, follow func(*slo.Selection) *selection) {
	i.form = form
	i.cut = newCut(i.follow(&d.Selection, follow), d)
	i.words = text(&d.Selection) + " " + below(d.Min, d.Max, d.Selection.Unit)
}

func (i *indicator) inRange(form Form, name string, r *slo.MetricRange, follow func(*slo.Selection) *selection) {
	i.form, i.within = form, r
	i.gauge = i.follow(&r.Selection, follow)
	i.words = name + " of " + text(&r.Selection) + " " + within(r.Min, r.Max, r.Selection.Unit)
}

func (i *indicator) basic(form Form) {
	i.form = form
	i.words = "metrics that Google predefines"
	i.invalid = "a basic SLI is computed from metrics that Google Cloud measures itself: it cannot be computed in this process"
}

func (i *indicator) follow(from *slo.Selection, follow func(*slo.Selection) *selection) *selection {
	s := follow(from)
	i.metrics = append(i.metrics, s.metric)
	return s
}

// events returns the numbers of good and of all events since the first reading. Two metrics
// are not read at the same time, so good may lack the latest events.
func (i *indicator) events() (good, total float64) {
	switch {
	case i.gauge != nil:
		return 0, 0
	case i.cut != nil:
		return i.cut.events()
	case i.bad == nil:
		return i.good.value, i.total.value
	case i.good == nil:
		return i.total.value - i.bad.value, i.total.value
	default:
		return i.good.value, i.good.value + i.bad.value
	}
}

// problem returns the reason why the metrics cannot be evaluated; "": they can.
func (i *indicator) problem() string {
	for _, m := range i.metrics {
		if m.read > 0 && m.problem != "" {
			return m.problem
		}
		if m.read > 0 && !i.takes(m.kind) {
			return fmt.Sprintf("%s is %s, but this form needs %s", m.name, kindName(m.kind), i.kinds())
		}
	}
	for _, s := range []*selection{i.good, i.bad, i.total, i.gauge} {
		if s != nil && s.unknown != "" {
			return noLabel(s)
		}
	}
	if i.cut != nil {
		if i.cut.selection.unknown != "" {
			return noLabel(i.cut.selection)
		}
		return i.cut.problem
	}
	if _, total := i.events(); math.IsInf(total, 0) || math.IsNaN(total) {
		return "the sums are too large to compare"
	}
	return ""
}

func noLabel(s *selection) string {
	return fmt.Sprintf("%s has no label %q, by which the SLO selects series", s.metric.name, s.unknown)
}

func (i *indicator) takes(t metric.Type) bool {
	switch {
	case i.cut != nil:
		return t == metric.TypeCumulativeDistribution
	case i.gauge != nil:
		return isGauge(t)
	default:
		return isCounter(t)
	}
}

func (i *indicator) kinds() string {
	switch {
	case i.cut != nil:
		return "a distribution"
	case i.gauge != nil:
		return "a last value"
	default:
		return "a count or a sum"
	}
}

func kindName(t metric.Type) string {
	switch {
	case t == metric.TypeCumulativeDistribution:
		return "a distribution"
	case isGauge(t):
		return "a last value"
	case isCounter(t):
		return "a count or a sum"
	default:
		return fmt.Sprintf("of type %d", t)
	}
}
