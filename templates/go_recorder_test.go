package templates

import (
	"strings"
	"testing"
)

var (
	duration = Value{Param: "latency", Type: "Duration", Measure: "LatencyMeasure", To: "float64", Unit: "Millisecond", Units: 1}
	bytes64  = Value{Param: "size", Type: "int64", Measure: "SizeMeasure", To: "int64",
		Check: &Check{Var: "sizeValues", Measure: "shop/size", Flags: []string{"NonNegative"}, Refused: "negative"}}
	money = Value{Param: "revenue", Type: "float64", Measure: "RevenueMeasure", To: "float64",
		Check: &Check{Var: "revenueValues", Measure: "shop/revenue", Flags: []string{"Finite", "NonNegative"}, Refused: "NaN, negative, infinite, or 1e150 or more"}}
	one = Value{Measure: "OneMeasure", Constant: "1", To: "int64"}
)

func text(s string) *string { return &s }

// latencyRecorder has everything that a recorder of one measure can have, except a
// check.
var latencyRecorder = ViewsRecorder{
	Recorder: Recorder{
		Name: "RecordLatency", Words: "latency", Doc: Doc{Text: "Time.", Deprecated: "Gone."},
		Values: []Value{duration}, Exemplars: true,
		Params: []Param{{"method", "Method"}, {"route", "Route"}},
		For:    "LatencyFor", Bound: "BoundLatency",
	},
	Set:  "latencyTags",
	Args: []TagArg{{Closed: true, Arg: "method"}, {Arg: "route"}},
}

// answerRecorder records an event with one value that may be refused.
var answerRecorder = ViewsRecorder{
	Recorder: Recorder{
		Name: "RecordAnswer", Words: "answer", Values: []Value{one, bytes64}, Params: []Param{{"method", "Method"}},
		For: "AnswerFor", Bound: "BoundAnswer",
	},
	Set:  "answerTags",
	Args: []TagArg{{Closed: true, Arg: "method"}, {Text: text("/none")}},
}

func TestCheckVar(t *testing.T) {
	expect(t, CheckVar(*bytes64.Check), `
		var sizeValues = record.NewValueCheck("shop/size", record.NonNegative)`)
	expect(t, CheckVar(*money.Check), `
		var revenueValues = record.NewValueCheck("shop/revenue", record.Finite|record.NonNegative)`)
}

func TestTagSetVar(t *testing.T) {
	expect(t, TagSetVar(ViewsRecorder{Set: "aTags"}), `
		var aTags = census.NewTagSet(nil)`)
	expect(t, TagSetVar(ViewsRecorder{Set: "aTags", SetTags: []string{"bTag", "cTag"}, Limits: []string{"dSeries"}}), `
		var aTags = census.NewTagSet([]*record.Tag{bTag, cTag}, dSeries)`)
}

func TestRecorderOfMeasure(t *testing.T) {
	expect(t, RecorderFunc(ViewsRecorder{Set: "oneTags", Recorder: Recorder{Name: "RecordOne", Words: "one", Values: []Value{one}}}), `
		// RecordOne records one.
		func RecordOne(ctx context.Context) {
			oneTags.Record(ctx, []stats.Measurement{OneMeasure.M(1)})
		}`)
	expect(t, RecorderFunc(latencyRecorder), `
		// RecordLatency records latency: Time.
		//
		// Deprecated: Gone.
		func RecordLatency(ctx context.Context, latency time.Duration, method Method, route Route) {
			latencyTags.RecordExemplar(ctx, []stats.Measurement{LatencyMeasure.M(float64(latency) / float64(time.Millisecond))},
				record.Closed(method), record.Open(route))
		}`)
	expect(t, RecorderFunc(ViewsRecorder{Set: "revenueTags", Recorder: Recorder{Name: "RecordRevenue", Words: "revenue", Values: []Value{money}}}), `
		// RecordRevenue records revenue.
		//
		// Values of revenue that are NaN, negative, infinite, or 1e150 or more are dropped and
		// counted in [record.Stats].
		func RecordRevenue(ctx context.Context, revenue float64) {
			if !revenueValues.Float64(revenue) {
				return
			}
			revenueTags.Record(ctx, []stats.Measurement{RevenueMeasure.M(revenue)})
		}`)
}

