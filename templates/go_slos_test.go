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
		// Package github.com/ocgen/ocgen/runtime/sloz serves a page with their status.
		func SLOs() []slo.SLO {
			return []slo.SLO{
				{
					ID:          "available",
					DisplayName: "Available",
					Goal:        0.999,
					Days:        28,
					Ratio: &slo.Ratio{
						Bad: &slo.Selection{Metric: "shop/requests", Unit: "1", Where: []slo.Condition{
							{Key: "outcome", Op: slo.AnyOf, Values: []string{"error", "\""}},
						}},
						Total: &slo.Selection{Metric: "shop/requests", Unit: "1", Where: []slo.Condition{
							{Key: "code", Op: slo.Not, Values: []string{"404"}, Prefixes: []string{"5"}},
							{Key: "route", Op: slo.AnyOf, Prefixes: []string{"/a", "/b"}},
						}},
					},
				},
				{
					ID:          "slow",
					DisplayName: "Slow",
					Goal:        0.5,
					Calendar:    "MONTH",
					Distribution: &slo.DistributionCut{
						Selection: slo.Selection{Metric: "shop/latency", Unit: "ms"},
						Min:       250,
						Max:       math.Inf(1),
					},
				},
				{
					ID:          "short",
					DisplayName: "Short",
					Goal:        0.9,
					Days:        1,
					Windows: &slo.Windows{
						Length: 5 * time.Minute,
						Mean: &slo.MetricRange{
							Selection: slo.Selection{Metric: "shop/queue", Unit: "1"},
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
					Windows: &slo.Windows{
						Length:    time.Hour,
						Threshold: 0.95,
						Basic: &slo.Basic{
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
					Basic: &slo.Basic{
						Availability: true,
					},
				},
			}
		}`)
}
