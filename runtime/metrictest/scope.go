package metrictest

import (
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
)

// A Scope is which metrics a test sees. Packages that know a library make one, such as
// censustest, which knows OpenCensus's views and tells parallel tests apart by their ctx.
type Scope struct {
	// Select returns the test's part of a metric, under the name that the test knows
	// it by, and nil if the metric is not the test's. It may change the metric.
	Select func(*metric.Metric) *metric.Metric
	// Shape returns what is known of the metric of that name before it has data.
	Shape func(name string) (Shape, bool)
	// Unknown says why a metric may not be there, and what to do.
	Unknown string
}

// ScopePrefix begins the names of metrics that serve a Scope. Tests with another scope do
// not see them.
const ScopePrefix = "metrictest/"

// process is the scope of Start.
var process = Scope{
	Select:  Shared,
	Shape:   PackageShape,
	Unknown: "no registered package and no metric has that name: call RegisterViews of its package before anything is recorded",
}

// Shared is the Select of a [Scope] that sees the whole process.
func Shared(m *metric.Metric) *metric.Metric {
	if strings.HasPrefix(m.Descriptor.Name, ScopePrefix) {
		return nil
	}
	return m
}

// Start returns the metrics of the whole process from now on, for assertions
// that report to t. They include what tests that run at the same time record;
// see the package's documentation.
func Start(t testing.TB) *Metrics { return StartScope(t, process) }

// StartScope returns the metrics of a scope from now on, for assertions that report to t.
// All fields of the scope must be set.
func StartScope(t testing.TB, scope Scope) *Metrics {
	m := &Metrics{t: t, scope: scope, before: map[string]series{}}
	for _, s := range m.read() {
		m.before[s.key()] = s
	}
	m.stats = runtime.Stats()
	return m
}
