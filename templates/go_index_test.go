package templates

import "testing"

func TestTagIndex(t *testing.T) {
	values := []TagValue{{Const: "MethodGET"}, {Const: "MethodPOST"}}
	expect(t, TagIndex(Tag{Type: "Method", Var: "methodTag", Closed: &Closed{Values: values}}), `
		// index returns the number of v, from which the index of a series is computed.
		func (v Method) index() uint64 {
			if i := uint64(v) - 1; i < 2 {
				return i
			}
			return methodTag.Index(uint32(v))
		}`)
	expect(t, TagIndex(Tag{Type: "Method", Var: "methodTag", Closed: &Closed{Values: values, Optional: true}}), `
		// index returns the number of v, from which the index of a series is computed.
		func (v Method) index() uint64 {
			if i := uint64(v); i < 3 {
				return i
			}
			return methodTag.Index(uint32(v))
		}`)
}

// TestIndices covers every source of a tag, and every way to find a series.
func TestIndices(t *testing.T) {
	r := DirectRecorder{
		Recorder: Recorder{Name: "RecordAll", Words: "all", Values: []Value{one}, Params: []Param{{"route", "Route"}}},
		Tags: []IndexedTag{
			{Closed: "OutcomeFailed"}, {Var: "routeTag", Open: "route"}, {Var: "agentTag", Text: text(`"`)}, {Var: "tenantTag", Context: true}, {},
		},
		Indices: Indices{Vars: []string{"outcomeIndex", "", "", "tenantIndex", ""}},
		Steps: []Step{{Writes: []Write{
			{Set: "aSeries", Kind: "Count"},
			{Set: "bSeries", Kind: "Count", Index: Index{Terms: []Term{{0, 1}}}},
			{Set: "cSeries", Kind: "Count", Index: Index{Keyed: true, Terms: []Term{{1, 1}, {2, 5}, {3, 18446744073709551615}}}},
			{Set: "dSeries", Kind: "Count", Index: Index{Keyed: true, Wide: true, Terms: []Term{{0, 1}, {4, 1}, {3, 1}}}},
		}}},
	}
	expect(t, DirectRecorderFunc(r), `
		// RecordAll records all.
		func RecordAll(ctx context.Context, route Route) {
			outcomeIndex, tenantIndex := OutcomeFailed.index(), tenantTag.ContextIndex(ctx)
			aSeries.At(0).Inc()
			bSeries.At(outcomeIndex).Inc()
			cSeries.Keyed(routeTag.OpenIndex(string(route)) + 5*agentTag.OpenIndex("\"") + 18446744073709551615*tenantIndex).Inc()
			dSeries.Keyed(dSeries.Wide(
				outcomeIndex,
				0,
				tenantIndex,
			)).Inc()
		}`)
}

func TestManyIndices(t *testing.T) {
	r := DirectRecorder{
		Recorder: Recorder{Name: "RecordAll", Words: "all", Values: []Value{one}},
		Tags:     []IndexedTag{{Closed: "a"}, {Closed: "b"}, {Closed: "c"}, {Closed: "d"}},
		Indices:  Indices{Vars: []string{"aIndex", "bIndex", "cIndex", "dIndex"}},
	}
	expect(t, DirectRecorderFunc(r), `
		// RecordAll records all.
		func RecordAll(ctx context.Context) {
			aIndex := a.index()
			bIndex := b.index()
			cIndex := c.index()
			dIndex := d.index()
		}`)
}

func TestIndexArray(t *testing.T) {
	r := DirectRecorder{
		Recorder: Recorder{Name: "RecordAll", Words: "all", Values: []Value{one}, Params: []Param{{"route", "Route"}}},
		Tags:     []IndexedTag{{Var: "routeTag", Open: "route"}, {Var: "tenantTag", Context: true}, {}},
		Limit:    &RecordLimit{Var: "allLimit"},
		Indices:  Indices{Array: "tags"},
		Steps: []Step{{Writes: []Write{
			{Set: "aSeries", Kind: "Count", Index: Index{Keyed: true, Terms: []Term{{0, 1}, {1, 8}}}},
		}}},
	}
	expect(t, DirectRecorderFunc(r), `
		// RecordAll records all.
		func RecordAll(ctx context.Context, route Route) {
			tags := [3]uint64{routeTag.OpenIndex(string(route)), tenantTag.ContextIndex(ctx), 0}
			allLimit.Keep(tags[:])
			aSeries.Keyed(tags[0] + 8*tags[1]).Inc()
		}`)
}
