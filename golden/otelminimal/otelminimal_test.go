package otelminimal_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/golden/internal/rows"
	"github.com/ocgen/ocgen/golden/otelminimal"
	"github.com/ocgen/ocgen/internal/points"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/record"
)

func TestRecord(t *testing.T) {
	ctx := t.Context()
	otelminimal.RecordJobs(ctx, 100) // before registration: dropped
	rows.Register(t, otelminimal.RegisterViews, otelminimal.UnregisterViews)
	otelminimal.RecordJobs(ctx, 3)
	otelminimal.RecordJobs(ctx, 4)
	otelminimal.RecordJobs(ctx, -1)
	points.Expect(t, "jobs", "7")
}

// TestScope is the import path, which the schema does not know.
func TestScope(t *testing.T) {
	rows.Register(t, otelminimal.RegisterViews, otelminimal.UnregisterViews)
	var registered []*record.Package = runtime.Registered()
	if got, want := registered[len(registered)-1].Scope(), "github.com/ocgen/ocgen/golden/otelminimal"; got != want {
		t.Errorf("the scope is %q, want %q", got, want)
	}
}

// TestLinksNoOpenCensus: the package brings neither OpenCensus nor OpenTelemetry into a
// program.
func TestLinksNoOpenCensus(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, foreign := range []string{"go.opencensus.io", "go.opentelemetry.io"} {
		if strings.Contains(string(out), foreign) {
			t.Errorf("the package links %s:\n%s", foreign, out)
		}
	}
}
