// Package alerts_test compares three answers to the question whether the condition of an
// alert holds: a count of the events, runtime/slo/evaluate in the process, and the
// generated rules in Prometheus.
package alerts_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/internal/regenerate"
	"github.com/ocgen/ocgen/internal/tests/alerts/watched"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"

	"github.com/ocgen/ocgen/internal/realprometheus"
)

var (
	streams = flag.Int("streams", 2, "the number of random streams of events")
	update  = flag.Bool("update", false, "write the generated package")
)

// TestCommitted holds the package of this test and its rules to the generator.
func TestCommitted(t *testing.T) { regenerate.Compare(t, "watched", *update) }

// A tally counts the minutes at which a tier was compared.
type tally struct{ holds, not int }

func (c *tally) add(holds bool) {
	if holds {
		c.holds++
		return
	}
	c.not++
}

type tierName struct{ slo, severity string }

// wantBoth fails if a tier never held, or always: then nothing was compared.
func wantBoth(t *testing.T, compared map[tierName]*tally) {
	t.Helper()
	for _, o := range watched.SLOs() {
		for _, tier := range o.Alerts.Tiers {
			c := compared[tierName{o.ID, tier.Severity}]
			if c == nil || c.holds < 10 || c.not < 10 {
				t.Errorf("%s of %s was compared at too few minutes: %+v", tier.Severity, o.ID, c)
				continue
			}
			t.Logf("%s of %s: it holds at %d minutes, and not at %d", tier.Severity, o.ID, c.holds, c.not)
		}
	}
}

func count(compared map[tierName]*tally, o slo.SLO, tier slo.Tier, holds bool) {
	name := tierName{o.ID, tier.Severity}
	if compared[name] == nil {
		compared[name] = &tally{}
	}
	compared[name].add(holds)
}

// TestProcess holds the evaluator to a count of the events. Each look-back has exactly the
// events between its begin and its end, at every minute. The condition of a tier is the
// same, at every minute at which the rates are steady and the ratio is not near the limit.
func TestProcess(t *testing.T) {
	compared := map[tierName]*tally{}
	for seed := range uint64(*streams) {
		s := newStream(seed)
		p := &process{stream: s}
		e := evaluate.New(evaluate.Options{SLOs: watched.SLOs(), Gather: p.gather, Now: p.now})
		for ; p.minute <= streamLength; p.minute++ {
			report := e.Evaluate(t.Context())
			for i, o := range watched.SLOs() {
				exactly := s.exactly(&o)
				for n, tier := range o.Alerts.Tiers {
					got := report.SLOs[i].Tiers[n]
					for _, w := range []evaluate.Window{got.Over, got.Short} {
						if want := exactly(p.minute, w.To.Sub(w.From))[0]; w.Bad != want.bad || w.Total != want.total {
							t.Fatalf("seed %d, minute %d, %s of %s: %+v, want %+v", seed, p.minute, tier.Severity, o.ID, w, want)
						}
					}
					if want := s.judge(&o, tier, p.minute, exactly); !want.near && s.steady(p.minute) {
						count(compared, o, tier, want.holds)
						if got.Holds != want.holds {
							t.Errorf("seed %d, minute %d, %s of %s: %+v, want %v", seed, p.minute, tier.Severity, o.ID, got, want.holds)
						}
					}
				}
			}
		}
		e.Close()
	}
	wantBoth(t, compared)
}

