package stackdriver

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/schema"
)

// The resource types and labels that the language knows are those that New
// takes, and those that the API does.
func TestResourceTypes(t *testing.T) {
	for _, resourceType := range cloudmonitoring.ResourceTypes() {
		t.Run(resourceType, func(t *testing.T) {
			r, err := resourceOf(resourceType)
			if err != nil {
				t.Fatal(err)
			}
			labels := map[string]string{}
			var declared []string
			for _, l := range r.Labels {
				labels[l] = "x"
				declared = append(declared, fmt.Sprintf("%s: x", l))
			}
			source := "ocgen: v1\npackage: m\nmonitoring:\n  resource: " + r.Type
			if len(declared) > 0 {
				source += fmt.Sprintf("\n  resource_labels: {%s}", strings.Join(declared, ", "))
			}
			source += "\nmeasures:\n  jobs: {description: Jobs done., type: int64, unit: \"1\", aggregation: sum}\n"
			if _, problems := schema.Parse([]byte(source), schema.Options{}); len(problems) > 0 {
				t.Errorf("the language: %v", problems)
			}
			register(t, "shop", record.Monitoring{Resource: r.Type}, countPart)
			fake := fakemonitoring.New(t)
			opts := Options{ProjectID: "p", ResourceLabels: labels, ClientOptions: fake.ClientOptions()}
			e := made(t, opts)
			if err := e.Export(within(t, 20*time.Second), []*metric.Metric{counted("m", 1, 1)}); err != nil {
				t.Errorf("the API: %v", err)
			}
			opts.TaskLabel = NoTaskLabel
			alone, err := New(context.Background(), opts)
			if (err == nil) != (r.Instance != "") {
				t.Errorf("without a task label: %v", err)
			}
			if err == nil {
				if err := alone.Shutdown(context.Background()); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// A source is looked up by a resource and one of its labels.
func TestSources(t *testing.T) {
	for _, s := range sources {
		for _, resourceType := range s.resources {
			r, err := resourceOf(resourceType)
			if err != nil || !slices.Contains(r.Labels, s.label) {
				t.Errorf("%s has no label %s: %v", resourceType, s.label, err)
			}
		}
	}
}
