package conditions_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/golden/conditions"
	"github.com/ocgen/ocgen/golden/conditionsdirect"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/internal/fakemonitoring/slocheck"
	"github.com/ocgen/ocgen/internal/tests/contrib"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
	"go.opencensus.io/stats/view"
)

// A request is one that was recorded, as its tags are exported: "" is absent.
type request struct{ code, outcome, plan string }

func (r request) starts(prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(r.code, p) })
}

func all(request) bool { return true }

// wanted says of each SLO which requests its parts hold; nil is no part of it.
var wanted = map[string]struct{ good, bad, total func(request) bool }{
	"value":  {nil, func(r request) bool { return r.code == "500" }, all},
	"list":   {nil, func(r request) bool { return r.code == "500" || r.code == "503" }, all},
	"prefix": {nil, func(r request) bool { return r.outcome == "error" || r.outcome == "error_timeout" }, all},
	"prefixes": {
		good: func(r request) bool { return r.starts("2", "3") },
		bad:  func(r request) bool { return r.starts("5") },
	},
	"mixed":     {nil, func(r request) bool { return r.starts("5") || r.code == "429" }, all},
	"not-value": {good: func(r request) bool { return r.outcome != "error" }, total: all},
	"not-list": {
		good:  func(r request) bool { return r.starts("2") },
		total: func(r request) bool { return r.code != "404" && r.code != "429" },
	},
	"not-prefix": {
		good:  func(r request) bool { return r.starts("2") },
		total: func(r request) bool { return !r.starts("4") },
	},
	"not-prefixes": {good: func(r request) bool { return !r.starts("4", "5") }, total: all},
	"not-mixed":    {good: func(r request) bool { return !r.starts("4") && r.code != "500" }, total: all},
	"closed-not-list": {
		good:  func(r request) bool { return r.outcome == "ok" || r.outcome == "ok_cached" },
		total: func(r request) bool { return r.outcome != "error_timeout" && r.outcome != "__invalid__" },
	},
	"replaced": {nil, func(r request) bool { return r.starts("5", "__") }, all},
	"two-tags": {
		bad: func(r request) bool {
			return (r.plan == "paid.team" || r.plan == "other") && !r.starts("2", "3") && r.code != "404"
		},
		total: func(r request) bool { return r.plan != "free" },
	},
	"in-windows": {nil, func(r request) bool { return r.starts("5") || r.code == "429" }, all},
}

// amounts counts by hand what an SLO selects.
func amounts(id string, requests []request) slocheck.Amounts {
	var a slocheck.Amounts
	for _, r := range requests {
		w := wanted[id]
		for _, part := range []struct {
			holds func(request) bool
			count *float64
		}{{w.good, &a.Good}, {w.bad, &a.Bad}, {w.total, &a.Total}} {
			if part.holds != nil && part.holds(r) {
				*part.count++
			}
		}
	}
	return a
}

// A generated package, with either recorder.
type generated struct {
	dir        string
	register   func() error
	unregister func()
	slos       func() []slo.SLO
	record     func(code string, outcome, plan uint8)
}

// TestConditionsSelectWhatTheySay records every combination, with replaced and
// absent values, and counts what the filters select out of what a backend gets,
// and what runtime/slo does in the process.
func TestConditionsSelectWhatTheySay(t *testing.T) {
	ctx := context.Background()
	for _, g := range []generated{
		{
			dir: "../../../../golden/conditions", register: conditions.RegisterViews, unregister: conditions.UnregisterViews, slos: conditions.SLOs,
			record: func(code string, outcome, plan uint8) {
				conditions.RecordRequests(ctx, conditions.Code(code), conditions.Outcome(outcome), conditions.Plan(plan))
			},
		},
		{
			dir: "../../../../golden/conditionsdirect", register: conditionsdirect.RegisterViews, unregister: conditionsdirect.UnregisterViews, slos: conditionsdirect.SLOs,
			record: func(code string, outcome, plan uint8) {
				conditionsdirect.RecordRequests(ctx, conditionsdirect.Code(code), conditionsdirect.Outcome(outcome), conditionsdirect.Plan(plan))
			},
		},
	} {
		t.Run(filepath.Base(g.dir), func(t *testing.T) { g.check(t) })
	}
}

func (g generated) check(t *testing.T) {
	if err := g.register(); err != nil {
		t.Fatal(err)
	}
	defer g.unregister()
	requests := g.recordAll()
	view.Find("") // comes back behind all records
	server := fakemonitoring.New(t)
	contrib.Export(t, server, "custom.googleapis.com/opencensus")
	e := evaluate.New(evaluate.Options{SLOs: g.slos()})
	defer e.Close()
	evaluated := map[string]evaluate.SLO{}
	for _, s := range e.Evaluate(t.Context()).SLOs {
		evaluated[strings.ReplaceAll(s.ID, "_", "-")] = s
	}
	files, err := filepath.Glob(filepath.Join(g.dir, "slo", "*.json"))
	if err != nil || len(files) != len(wanted)+1 {
		t.Errorf("%d files, %v, want %d SLOs and the service", len(files), err, len(wanted))
	}
	for id := range wanted {
		want := amounts(id, requests)
		data, err := os.ReadFile(filepath.Join(g.dir, "slo", id+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := slocheck.Evaluate(data, server.Series()); err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", id, got, err, want)
		}
		checkInProcess(t, id, evaluated[id], want)
	}
}

// checkInProcess compares with runtime/slo, which says good and total. Windows
// take five minutes to end, so of these only the form is compared.
func checkInProcess(t *testing.T, id string, got evaluate.SLO, want slocheck.Amounts) {
	t.Helper()
	if id == "in-windows" {
		if got.Form != "windows_ratio" || !got.Computable {
			t.Errorf("%s: %+v", id, got)
		}
		return
	}
	good, total := want.Good, want.Total
	switch {
	case total == 0:
		total = good + want.Bad
	case good == 0:
		good = total - want.Bad
	}
	if got.SinceStart.Good != good || got.SinceStart.Total != total {
		t.Errorf("%s: runtime/slo has %v of %v, want %v of %v", id, got.SinceStart.Good, got.SinceStart.Total, good, total)
	}
}

// What the closed tags' ordinals are exported as; those past the last are of none.
var (
	outcomes = []string{"", "ok", "ok_cached", "error", "error_timeout", "__invalid__"}
	plans    = []string{"other", "free", "paid", "paid.team", "other", "other"}
)

// recordAll records each combination once, and returns what each was recorded as.
func (g generated) recordAll() []request {
	codes := []string{"200", "201", "301", "400", "404", "429", "500", "503", "", "52", "299", "4", "599", "2\x01"}
	recorded := slices.Clone(codes)
	recorded[len(codes)-2], recorded[len(codes)-1] = "__other__", "__invalid__" // three others had taken their places
	var requests []request
	for i, code := range codes {
		for outcome, o := range outcomes {
			for plan, p := range plans {
				g.record(code, uint8(outcome), uint8(plan))
				requests = append(requests, request{recorded[i], o, p})
			}
		}
	}
	return requests
}
