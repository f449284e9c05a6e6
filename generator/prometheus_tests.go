package generator

import (
	"fmt"
	"math/big"
	"path"
	"strconv"
	"time"

	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// The tests of the rules are scenarios: some traffic, and what the rules must say about it.
// The expectations are computed from the goal, the tiers and the traffic, not by
// evaluating the rules. So "promtool test rules" finds a rule with a wrong query, bucket or
// threshold.

// longestTest is the time of the longest scenario. Rules are evaluated each minute of it.
const longestTest = 12 * time.Hour

// mostEvents is about how many events a scenario has at most. Counts of them are exact in a
// float64.
const mostEvents = 1e15

// ruleTests returns the file of tests beside the rules of the SLOs, each of which has rules.
func ruleTests(s *schema.Schema, folder string, slos []*schema.SLO) (outfiles.File, error) {
	file := templates.RuleTestFile{Rules: s.Service.ID + ".rules.yaml"}
	name := s.Service.ID + ".tests.yaml"
	file.Head = append(outfiles.RulesHeader(schemaName(s.File)), "#", "# Run these tests of the rules with: promtool test rules "+name)
	names := map[string]int{}
	for _, o := range slos {
		names[newRuleWriter(s, o).alertName("")]++
	}
	var all []scenario
	for _, o := range slos {
		w := newTestWriter(s, o)
		w.shared = names[w.alertName("")] > 1
		w.scenarios()
		all = append(all, w.tests...)
		file.Head = append(file.Head, w.leftOut...)
	}
	for _, group := range together(all) {
		file.Tests = append(file.Tests, group.test())
	}
	data, err := file.YAML()
	if err != nil {
		return outfiles.File{}, fmt.Errorf("tests of the rules of %q: %w", s.Service.ID, err)
	}
	return outfiles.File{Path: path.Join(folder, name), Folder: folder, Data: data}, nil
}

// A testWriter writes the tests of one SLO.
type testWriter struct {
	ruleWriter
	feeder  feeder
	feed    feed
	shared  bool              // another SLO has alerts of the same name
	selects func(member) bool // whether a query of the SLO finds a series
	tests   []scenario
	leftOut []string // comments
}

func newTestWriter(s *schema.Schema, o *schema.SLO) *testWriter {
	w := &testWriter{ruleWriter: newRuleWriter(s, o)}
	w.feeder = feeder{s.Prometheus, w.promql}
	w.selects = w.selector()
	return w
}

// scenarios writes all tests of the SLO.
func (w *testWriter) scenarios() {
	reason := w.tooShort()
	if reason == "" {
		w.feed, reason = w.feeder.feed(w.slo.SLI)
	}
	if reason != "" {
		w.omit("all tests", reason)
		return
	}
	w.onlyGood()
	w.idle()
	w.onlyBad()
	w.end()
	w.buckets()
	w.thresholds()
	w.fewEvents()
	w.noData()
}

// tooShort returns why the SLO's queries cannot be tested with a sample each minute.
func (w *testWriter) tooShort() string {
	if windows := w.slo.SLI.Windows; windows != nil {
		if windows.Length <= time.Minute && windows.Mean == nil && windows.Sum == nil {
			return "its windows last 1m, and the series have a sample each minute"
		}
		return ""
	}
	if w.lookBacks()[0] <= time.Minute {
		return "a look-back is 1m, and the series have a sample each minute"
	}
	return ""
}

// omit notes that a test is left out.
func (w *testWriter) omit(what, reason string) {
	w.leftOut = append(w.leftOut, fmt.Sprintf("# Left out for %s: %s, because %s.", w.slo.ResourceID, what, reason))
}

func (w *testWriter) add(what string, series []templates.InputSeries, queries []templates.QueryTest, alerts []templates.AlertTest) {
	w.tests = append(w.tests, scenario{
		slo: w.slo, of: w.feed.members, selects: w.selects, what: what, series: series, queries: queries, alerts: alerts,
	})
}

// rate is how many events there are in each minute, if any number will do. It is more than
// enough for min_events.
func (w *testWriter) rate() int64 {
	rate := int64(60)
	if w.slo.Alerts != nil {
		rate = max(rate, 2*int64(w.slo.Alerts.MinEvents))
	}
	return rate
}

// goods and bads return phases of only good or only bad events.
func (w *testWriter) goods(minutes int) phase { return phase{minutes: minutes, good: w.rate()} }
func (w *testWriter) bads(minutes int) phase  { return phase{minutes: minutes, bad: w.rate()} }

// brief returns how many minutes are enough for all records to have values.
func (w *testWriter) brief() int {
	if w.slo.SLI.Windows != nil {
		return 60
	}
	return 15
}

// onlyGood tests that nothing is wrong if the series of bad events do not exist.
func (w *testWriter) onlyGood() {
	at := w.brief()
	queries := append(w.ratiosAre("0", at),
		w.recordIs("slo:objective:ratio", exact(fraction(w.slo.Goal)), at),
		w.recordIs(budgetRecord, exact(complement(w.slo.Goal)), at),
		w.recordIs("slo:time_period:days", strconv.Itoa(w.slo.PeriodDays()), at),
		w.recordIs("slo:current_burn_rate:ratio", "0", at),
		w.recordIs("slo:period_error_budget_remaining:ratio", "1", at))
	more, alerts := w.alertsAre(at, "")
	w.add("only good events", w.feed.input(traffic{w.goods(at)}), append(queries, more...), alerts)
}

// idle tests that there is no error ratio without events, and that it appears with them.
func (w *testWriter) idle() {
	const until = 10
	at := until + w.brief()
	queries := append([]templates.QueryTest{w.query(`{__name__=~"slo:(sli_error|period|current_burn).+",`+w.id()+`}`, until)},
		w.ratiosAre("0", at)...)
	queries = append(queries, w.recordIs(periodRecord, "0", at))
	more, alerts := w.alertsAre(until, "")
	w.add("no events, then good ones", w.feed.input(traffic{{minutes: until}, w.goods(at - until)}), append(queries, more...), alerts)
}

// onlyBad tests that every alert with a tier fires.
func (w *testWriter) onlyBad() {
	const what, at = "only bad events", 60
	t := traffic{w.bads(at)}
	s := simulate(w.slo, w.feed, t)
	for _, over := range w.lookBacks() {
		if low, _, _ := s.ratio(over, at); low < 1 {
			w.omit(what, "its windows are never bad")
			return
		}
	}
	for _, severity := range w.severities() {
		if s.severity(severity, at) != firing {
			w.omit(what, "the alert "+severity+" does not fire within 1h")
			return
		}
	}
	queries := append(w.ratiosAre("1", at), w.burnRateIs(new(big.Rat).Inv(complement(w.slo.Goal)), at))
	more, alerts := w.alertsAre(at, "100%")
	w.add(what, w.feed.input(t), append(queries, more...), alerts)
}

// severities returns the severities with a tier.
func (w *testWriter) severities() []string {
	var list []string
	for _, severity := range []string{schema.Page, schema.Ticket} {
		if len(w.tiers(severity)) > 0 {
			list = append(list, severity)
		}
	}
	return list
}

func (w *testWriter) tiers(severity string) []schema.Tier {
	var list []schema.Tier
	if w.slo.Alerts != nil {
		for _, t := range w.slo.Alerts.Tiers {
			if t.Severity == severity {
				list = append(list, t)
			}
		}
	}
	return list
}

// end tests that each alert ends with its short look-backs, although the long ones still
// have the bad events.
func (w *testWriter) end() {
	for _, severity := range w.severities() {
		what := "the alert " + severity + " ends"
		short := time.Duration(0)
		for _, t := range w.tiers(severity) {
			short = max(short, t.Short)
		}
		if windows := w.slo.SLI.Windows; windows != nil {
			short += windows.Length
		}
		t, minutes, after := w.outage(severity, int(short/time.Minute))
		if t == nil {
			w.omit(what, "that takes more than "+prometheusDuration(longestTest))
			continue
		}
		s := simulate(w.slo, w.feed, t)
		if s.severity(severity, minutes) != firing || s.severity(severity, minutes+after) != silent {
			w.omit(what, "it does not fire before, or not end after its short look-backs")
			continue
		}
		w.add(what, w.feed.input(t), []templates.QueryTest{w.alertIs(severity, minutes, true), w.alertIs(severity, minutes+after, false)}, nil)
	}
}

// outage returns traffic with a time of only bad events, and then only good ones. It returns
// how long the first time lasts, and how many minutes later the alerts of a severity must
// have ended. It tries lengths and numbers of bad events after which all long look-backs are
// still above their thresholds, so that only the short ones end the alerts.
func (w *testWriter) outage(severity string, short int) (t traffic, minutes, after int) {
	const many = 100
	longest := int(longestTest / time.Minute)
	for _, later := range []int{10, 1} {
		after = short + later
		for _, minutes := range []int{60, 120, 240, 360, longest - after} {
			if minutes < 60 || minutes+after > longest {
				continue
			}
			for _, times := range []int64{1, many} {
				t := traffic{{minutes: minutes, bad: times * w.rate()}, w.goods(after)}
				if w.aboveLong(severity, simulate(w.slo, w.feed, t), minutes+after) {
					return t, minutes, after
				}
			}
		}
	}
	if after = short + 10; 60+after > longest {
		return nil, 0, 0
	}
	return traffic{w.bads(60), w.goods(after)}, 60, after
}

// aboveLong reports whether the ratios over all long look-backs of a severity are above
// their thresholds.
func (w *testWriter) aboveLong(severity string, s *simulation, at int) bool {
	for _, t := range w.tiers(severity) {
		if !s.above(t, t.Over, at) {
			return false
		}
	}
	return true
}

// buckets tests the bounds of a cut, in both spellings of Prometheus. The neighbours of the
// buckets would give other results.
func (w *testWriter) buckets() {
	cut := w.slo.Cut()
	if cut == nil {
		return
	}
	at := w.brief()
	for _, spelling := range []struct {
		what  string
		spell func(float64) string
	}{{"the bounds of the cut, as Prometheus 2 spells them", plainBound}, {"the bounds of the cut, as Prometheus 3 spells them", pointBound}} {
		f, _ := w.feeder.cutWith(cut, neighbours(cut), spelling.spell)
		if w.slo.SLI.Windows != nil {
			w.windowBuckets(spelling.what, f)
			continue
		}
		queries := []templates.QueryTest{w.query("round("+w.allRatios()+", 1e-9)", at, w.ratios("", "0.1")...)}
		w.add(spelling.what, f.input(traffic{{minutes: at, good: 9 * w.rate(), bad: w.rate()}}), queries, nil)
	}
}

// windowBuckets tests the bounds of a cut by windows with only good, then only bad events.
func (w *testWriter) windowBuckets(what string, f feed) {
	length := int(w.slo.SLI.Windows.Length/time.Minute) + 2
	t := traffic{w.goods(length), w.bads(length)}
	s := simulate(w.slo, f, t)
	if 2*time.Duration(length)*time.Minute > longestTest {
		w.omit(what, "two windows take more than "+prometheusDuration(longestTest))
		return
	}
	if good, bad := s.wins[length], s.wins[2*length]; !good.sure || good.bad || !bad.sure || !bad.bad {
		w.omit(what, "its windows are never bad")
		return
	}
	w.add(what, f.input(t), []templates.QueryTest{w.recordIs(windowRecord, "0", length), w.recordIs(windowRecord, "1", 2*length)}, nil)
}

// fewEvents tests that fewer events than min_events do not fire.
func (w *testWriter) fewEvents() {
	if len(w.severities()) == 0 || w.slo.Alerts.MinEvents == 0 || w.slo.Counted() == nil {
		return
	}
	most := int64(w.slo.Alerts.MinEvents-1) / w.feed.unit // of bad events in all
	rate := max(1, most*9/10/60)
	minutes := min(60, int(most/rate))
	what := fmt.Sprintf("only bad events, but fewer than %d", w.slo.Alerts.MinEvents)
	if minutes == 0 {
		w.omit(what, "a minute has as many")
		return
	}
	t := traffic{{minutes: minutes, bad: rate}}
	s := simulate(w.slo, w.feed, t)
	var queries []templates.QueryTest
	for _, severity := range w.severities() {
		if s.severity(severity, minutes) != silent {
			w.omit(what, "the result is not certain")
			return
		}
		queries = append(queries, w.alertIs(severity, minutes, false))
	}
	w.add(what, w.feed.input(t), queries, nil)
}

// noData tests the alert that there are no series.
func (w *testWriter) noData() {
	if w.slo.Alerts == nil || w.slo.Alerts.Absent == 0 {
		return
	}
	after := w.slo.Alerts.Absent
	const what = "no series"
	switch {
	case after > longestTest:
		w.omit(what, "the alert takes more than "+prometheusDuration(longestTest))
		return
	case w.shared:
		w.omit(what, "another SLO has an alert of the same name")
		return
	}
	labels := map[string]string{}
	for _, m := range w.schema.Prometheus.Matchers { // absent() returns the labels of its matchers
		if len(m.Values) == 1 && m.Values[0] != "" {
			labels[m.Key] = m.Values[0]
		}
	}
	for key, value := range w.absentLabels() {
		labels[key] = value
	}
	minutes, name := int(after/time.Minute), w.alertName(absentAlert)
	w.add(what, nil, nil, []templates.AlertTest{
		{At: at(minutes - 1), Name: name},
		{At: at(minutes), Name: name, Alerts: []templates.ExpectedAlert{{Labels: labels, Annotations: w.absentTexts(after, plain)}}},
	})
}

func plain(text string) string { return text }

// alertsAre expects alerts of all severities for a part of bad events, or with "" none.
func (w *testWriter) alertsAre(minute int, part string) ([]templates.QueryTest, []templates.AlertTest) {
	if w.slo.Alerts == nil {
		return nil, nil
	}
	var queries []templates.QueryTest
	burn := templates.AlertTest{At: at(minute), Name: w.alertName(burnAlert)}
	for _, severity := range w.severities() {
		queries = append(queries, w.alertIs(severity, minute, part != ""))
		if part != "" {
			labels := w.alertLabels(severity)
			for _, l := range w.ids {
				labels[l.Key] = l.Value
			}
			burn.Alerts = append(burn.Alerts, templates.ExpectedAlert{Labels: labels, Annotations: w.burnTexts(part, plain)})
		}
	}
	if w.shared {
		return queries, nil
	}
	var alerts []templates.AlertTest
	if len(w.severities()) > 0 {
		alerts = append(alerts, burn)
	}
	if w.slo.Alerts.Absent > time.Duration(minute)*time.Minute {
		return nil, alerts
	}
	if w.slo.Alerts.Absent > 0 && part != "" {
		alerts = append(alerts, templates.AlertTest{At: at(minute), Name: w.alertName(absentAlert)})
	}
	return nil, alerts
}

// id returns the matcher of the SLO's records and alerts.
func (w *testWriter) id() string {
	return w.ids[0].Key + "=" + strconv.Quote(w.ids[0].Value)
}

// alertIs expects that an alert fires, or does not.
func (w *testWriter) alertIs(severity string, minute int, fires bool) templates.QueryTest {
	expr := fmt.Sprintf(`count(ALERTS{alertname=%q,alertstate="firing",severity=%q,%s})`, w.alertName(burnAlert), severity, w.id())
	if !fires {
		return w.query(expr, minute)
	}
	return w.query(expr, minute, templates.ExpectedSample{Labels: "{}", Value: "1"})
}

func (w *testWriter) query(expr string, minute int, samples ...templates.ExpectedSample) templates.QueryTest {
	return templates.QueryTest{Expr: expr, At: at(minute), Samples: samples}
}

// recordIs expects one value of a record.
func (w *testWriter) recordIs(record, value string, minute int) templates.QueryTest {
	return w.query(record+"{"+w.id()+"}", minute, templates.ExpectedSample{Labels: w.of(record), Value: value})
}

// burnRateIs expects a burn rate, within the errors of floating-point numbers.
func (w *testWriter) burnRateIs(rate *big.Rat, minute int) templates.QueryTest {
	const places = 6
	return w.query("round(slo:current_burn_rate:ratio{"+w.id()+"}, 1e-6)", minute, templates.ExpectedSample{
		Labels: w.of(""), Value: rate.FloatString(places),
	})
}

func (w *testWriter) allRatios() string {
	return `{__name__=~"slo:sli_error:ratio_rate.+",` + w.id() + "}"
}

// ratiosAre expects the same error ratio over all look-backs.
func (w *testWriter) ratiosAre(value string, minute int) []templates.QueryTest {
	return []templates.QueryTest{w.query(w.allRatios(), minute, w.ratios("slo:sli_error:ratio_rate", value)...)}
}

// ratios returns the error ratios over all look-backs. Their names begin with a prefix, or
// are left out.
func (w *testWriter) ratios(prefix, value string) []templates.ExpectedSample {
	var samples []templates.ExpectedSample
	for _, over := range w.lookBacks() {
		text, name := prometheusDuration(over), ""
		if prefix != "" {
			name = prefix + text
		}
		labels := w.of(name)
		samples = append(samples, templates.ExpectedSample{Labels: labels[:len(labels)-1] + `,sloth_window="` + text + `"}`, Value: value})
	}
	return samples
}

// at returns a time of a test.
func at(minute int) string {
	if minute == 0 {
		return "0m"
	}
	return prometheusDuration(time.Duration(minute) * time.Minute)
}
