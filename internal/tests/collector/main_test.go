package collector_test

import (
	"os"
	"testing"

	"github.com/ocgen/ocgen/golden/direct"
	"github.com/ocgen/ocgen/golden/observe"
	"github.com/ocgen/ocgen/golden/observedirect"
	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/internal/tests/collector"
	"github.com/ocgen/ocgen/internal/tests/golden/otel"
	api "go.opentelemetry.io/otel"
)

func TestMain(m *testing.M) {
	collector.Serve()
	direct.SetBuild("v1")
	direct.SetZone(direct.ZoneB)
	observe.SetZone(observe.ZoneA)
	observedirect.SetZone(observedirect.ZoneB)
	shopmetrics.SetBuild("1.2.3")
	otel.SetBuild("v1")
	otel.SetZone(otel.ZoneB)
	api.SetErrorHandler(api.ErrorHandlerFunc(handle))
	os.Exit(m.Run())
}
