package main

import "math"

// otelChecks are the bounds of `recorder: otel`.
func otelChecks() []check {
	return []check{
		{"otel to direct, the slowest of the works", func(r *report) float64 { return r.mostToDirect(false) }, 1.1, true},
		{"otel to direct, the slowest of the works that read from ctx", func(r *report) float64 { return r.mostToDirect(true) }, 2, true},
		{"OpenTelemetry to otel, no tags", toOTel(withoutTags, "attributes", "by tags"), 4, false},
		{"OpenTelemetry with a prebuilt set to otel, 3 closed tags", toOTel(byThreeTags, "prebuilt set", "by tags"), 10, false},
		{"OpenTelemetry with a prebuilt set to otel, open tag", toOTel(byOpenTag, "prebuilt set", "by tags"), 4, false},
		{"OpenTelemetry with a prebuilt set to otel bound", toOTel(boundOne, "prebuilt set", "bound"), 10, false},
		{"OpenTelemetry with a prebuilt set to otel, count by 3 closed tags", toOTel(countByThree, "prebuilt set", "by tags"), 15, false},
		{"OpenTelemetry with a prebuilt set to otel, 2 goroutines on one series", toOTel(twoByTags, "prebuilt set", "by tags"), 5, false},
		{"OpenTelemetry with a prebuilt set to otel, 2 goroutines on different series", toOTel(twoApart, "prebuilt set", "by tags"), 5, false},
		{"no allocation in any steady record of otel, tags from ctx included, but Begin", func(r *report) float64 { return r.mostAllocations(ocgenOTel) }, 0, true},
		{"otel with exemplars, but no span, to otel without exemplars", (*report).costOfExemplars, 3, true},
		{"read of 10,000 series by OpenTelemetry's Reader, its own to otel", func(r *report) float64 {
			return r.readOf(openTelemetry, 10_000) / r.readOf(ocgenOTel, 10_000)
		}, 4, false},
	}
}

// toOTel compares the SDK of OpenTelemetry with otel at a work.
func toOTel(work, sdkStyle, style string) func(*report) float64 {
	return func(r *report) float64 {
		return r.ns(work, openTelemetry, sdkStyle) / r.ns(work, ocgenOTel, style)
	}
}

// mostToDirect returns the largest ratio of otel to direct of the works that read from ctx, or
// of all others; NaN if none was measured.
func (r *report) mostToDirect(readsContext bool) float64 {
	most := math.NaN()
	for _, w := range r.Works {
		if (w.ctx != nothing) != readsContext {
			continue
		}
		for _, measured := range []float64{w.ratio(otelTagsName, directTagsName), w.ratio(otelBoundName, directBoundName)} {
			if measured > most || math.IsNaN(most) {
				most = measured
			}
		}
	}
	return most
}

// costOfExemplars returns how many times as long a record takes if it looks for a span, and there
// is none.
func (r *report) costOfExemplars() float64 {
	for _, w := range r.Works {
		if w.ctx == exemplars {
			return w.ratio(otelTagsName, otelPlainName)
		}
	}
	return math.NaN()
}