// TestPrometheus holds the alerts that fire by the generated rules to a count of the events,
// at every minute at which the rates are steady and the ratio is not near the limit.
// TestProcess holds the process to the same count, except for windows: they are aligned in
// the process, and slide in Prometheus. Where a look-back is a day or more, the ratio must
// have been on one side of the limit for five minutes. Rules with other limits or look-backs
// must fail.
func TestPrometheus(t *testing.T) {
	promtool := realprometheus.Promtool(t)
	rules, err := os.ReadFile("watched/rules/watched.rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	compared := map[tierName]*tally{}
	late := lateness(t, promtool)
	tests := promtoolTests(late, watched.SLOs(), compared)
	if out, err := runPromtool(t, promtool, rules, tests); err != nil {
		t.Fatalf("%v\n%.3000s", err, out)
	}
	wantBoth(t, compared)

	for i, change := range []struct{ old, new string }{
		{" > 0.2)", " > 0.22)"}, {">= 3000", ">= 5000"}, {"[30m]", "[25m]"}, {`le="0.5"`, `le="0.1"`}, {" > 0.55)", " > 0.495)"}, {" > bool 0.05", " > bool 0.15"},
	} {
		group := groups(string(rules))[i]
		changed := strings.ReplaceAll(group, change.old, change.new)
		if changed == group {
			t.Errorf("the rules do not have %q:\n%s", change.old, group)
		}
		tests := promtoolTests(late, watched.SLOs()[i:i+1], map[tierName]*tally{})
		if _, err := runPromtool(t, promtool, []byte(changed), tests); err == nil {
			t.Errorf("the rules pass with %q instead of %q", change.new, change.old)
		}
	}
}

// groups returns a file of rules for each SLO.
func groups(rules string) []string {
	const name = "\n  - name: "
	var files []string
	for _, group := range strings.Split(rules, name)[1:] {
		files = append(files, "groups:"+name+group)
	}
	return files
}

// lateness returns 1 if a range lacks the sample at its begin, as since Prometheus 3.
func lateness(t *testing.T, promtool string) int {
	t.Helper()
	out, err := exec.Command(promtool, "--version").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if strings.Contains(string(out), "version 2.") {
		return 0
	}
	return 1
}

func runPromtool(t *testing.T, promtool string, rules []byte, tests string) ([]byte, error) {
	t.Helper()
	dir := t.TempDir()
	for name, data := range map[string][]byte{"watched.rules.yaml": rules, "tests.yaml": []byte(tests)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return exec.Command(promtool, "test", "rules", filepath.Join(dir, "tests.yaml")).CombinedOutput()
}

// promtoolTests returns a file of tests with all streams, and what fires when.
func promtoolTests(late int, slos []slo.SLO, compared map[tierName]*tally) string {
	var b strings.Builder
	b.WriteString("rule_files: [watched.rules.yaml]\nevaluation_interval: 1m\ntests:\n")
	for seed := range uint64(*streams) {
		s := newStream(seed)
		b.WriteString("  - interval: 1m\n    input_series:\n")
		writeSeries(&b, s)
		b.WriteString("    promql_expr_test:\n")
		for _, o := range slos {
			for _, tier := range o.Alerts.Tiers {
				writeRuns(&b, alertName(o.ID), tier.Severity, func(minute int) (holds, compare bool) {
					want := s.judge(&o, tier, minute, s.asRules(&o, late))
					if want.near || !s.steady(minute) {
						return false, false
					}
					count(compared, o, tier, want.holds)
					return want.holds, true
				})
			}
		}
	}
	return b.String()
}

// writeRuns writes a test for each run of minutes with the same verdict: at how many of them
// the alert fires.
func writeRuns(b *strings.Builder, alert, severity string, verdict func(minute int) (holds, compare bool)) {
	length, holding := 0, false
	end := func(minute int) {
		if length == 0 {
			return
		}
		firing := 0
		if holding {
			firing = length
		}
		// Half a minute more than the run, so that its first minute is inside and the one before is not.
		fmt.Fprintf(b, "      - {expr: 'sum_over_time((count(ALERTS{alertname=\"%s\",alertstate=\"firing\",severity=\"%s\"}) or vector(0))[%ds:1m])', eval_time: %dm, exp_samples: [{labels: '{}', value: %d}]}\n",
			alert, severity, 60*length-30, minute, firing)
		length = 0
	}
	for minute := range streamLength + 1 {
		holds, compare := verdict(minute)
		if !compare || holds != holding {
			end(minute - 1)
		}
		if compare {
			holding = holds
			length++
		}
	}
	end(streamLength)
}

// alertName returns, for example, "WatchedBadOfTotalBurn".
func alertName(id string) string {
	name := "Watched"
	for _, word := range strings.Split(id, "_") {
		name += strings.ToUpper(word[:1]) + word[1:]
	}
	return name + "Burn"
}

// writeSeries writes the samples of a stream: one at each minute, from 0 on.
func writeSeries(b *strings.Builder, s stream) {
	write := func(name string, count func(events) int) {
		fmt.Fprintf(b, "      - series: '%s'\n        values: '0", name)
		sum := 0
		for _, e := range s.minutes {
			sum += count(e)
			fmt.Fprintf(b, " %d", sum)
		}
		b.WriteString("'\n")
	}
	write(`watched_requests{outcome="ok"}`, func(e events) int { return e.ok })
	write(`watched_requests{outcome="error"}`, func(e events) int { return e.failed })
	write("watched_latency_count", latencies)
	for i := range len(bounds) + 1 {
		bound := "+Inf"
		if i < len(bounds) {
			bound = fmt.Sprint(bounds[i])
		}
		write(`watched_latency_bucket{le="`+bound+`"}`, func(e events) int {
			n := 0
			for _, in := range e.latencies[:i+1] {
				n += in
			}
			return n
		})
	}
}
