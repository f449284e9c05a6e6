package templates

import "testing"

func latencyTimer(params ...Param) Recorder {
	return Recorder{
		Name: "RecordLatency", Time: "TimeLatency", Words: "latency", Values: []Value{duration}, Params: params,
		Timer: &Timer{Type: "LatencyTimer", Start: "StartLatency", Measure: "shop/latency"},
	}
}

// requestTimer is the timer of an event with values before and after the time.
var requestTimer = Recorder{
	Name: "RecordRequest", Words: "request", Values: []Value{one, money, duration, bytes64},
	Params: []Param{{"method", "Method"}, {"route", "Route"}},
	Timer:  &Timer{Type: "RequestTimer", Start: "StartRequest", Value: 2, Measure: "shop/latency"},
}

func TestTimeFunc(t *testing.T) {
	old := latencyTimer()
	old.Doc.Deprecated = "Gone."
	expect(t, TimeFunc(old), `
		// TimeLatency starts the clock for latency and returns the function that stops and
		// records it.
		//
		//	defer TimeLatency(ctx)()
		//
		// Deprecated: Gone.
		func TimeLatency(ctx context.Context) func() {
			start := time.Now()
			return func() {
				RecordLatency(ctx, time.Since(start))
			}
		}`)
	expect(t, TimeFunc(latencyTimer(Param{"method", "Method"})), `
		// TimeLatency starts the clock for latency and returns the function that stops and
		// records it.
		//
		//	defer TimeLatency(ctx, method)()
		//
		// The tags are evaluated at the start; if a tag is known only at the end, use
		// StartLatency.
		func TimeLatency(ctx context.Context, method Method) func() {
			start := time.Now()
			return func() {
				RecordLatency(ctx, time.Since(start), method)
			}
		}`)
}

func TestTimerType(t *testing.T) {
	old := latencyTimer()
	old.Doc.Deprecated = "Gone."
	expect(t, TimerType(old), `
		// LatencyTimer measures the time since StartLatency.
		//
		// The zero value was not started: its records are dropped and counted in [record.Stats].
		//
		// Deprecated: Gone.
		type LatencyTimer struct {
			timer record.Timer
		}`)
}

func TestStartFunc(t *testing.T) {
	old := latencyTimer()
	old.Doc.Deprecated = "Gone."
	expect(t, StartFunc(old), `
		// StartLatency starts the clock for latency.
		//
		//	timer := StartLatency()
		//	…
		//	timer.Record(ctx)
		//
		// Deprecated: Gone.
		func StartLatency() LatencyTimer {
			return LatencyTimer{timer: record.StartTimer()}
		}`)
	expect(t, StartFunc(requestTimer), `
		// StartRequest starts the clock for request.
		//
		//	timer := StartRequest()
		//	…
		//	timer.Record(ctx, revenue, size, method, route)
		func StartRequest() RequestTimer {
			return RequestTimer{timer: record.StartTimer()}
		}`)
}

func TestTimerRecord(t *testing.T) {
	expect(t, TimerRecord(latencyTimer()), `
		// Record calls RecordLatency with the time since the start. It may be called several
		// times.
		func (t LatencyTimer) Record(ctx context.Context) {
			if latency, ok := t.timer.Elapsed("shop/latency"); ok {
				RecordLatency(ctx, latency)
			}
		}`)
	expect(t, TimerRecord(requestTimer), `
		// Record calls RecordRequest with the time since the start. It may be called several
		// times.
		func (t RequestTimer) Record(ctx context.Context, revenue float64, size int64, method Method, route Route) {
			if latency, ok := t.timer.Elapsed("shop/latency"); ok {
				RecordRequest(ctx, revenue, latency, size, method, route)
			}
		}`)
}
