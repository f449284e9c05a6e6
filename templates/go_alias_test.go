package templates

import "testing"

func TestAliases(t *testing.T) {
	expect(t, AliasType(Alias{"Result", "Outcome"}), `
		// Result is the former name of Outcome.
		//
		// Deprecated: Use Outcome.
		//
		//go:fix inline
		type Result = Outcome`)
	expect(t, AliasConst(Alias{"ResultOK", "OutcomeOK"}), `
		// ResultOK is the former name of OutcomeOK.
		//
		// Deprecated: Use OutcomeOK.
		//
		//go:fix inline
		const ResultOK = OutcomeOK`)
	expect(t, AliasVar(Alias{"ResultKey", "OutcomeKey"}), `
		// ResultKey is the former name of OutcomeKey.
		//
		// Deprecated: Use OutcomeKey.
		var ResultKey = OutcomeKey`)
}

func TestTagAliases(t *testing.T) {
	closed := TagAlias{
		Tag: Tag{Type: "Outcome", SetName: "WithOutcome", Closed: &Closed{Parse: "ParseOutcome", Of: "OutcomeOf", List: "OutcomeValues"}},
		Old: Tag{Type: "Result", SetName: "WithResult", Closed: &Closed{Parse: "ParseResult", Of: "ResultOf", List: "ResultValues"}},
	}
	expect(t, ParseAlias(closed), `
		// ParseResult is the former name of ParseOutcome.
		//
		// Deprecated: Use ParseOutcome.
		//
		//go:fix inline
		func ParseResult(s string) (Outcome, bool) {
			return ParseOutcome(s)
		}`)
	expect(t, OfAlias(closed), `
		// ResultOf is the former name of OutcomeOf.
		//
		// Deprecated: Use OutcomeOf.
		//
		//go:fix inline
		func ResultOf(s string) Outcome {
			return OutcomeOf(s)
		}`)
	expect(t, ListAlias(closed), `
		// ResultValues is the former name of OutcomeValues.
		//
		// Deprecated: Use OutcomeValues.
		//
		//go:fix inline
		func ResultValues() []Outcome {
			return OutcomeValues()
		}`)
	expect(t, ContextAlias(closed), `
		// WithResult is the former name of WithOutcome.
		//
		// Deprecated: Use WithOutcome.
		//
		//go:fix inline
		func WithResult(ctx context.Context, v Outcome) context.Context {
			return WithOutcome(ctx, v)
		}`)
	expect(t, ProcessAlias(TagAlias{Tag: Tag{Type: "Build", SetName: "SetBuild"}, Old: Tag{SetName: "SetVersion"}}), `
		// SetVersion is the former name of SetBuild.
		//
		// Deprecated: Use SetBuild.
		//
		//go:fix inline
		func SetVersion(v Build) {
			SetBuild(v)
		}`)
}

func TestObserveAlias(t *testing.T) {
	o := Observed{Func: "ObserveWorkers", Value: Value{Type: "int64", To: "int64"}, Params: []Param{{"pool", "Pool"}, {"zone", "Zone"}}}
	expect(t, ObserveAlias(o, "ObserveThreads", []Param{{"zone", "Zone"}, {"pool", "Pool"}}), `
		// ObserveThreads is the former name of ObserveWorkers, with the tags in their former
		// order.
		//
		// Deprecated: Use ObserveWorkers.
		//
		//go:fix inline
		func ObserveThreads(zone Zone, pool Pool, observe func() int64) (stop func()) {
			return ObserveWorkers(pool, zone, observe)
		}`)
}

// latencyAlias returns the timed recorder latency under a former name.
func latencyAlias(params, moved []Param) RecorderAlias {
	r := latencyTimer(params...)
	r.For, r.Bound = "LatencyFor", "BoundLatency"
	return RecorderAlias{Recorder: r, Old: Recorder{
		Name: "RecordDelay", Time: "TimeDelay", Params: moved, For: "DelayFor", Bound: "BoundDelay",
		Timer: &Timer{Type: "DelayTimer", Start: "StartDelay"},
	}}
}

func TestRecorderAliases(t *testing.T) {
	a := latencyAlias([]Param{{"method", "Method"}}, []Param{{"method", "Method"}})
	expect(t, RecordAlias(a), `
		// RecordDelay is the former name of RecordLatency.
		//
		// Deprecated: Use RecordLatency.
		//
		//go:fix inline
		func RecordDelay(ctx context.Context, latency time.Duration, method Method) {
			RecordLatency(ctx, latency, method)
		}`)
	expect(t, TimeAlias(a), `
		// TimeDelay is the former name of TimeLatency.
		//
		// Deprecated: Use TimeLatency.
		//
		//go:fix inline
		func TimeDelay(ctx context.Context, method Method) func() {
			return TimeLatency(ctx, method)
		}`)
	expect(t, StartAlias(a), `
		// StartDelay is the former name of StartLatency.
		//
		// Deprecated: Use StartLatency.
		//
		//go:fix inline
		func StartDelay() LatencyTimer {
			return StartLatency()
		}`)
	expect(t, ForAlias(a), `
		// DelayFor is the former name of LatencyFor.
		//
		// Deprecated: Use LatencyFor.
		//
		//go:fix inline
		func DelayFor(method Method) BoundLatency {
			return LatencyFor(method)
		}`)
}

func TestMovedRecorder(t *testing.T) {
	a := latencyAlias([]Param{{"method", "Method"}, {"route", "Route"}}, []Param{{"route", "Route"}, {"method", "Method"}})
	expect(t, RecordAlias(a), `
		// RecordDelay is the former name of RecordLatency, with the tags in their former order.
		//
		// Deprecated: Use RecordLatency.
		//
		//go:fix inline
		func RecordDelay(ctx context.Context, latency time.Duration, route Route, method Method) {
			RecordLatency(ctx, latency, method, route)
		}`)
	expect(t, MovedTimer(a), `
		// DelayTimer is the former name of LatencyTimer, with the tags in their former order.
		//
		// Deprecated: Use LatencyTimer.
		type DelayTimer struct {
			timer LatencyTimer
		}`)
	expect(t, MovedStart(a), `
		// StartDelay is the former name of StartLatency, with the tags in their former order.
		//
		// Deprecated: Use StartLatency.
		func StartDelay() DelayTimer {
			return DelayTimer{timer: StartLatency()}
		}`)
	expect(t, MovedTimerRecord(a), `
		// Record calls RecordDelay with the time since the start. It may be called several times.
		func (t DelayTimer) Record(ctx context.Context, route Route, method Method) {
			t.timer.Record(ctx, method, route)
		}`)
}
