// Package otelnames_test compares the names that the language expects in OpenTelemetry's
// exporter for Prometheus with the module that makes them there. Package schema has its
// own copy of the rules, because the generator requires no module of an exporter.
package otelnames_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/otlptranslator"

	"github.com/ocgen/ocgen/schema"
)

// A metric is a view of a schema.
type metric struct{ name, unit, aggregation string }

// measure is the metric's measure in a schema.
func (m metric) measure(id string) string {
	buckets := ""
	if m.aggregation == "distribution" {
		buckets = ", buckets: none"
	}
	return fmt.Sprintf("  m_%s: {description: d, type: float64, unit: %q, views: {%s: {aggregation: %s, name: %q%s}}}\n",
		id, m.unit, id, m.aggregation, m.name, buckets)
}

// names are the names of the metric's series in the exporter. There are none if the
// exporter refuses the metric.
func (m metric) names(t *testing.T) []string {
	t.Helper()
	types := map[string]otlptranslator.MetricType{
		"count": otlptranslator.MetricTypeMonotonicCounter, "sum": otlptranslator.MetricTypeMonotonicCounter,
		"last_value": otlptranslator.MetricTypeGauge, "distribution": otlptranslator.MetricTypeHistogram,
		"up_down": otlptranslator.MetricTypeNonMonotonicCounter,
	}
	unit := m.unit
	if m.aggregation == "count" {
		unit = "1"
	}
	namer := otlptranslator.NewMetricNamer("", otlptranslator.UnderscoreEscapingWithSuffixes)
	name, err := namer.Build(otlptranslator.Metric{Name: m.name, Unit: unit, Type: types[m.aggregation]})
	switch {
	case err != nil:
		return nil
	case m.aggregation == "distribution":
		return []string{name, name + "_bucket", name + "_sum", name + "_count"}
	}
	return []string{name}
}

// A verdict is the result of lint for two metrics.
type verdict int

const (
	apart  verdict = iota // no warning
	equal                 // a warning that both have a name
	own                   // a warning that one has the name of the exporter's own metric
	always                // an error: the names are equal in every exporter
)

var bothGet = regexp.MustCompile(`"a" and "b" both get the name (\S+) in OpenTelemetry`)

// lint returns the verdict for two metrics, and the name that both have.
func lint(t *testing.T, a, b metric) (verdict, string) {
	t.Helper()
	src := "ocgen: v1\npackage: p\ngenerate: {recorder: otel}\nmeasures:\n" + a.measure("a") + b.measure("b")
	_, problems := schema.Parse([]byte(src), schema.Options{File: "m.yaml"})
	is, name := apart, ""
	for _, p := range problems {
		switch {
		case p.Rule == "name-collision":
			return always, ""
		case p.Severity == schema.Error:
			t.Fatalf("%v in\n%s", p, src)
		case p.Rule != "otel-name-collision":
		case strings.Contains(p.Message, "gets the name target_info"):
			is = own
		default:
			m := bothGet.FindStringSubmatch(p.Message)
			if m == nil {
				t.Fatal(p)
			}
			is, name = equal, m[1]
		}
	}
	return is, name
}

// compare checks the verdict for two metrics against the exporter's names. It returns the
// verdict.
func compare(t *testing.T, a, b metric) verdict {
	t.Helper()
	ofA, ofB := a.names(t), b.names(t)
	want := apart
	switch both := func(name string) bool { return slices.Contains(ofA, name) }; {
	case slices.Contains(slices.Concat(ofA, ofB), otlptranslator.TargetInfoMetricName):
		want = own
	case slices.ContainsFunc(ofB, both):
		want = equal
	}
	got, name := lint(t, a, b)
	if got != want && got != always {
		t.Errorf("%+v and %+v: verdict %d, want %d; the exporter has %q and %q", a, b, got, want, ofA, ofB)
	}
	if got == equal && !(slices.Contains(ofA, name) && slices.Contains(ofB, name)) {
		t.Errorf("%+v and %+v: lint says %s, the exporter has %q and %q", a, b, name, ofA, ofB)
	}
	return got
}

var aggregations = []string{"count", "sum", "last_value", "distribution", "up_down"}