func TestRecorderOfEvent(t *testing.T) {
	expect(t, RecorderFunc(ViewsRecorder{
		Recorder: Recorder{Name: "RecordAll", Words: "all", Values: []Value{one, duration}}, Set: "allTags",
		Args: []TagArg{{Closed: true, Arg: "OutcomeFailed"}, {Text: text(`"/a`)}, {Closed: true}, {}},
	}), `
		// RecordAll records all.
		func RecordAll(ctx context.Context, latency time.Duration) {
			ms := []stats.Measurement{
				OneMeasure.M(1),
				LatencyMeasure.M(float64(latency) / float64(time.Millisecond)),
			}
			allTags.Record(ctx, ms, record.Closed(OutcomeFailed), record.Open("\"/a"), record.Absent, record.Absent)
		}`)
	negative := duration
	negative.Check = &Check{Var: "latencyValues", Refused: "negative"}
	expect(t, RecorderFunc(ViewsRecorder{Set: "allTags", Recorder: Recorder{Name: "RecordAll", Words: "all", Values: []Value{one, bytes64, negative, one, one}}}), `
		// RecordAll records all.
		//
		// Values of size and latency that are negative are dropped and counted in [record.Stats].
		func RecordAll(ctx context.Context, size int64, latency time.Duration) {
			ms := make([]stats.Measurement, 0, 5)
			ms = append(ms, OneMeasure.M(1))
			if sizeValues.Int64(size) {
				ms = append(ms, SizeMeasure.M(size))
			}
			if latencyValues.Int64(int64(latency)) {
				ms = append(ms, LatencyMeasure.M(float64(latency)/float64(time.Millisecond)))
			}
			ms = append(ms, OneMeasure.M(1), OneMeasure.M(1))
			allTags.Record(ctx, ms)
		}`)
}

func TestConversion(t *testing.T) {
	value := func(to, unit string, units int) Value {
		return Value{Param: "d", Type: "Duration", Measure: "M", To: to, Unit: unit, Units: units}
	}
	for want, v := range map[string]Value{
		"M.M(float64(d))":                         value("float64", "", 1),
		"M.M(int64(d))":                           value("int64", "", 1),
		"M.M(float64(d) / float64(time.Second))":  value("float64", "Second", 1),
		"M.M(record.InUnits(d, time.Second))":     value("int64", "Second", 1),
		"M.M(float64(d) / float64(24*time.Hour))": value("float64", "Hour", 24),
		"M.M(record.InUnits(d, 24*time.Hour))":    value("int64", "Hour", 24),
	} {
		expect(t, RecorderFunc(ViewsRecorder{Set: "s", Recorder: Recorder{Name: "R", Words: "d", Values: []Value{v}}}), `
		// R records d.
		func R(ctx context.Context, d time.Duration) {
			s.Record(ctx, []stats.Measurement{`+want+`})
		}`)
	}
}

// TestRoundings checks that values that are rounded alike are in one sentence.
func TestRoundings(t *testing.T) {
	value := func(param, to string) Value { return Value{Param: param, Rounded: to} }
	for _, c := range []struct {
		values []Value
		want   string
	}{
		{[]Value{one, duration}, ""},
		{[]Value{value("a", "whole seconds")}, "Values of a are rounded to whole seconds; halves are rounded away from zero."},
		{[]Value{value("a", "whole days"), one, value("b", "whole seconds"), value("c", "whole days")},
			"Values of a and c are rounded to whole days, and values of b to whole seconds; halves are rounded away from zero."},
	} {
		if got := strings.Join((Recorder{Values: c.values}).roundings(), "|"); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// TestRefusals checks that values that are refused alike are in one sentence.
func TestRefusals(t *testing.T) {
	value := func(param, refused string) Value { return Value{Param: param, Check: &Check{Refused: refused}} }
	negative, either := "negative", "NaN, negative or infinite"
	for _, c := range []struct {
		values []Value
		want   string
	}{
		{[]Value{one}, ""},
		{[]Value{value("a", either)}, "Values of a that are NaN, negative or infinite are dropped and counted in [record.Stats]."},
		{[]Value{value("a", negative), one, value("b", negative), value("c", negative)},
			"Values of a, b and c that are negative are dropped and counted in [record.Stats]."},
		{[]Value{value("a", either), value("b", negative), value("c", either)},
			"Values of a and c that are NaN, negative or infinite, and values of b that are negative, are dropped and counted in [record.Stats]."},
	} {
		if got := strings.Join((Recorder{Values: c.values}).refusals(), "|"); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
