package templates

import (
	"math"
	"testing"
)

func TestSLOsFunc(t *testing.T) {
	requests := GoSelection{Metric: "shop/requests", Unit: "1"}
	failed := requests
	failed.Where = []GoCondition{{Key: "outcome", Op: "AnyOf", Values: []string{"error", `"`}}}
	all := requests
	all.Where = []GoCondition{
		{Key: "code", Op: "Not", Values: []string{"404"}, Prefixes: []string{"5"}},
		{Key: "route", Op: "AnyOf", Prefixes: []string{"/a", "/b"}},
	}
	latency := GoCut{Selection: GoSelection{Metric: "shop/latency", Unit: "ms"}, Min: 250, Max: math.Inf(1)}
	expect(t, SLOsFunc([]GoSLO{
		{ID: "available", DisplayName: "Available", Goal: 0.999, Days: 28, SLI: GoSLI{Ratio: &GoRatio{Bad: &failed, Total: &all}}},
		{ID: "slow", DisplayName: "Slow", Goal: 0.5, Calendar: "MONTH", SLI: GoSLI{Cut: &latency}},
		{ID: "short", DisplayName: "Short", Goal: 0.9, Days: 1, SLI: GoSLI{Windows: &GoWindows{Unit: "Minute", Units: 5,
			Mean: &GoCut{Selection: GoSelection{Metric: "shop/queue", Unit: "1"}, Min: math.Inf(-1), Max: 100}}}},
		{ID: "steady", DisplayName: "Steady", Goal: 0.9, Days: 1, SLI: GoSLI{Windows: &GoWindows{Unit: "Hour", Units: 1, Threshold: 0.95,
			SLI: GoSLI{Basic: &GoBasic{Unit: "", Units: 300, Methods: []string{"GET"}}}}}},
		{ID: "basic", DisplayName: "Basic", Goal: 0.9, Days: 1, SLI: GoSLI{Basic: &GoBasic{Availability: true}}},
	}), `
		// SLOs returns the service level objectives of this package, in the order of the schema.
		//
		// With ocgen/runtime/sloz a program shows how it keeps them.
		func SLOs() []runtime.SLO {
			return []runtime.SLO{
				{
					ID:          "available",
					DisplayName: "Available",
					Goal:        0.999,
					Days:        28,
					Ratio: &runtime.Ratio{
						Bad: &runtime.Selection{Metric: "shop/requests", Unit: "1", Where: []runtime.Condition{
							{Key: "outcome", Op: runtime.AnyOf, Values: []string{"error", "\""}},
						}},
						Total: &runtime.Selection{Metric: "shop/requests", Unit: "1", Where: []runtime.Condition{
							{Key: "code", Op: runtime.Not, Values: []string{"404"}, Prefixes: []string{"5"}},
							{Key: "route", Op: runtime.AnyOf, Prefixes: []string{"/a", "/b"}},
						}},
					},
				},
				{
					ID:          "slow",
					DisplayName: "Slow",
					Goal:        0.5,
					Calendar:    "MONTH",
					Distribution: &runtime.DistributionCut{
						Selection: runtime.Selection{Metric: "shop/latency", Unit: "ms"},
						Min:       250,
						Max:       math.Inf(1),
					},
				},
				{
					ID:          "short",
					DisplayName: "Short",
					Goal:        0.9,
					Days:        1,
					Windows: &runtime.Windows{
						Length: 5 * time.Minute,
						Mean: &runtime.MetricRange{
							Selection: runtime.Selection{Metric: "shop/queue", Unit: "1"},
							Min:       math.Inf(-1),
							Max:       100,
						},
					},
				},
				{
					ID:          "steady",
					DisplayName: "Steady",
					Goal:        0.9,
					Days:        1,
					Windows: &runtime.Windows{
						Length:    time.Hour,
						Threshold: 0.95,
						Basic: &runtime.Basic{
							Latency: 300,
							Methods: []string{"GET"},
						},
					},
				},
				{
					ID:          "basic",
					DisplayName: "Basic",
					Goal:        0.9,
					Days:        1,
					Basic: &runtime.Basic{
						Availability: true,
					},
				},
			}
		}`)
}