// TestEveryUnit gives a second metric the name that the exporter makes of the first, for
// every unit without an integer or an annotation, above and below a slash.
func TestEveryUnit(t *testing.T) {
	for _, prefix := range prefixes {
		for _, base := range bases {
			if base == "%" && prefix != "" {
				continue
			}
			unit := prefix + base
			for _, unit := range []string{unit, "1/" + unit, "By/" + unit, unit + "/" + unit} {
				for _, aggregation := range aggregations {
					a := metric{"x", unit, aggregation}
					b := metric{a.names(t)[0], "{x}", "last_value"}
					if got := compare(t, a, b); got != equal && b.name != a.name {
						t.Errorf("%+v and %+v: verdict %d", a, b, got)
					}
				}
			}
		}
	}
}

// TestNames compares random metrics. Half of the second metrics have a name that the
// exporter makes of the first.
func TestNames(t *testing.T) {
	const pairs = 8_000
	r := rand.New(rand.NewPCG(1, 2))
	verdicts := map[verdict]int{}
	for range pairs {
		a, b := randomMetric(r), randomMetric(r)
		if of := a.names(t); r.IntN(2) == 0 && len(of) > 0 {
			b.name = pick(r, of)
			if r.IntN(2) == 0 { // nothing is added to this name
				b.unit, b.aggregation = "{x}", "last_value"
			}
		}
		verdicts[compare(t, a, b)]++
	}
	t.Logf("of %d pairs %d are apart, %d equal, %d in every exporter, %d are the exporter's own", pairs, verdicts[apart], verdicts[equal], verdicts[always], verdicts[own])
	if verdicts[apart] < pairs/4 || verdicts[equal] < pairs/8 || verdicts[own] == 0 || verdicts[always] > pairs/3 {
		t.Errorf("the pairs are not varied: %v", verdicts)
	}
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func randomMetric(r *rand.Rand) metric {
	return metric{randomName(r), randomUnit(r), pick(r, aggregations)}
}

// words and separators are parts of names. Words that the exporter adds are among them.
var (
	words      = []string{"x", "x", "x", "y", "X", "7", "a:b", ":", "total", "total", "ratio", "ratio", "count", "sum", "bucket", "target", "info", "target_info", "seconds", "milliseconds", "bytes", "percent", "per", "second", "s", "By"}
	separators = []string{"_", "_", "_", "/", ".", "-", "--", "__", " ", "%", "\"", "\\", "{"}
)

// randomName returns a name of at most three words. Some have none.
func randomName(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(4) {
		if r.IntN(8) == 0 {
			b.WriteString(pick(r, separators))
		}
		b.WriteString(pick(r, words))
		if r.IntN(3) > 0 {
			b.WriteString(pick(r, separators))
		}
	}
	if b.Len() == 0 || r.IntN(20) == 0 {
		b.WriteString(pick(r, separators))
	}
	return b.String()
}

// prefixes, bases and annotations are parts of units, as Cloud Monitoring documents them.
var (
	prefixes    = strings.Split(",k,M,G,T,P,E,Z,Y,m,u,n,f,a,z,y,Ki,Mi,Gi,Ti,Pi", ",")
	bases       = []string{"s", "By", "bit", "min", "h", "d", "1", "%"}
	annotations = []string{"{x}", "{request}", "{a/b}", "{a.b}", "{_}"}
)

// randomUnit returns a unit of the subset of UCUM that schemas have.
func randomUnit(r *rand.Rand) string {
	if r.IntN(8) == 0 {
		return "1"
	}
	unit := randomComponent(r)
	for r.IntN(5) == 0 {
		unit += "." + randomComponent(r)
	}
	for r.IntN(3) == 0 {
		unit += "/" + randomComponent(r)
	}
	return unit
}

func randomComponent(r *rand.Rand) string {
	switch r.IntN(12) {
	case 0:
		return pick(r, annotations)
	case 1:
		return "10^-3"
	case 2:
		return fmt.Sprint(1 + r.IntN(20))
	}
	unit := pick(r, bases)
	if unit != "%" && r.IntN(3) == 0 {
		unit = pick(r, prefixes) + unit
	}
	if r.IntN(10) == 0 {
		unit = fmt.Sprint(1+r.IntN(20)) + unit
	}
	if r.IntN(10) == 0 {
		unit += pick(r, annotations)
	}
	return unit
}
