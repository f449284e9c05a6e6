package generator

import (
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// The records have the names and labels of Sloth (https://sloth.dev), so that dashboards
// for Sloth show them. In three ways the rules differ from those that Sloth writes:
//
//   - Without events there is no sample. Sloth's rules give NaN, and a NaN in a record makes
//     the ratio over the whole period NaN.
//   - A counter of errors without a series is 0 errors. With Sloth's rules, the SLI has no
//     sample until the first error.
//   - Ratios over a day or more are sums of rates, so each event has the same weight. Sloth
//     computes the mean of ratios, where an event in a quiet hour has more weight.

// prometheusFiles returns the rules of the SLOs for Prometheus, and their tests.
func prometheusFiles(s *schema.Schema, folder string) ([]outfiles.File, error) {
	var ruled []*schema.SLO
	for _, o := range s.SLOs {
		if o.Computable() {
			ruled = append(ruled, o)
		}
	}
	if len(ruled) == 0 {
		return nil, nil
	}
	return atTheSameTime(
		func() ([]outfiles.File, error) {
			rules, err := ruleFile(s, folder, ruled)
			return []outfiles.File{rules}, err
		},
		func() ([]outfiles.File, error) {
			tests, err := ruleTests(s, folder, ruled)
			return []outfiles.File{tests}, err
		})
}

// ruleFile returns the rules of the SLOs, a group for each.
func ruleFile(s *schema.Schema, folder string, slos []*schema.SLO) (outfiles.File, error) {
	file := templates.RuleFile{}
	longest := 0
	for _, o := range slos {
		file.Groups = append(file.Groups, newRuleWriter(s, o).group())
		longest = max(longest, o.PeriodDays())
	}
	file.Head = append(outfiles.RulesHeader(schemaName(s.File)), retentionNote(longest)...)
	data, err := file.YAML()
	if err != nil {
		return outfiles.File{}, fmt.Errorf("rules of %q: %w", s.Service.ID, err)
	}
	return outfiles.File{Path: path.Join(folder, s.Service.ID+".rules.yaml"), Folder: folder, Data: data}, nil
}

// defaultRetention is the time in days for which Prometheus keeps samples by default.
const defaultRetention = 15

// retentionNote returns comments about the time for which Prometheus must keep samples.
func retentionNote(days int) []string {
	if days < defaultRetention {
		return nil
	}
	return []string{
		"#",
		fmt.Sprintf("# The error budget is computed over %d days. Prometheus keeps samples for %d days by default:", days, defaultRetention),
		fmt.Sprintf("# start it with --storage.tsdb.retention.time=%dd or more.", days+1),
	}
}

// A ruleWriter writes the rules of one SLO.
type ruleWriter struct {
	schema *schema.Schema
	slo    *schema.SLO
	promql promqlWriter
	ids    []schema.Label // labels of all records and alerts
}

func newRuleWriter(s *schema.Schema, o *schema.SLO) ruleWriter {
	w := ruleWriter{schema: s, slo: o, promql: prometheusPromQL(s.Prometheus)}
	w.ids = []schema.Label{
		{Key: "sloth_id", Value: s.Service.ID + "-" + o.ResourceID},
		{Key: "sloth_service", Value: s.Service.ID},
		{Key: "sloth_slo", Value: o.ResourceID},
	}
	if s.Environment != "" {
		w.ids = append(w.ids, schema.Label{Key: "env", Value: s.Environment})
	}
	return w
}

// group returns the rules in an order in which each uses only earlier ones.
func (w ruleWriter) group() templates.RuleGroup {
	return templates.RuleGroup{
		Name:  "ocgen-" + w.schema.Service.ID + "-" + w.slo.ResourceID,
		Rules: slices.Concat(w.events(), w.ratios(), w.facts(), w.burnRates(), w.alerts()),
	}
}

// Names of records.
const (
	badRecord    = "slo:sli_bad:rate5m"
	totalRecord  = "slo:sli_total:rate5m"
	windowRecord = "slo:sli_window:bad"
	budgetRecord = "slo:error_budget:ratio"
	periodRecord = "slo:period_burn_rate:ratio"
)

// shortest is the look-back of the current error ratio, and of the rates that are summed up
// for long ones.
const shortest = 5 * time.Minute

// sumsFrom is the shortest look-back whose error ratio is computed from records. A rate over
// the series themselves would read all their samples.
const sumsFrom = 24 * time.Hour

func ratioRecord(over time.Duration) string {
	return "slo:sli_error:ratio_rate" + prometheusDuration(over)
}

// record returns a rule with the labels of the SLO and more: a key, a value, and so on.
func (w ruleWriter) record(name, expr string, more ...string) templates.Rule {
	labels := labelMap(w.ids)
	for i := 0; i < len(more); i += 2 {
		labels[more[i]] = more[i+1]
	}
	return templates.Rule{Record: name, Expr: expr, Labels: labels}
}

// of returns the selector of a record of the SLO, e.g. slo:error_budget:ratio{sloth_id="…",…}.
func (w ruleWriter) of(record string) string {
	var matchers []string
	for _, l := range w.ids {
		matchers = append(matchers, l.Key+"="+strconv.Quote(l.Value))
	}
	return record + "{" + strings.Join(matchers, ",") + "}"
}

// events returns the records of events: rates of bad and of all events, or whether the
// present window is bad.
func (w ruleWriter) events() []templates.Rule {
	if w.slo.SLI.Windows != nil {
		return []templates.Rule{w.record(windowRecord, w.badWindow(w.slo.SLI.Windows))}
	}
	bad, total := w.promql.events(w.slo.SLI, prometheusDuration(shortest))
	return []templates.Rule{
		w.record(badRecord, bad+"\nand on()\n"+total),
		w.record(totalRecord, total),
	}
}

// badWindow returns 1 if the window that ends now is bad, and 0 if it is good.
func (w ruleWriter) badWindow(windows *schema.Windows) string {
	length := prometheusDuration(windows.Length)
	over := func(aggregate string, r *schema.MetricRange) string {
		return outside(aggregate+"(avg_over_time("+w.promql.selector(&r.Selection, "", nil)+"["+length+"]))", r)
	}
	switch {
	case windows.Mean != nil:
		return over("avg", windows.Mean)
	case windows.Sum != nil:
		return over("sum", windows.Sum)
	}
	return "(\n" + w.errorRatio(windows.SLI, length) + "\n) > bool " + exact(complement(windows.Threshold))
}

// outside returns 1 if a value is outside a range, and 0 if it is inside.
func outside(value string, r *schema.MetricRange) string {
	number := func(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
	switch {
	case math.IsInf(r.Min, -1):
		return value + " > bool " + number(r.Max)
	case math.IsInf(r.Max, 1):
		return value + " < bool " + number(r.Min)
	}
	return "1 - (" + value + " >= bool " + number(r.Min) + ")\n* (" + value + " <= bool " + number(r.Max) + ")"
}

// errorRatio returns the ratio of bad events over a look-back.
func (w ruleWriter) errorRatio(i schema.SLI, over string) string {
	bad, total := w.promql.events(i, over)
	return bad + "\n/\n(" + total + " > 0)"
}

// ratios returns the records of the error ratio over each look-back.
func (w ruleWriter) ratios() []templates.Rule {
	var rules []templates.Rule
	for _, over := range w.lookBacks() {
		rules = append(rules, w.record(ratioRecord(over), w.ratio(over), "sloth_window", prometheusDuration(over)))
	}
	return rules
}

func (w ruleWriter) ratio(over time.Duration) string {
	text := prometheusDuration(over)
	overTime := func(function, record string) string { return function + "(" + w.of(record) + "[" + text + "])" }
	switch {
	case w.slo.SLI.Windows != nil:
		return overTime("avg_over_time", windowRecord)
	case over < sumsFrom:
		return w.errorRatio(w.slo.SLI, text)
	}
	return overTime("sum_over_time", badRecord) + "\n/\n(" + overTime("sum_over_time", totalRecord) + " > 0)"
}

func (w ruleWriter) period() time.Duration {
	return time.Duration(w.slo.PeriodDays()) * 24 * time.Hour
}

// lookBacks returns the look-backs of the tiers, and those of the burn rates, each once.
func (w ruleWriter) lookBacks() []time.Duration {
	all := []time.Duration{shortest, w.period()}
	if w.slo.Alerts != nil {
		for _, t := range w.slo.Alerts.Tiers {
			all = append(all, t.Over, t.Short)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// facts returns the records of what the schema says about the SLO.
func (w ruleWriter) facts() []templates.Rule {
	constant := func(text string) string { return "vector(" + text + ")" }
	return []templates.Rule{
		w.record("slo:objective:ratio", constant(exact(fraction(w.slo.Goal)))),
		w.record(budgetRecord, constant(exact(complement(w.slo.Goal)))),
		w.record("slo:time_period:days", constant(strconv.Itoa(w.slo.PeriodDays()))),
		w.record("sloth_slo_info", constant("1"), "sloth_mode", "ocgen", "sloth_spec", "ocgen/v1", "sloth_version", "ocgen",
			"sloth_objective", strings.TrimSuffix(w.slo.GoalText, "%")),
	}
}

// burnRates returns the records of the burn rates, and of what is left of the error budget.
func (w ruleWriter) burnRates() []templates.Rule {
	burn := func(over time.Duration) string {
		return w.of(ratioRecord(over)) + "\n/ on(sloth_id, sloth_service, sloth_slo)\n" + w.of(budgetRecord)
	}
	return []templates.Rule{
		w.record("slo:current_burn_rate:ratio", burn(shortest)),
		w.record(periodRecord, burn(w.period())),
		w.record("slo:period_error_budget_remaining:ratio", "1 - "+w.of(periodRecord)),
	}
}

// prometheusDuration returns a duration as Prometheus writes it, e.g. "1h30m", "1w" or
// "30d". It is a whole number of milliseconds.
func prometheusDuration(d time.Duration) string {
	const day = 24 * time.Hour
	text := ""
	for _, unit := range []struct {
		length time.Duration
		name   string
		whole  bool // only if nothing is left
	}{{7 * day, "w", true}, {day, "d", false}, {time.Hour, "h", false}, {time.Minute, "m", false}, {time.Second, "s", false}, {time.Millisecond, "ms", false}} {
		if n := d / unit.length; n > 0 && !(unit.whole && d%unit.length != 0) {
			text += strconv.Itoa(int(n)) + unit.name
			d %= unit.length
		}
	}
	return text
}
