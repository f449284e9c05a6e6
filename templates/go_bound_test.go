package templates

import "testing"

func TestBoundType(t *testing.T) {
	expect(t, BoundType(latencyRecorder), `
		// BoundLatency records latency with the tags given to LatencyFor.
		//
		// It is safe for concurrent use. Its zero value records nothing.
		//
		// Deprecated: Gone.
		type BoundLatency struct {
			tags census.BoundTags
		}`)
}

func TestForFunc(t *testing.T) {
	expect(t, ForFunc(latencyRecorder), `
		// LatencyFor returns a recorder of latency with these tags, for hot loops.
		//
		// These tags are looked up, and replaced values are counted, at this call only.
		//
		// Deprecated: Gone.
		func LatencyFor(method Method, route Route) BoundLatency {
			return BoundLatency{tags: latencyTags.Bind(record.Closed(method), record.Open(route))}
		}`)
	expect(t, ForFunc(answerRecorder), `
		// AnswerFor returns a recorder of answer with these tags, for hot loops.
		//
		// These tags are looked up, and replaced values are counted, at this call only.
		func AnswerFor(method Method) BoundAnswer {
			return BoundAnswer{tags: answerTags.Bind(record.Closed(method), record.Open("/none"))}
		}`)
}

func TestBoundRecord(t *testing.T) {
	expect(t, BoundRecord(latencyRecorder), `
		// Record records latency as RecordLatency does.
		func (b BoundLatency) Record(ctx context.Context, latency time.Duration) {
			b.tags.RecordExemplar(ctx, []stats.Measurement{LatencyMeasure.M(float64(latency) / float64(time.Millisecond))})
		}`)
	expect(t, BoundRecord(answerRecorder), `
		// Record records answer as RecordAnswer does.
		func (b BoundAnswer) Record(ctx context.Context, size int64) {
			ms := make([]stats.Measurement, 0, 2)
			ms = append(ms, OneMeasure.M(1))
			if sizeValues.Int64(size) {
				ms = append(ms, SizeMeasure.M(size))
			}
			b.tags.Record(ctx, ms)
		}`)
}
