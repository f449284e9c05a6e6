package metrictest

import (
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
)

// A Scope selects the metrics that a test sees. Packages that know a library make one:
// censustest knows OpenCensus's views and separates parallel tests by their ctx.
type Scope struct {
	// Select returns the test's part of a metric, under the name that the test uses. It
	// returns nil if the test does not see the metric. It may change the metric.
	Select func(*metric.Metric) *metric.Metric
	// Shape returns the properties of the metric of that name, also before the metric
	// has data.
	Shape func(name string) (Shape, bool)
	// Unknown is the message for an unknown metric: the likely reason and the cure.
	Unknown string
}

// ScopePrefix is the prefix of metrics that a Scope uses internally. Tests with another
// scope do not see them.
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

// Start returns the metrics of the whole process from now on. Failed assertions are
// reported to t. Records of tests that run at the same time are included: see the
// documentation of the package.
func Start(t testing.TB) *Metrics { return StartScope(t, process) }

// StartScope returns the metrics of a scope from now on. Failed assertions are reported
// to t. All fields of the scope must be set.
func StartScope(t testing.TB, scope Scope) *Metrics {
	m := &Metrics{t: t, scope: scope, before: map[string]series{}}
	for _, s := range m.read() {
		m.before[s.key()] = s
	}
	m.stats = runtime.Stats()
	return m
}
