package templates

import "testing"

// directLatency records a duration into one view of each kind.
var directLatency = DirectRecorder{
	Recorder: Recorder{
		Name: "RecordLatency", Words: "latency", Values: []Value{duration}, Params: []Param{{"method", "Method"}, {"outcome", "Outcome"}},
		For: "LatencyFor", Bound: "BoundLatency",
	},
	Tags:    []IndexedTag{{Closed: "method"}, {Closed: "outcome"}},
	Prepare: []ValueVar{{Name: "value", Value: 0}},
	Indices: Indices{Vars: []string{"", "outcomeIndex"}},
	Steps: []Step{{Writes: []Write{
		{Set: "latencySeries", Kind: "Distribution", ValueIn: "value", Index: Index{Terms: []Term{{0, 1}, {1, 5}}},
			Bound: BoundSeries{Field: "latencySeries", Type: "Distribution"}},
		{Set: "busySeries", Kind: "Sum", ValueIn: "value", Bound: BoundSeries{Field: "busySeries", Type: "Float64Sum"}},
		{Set: "lastSeries", Kind: "LastValue", ValueIn: "value", Bound: BoundSeries{Field: "lastSeries", Type: "Float64LastValue"}},
		{Set: "countSeries", Kind: "Count", Index: Index{Terms: []Term{{1, 1}}}, Bound: BoundSeries{Field: "countSeries", Type: "Count"}},
	}}},
	Binding: &Binding{Indices: Indices{Vars: []string{"", "outcomeIndex"}}, Inner: Indices{Vars: []string{"", ""}}, Guard: "latencySeries"},
}

// directEvent records values with separate checks. The views of the first value are not
// consecutive.
var directEvent = DirectRecorder{
	Recorder: Recorder{
		Name: "RecordAll", Words: "all", Values: []Value{bytes64, checkedDuration, one}, Exemplars: true,
		For: "AllFor", Bound: "BoundAll",
	},
	Prepare: []ValueVar{{Name: "sizeOK", Value: 0, Verdict: true}},
	Span:    "span",
	Steps: []Step{
		{Verdict: "sizeOK", Writes: []Write{{Set: "aSeries", Kind: "Sum"}, {Set: "bSeries", Kind: "Distribution"}}},
		{Check: &checkedDuration, Vars: []ValueVar{{Name: "latencyValue", Value: 1}}, Writes: []Write{
			{Set: "cSeries", Kind: "Sum", Value: 1, ValueIn: "latencyValue"},
			{Set: "dSeries", Kind: "Distribution", Value: 1, ValueIn: "latencyValue"},
		}},
		{Writes: []Write{{Set: "eSeries", Kind: "Sum", Value: 2}, {Set: "fSeries", Kind: "Distribution", Value: 2}}},
		{Verdict: "sizeOK", Writes: []Write{{Set: "gSeries", Kind: "Count"}}},
	},
	Binding: &Binding{},
}

var checkedDuration = Value{Param: "latency", Type: "Duration", To: "int64", Unit: "Second", Units: 1,
	Check: &Check{Var: "latencyValues", Refused: "negative"}}

func TestDirectRecorderChecksClosedTagsTogether(t *testing.T) {
	three := DirectRecorder{
		Recorder: Recorder{Name: "RecordJobs", Words: "jobs", Values: []Value{one}, Params: []Param{{"kind", "Kind"}, {"result", "Result"}}},
		Tags: []IndexedTag{
			{Closed: "kind", Param: true, Listed: 3},
			{Closed: "ZoneEurope"},
			{Closed: "result", Param: true, Listed: 2, Optional: true},
			{},
		},
		Indices: Indices{Vars: []string{"kindIndex", "", "resultIndex", ""}, Together: true},
		Steps:   []Step{{Writes: []Write{{Set: "jobsSeries", Kind: "Count", Index: Index{Terms: []Term{{0, 1}, {1, 4}, {2, 8}}}}}}},
	}
	expect(t, DirectRecorderFunc(three), `
		// RecordJobs records jobs.
		func RecordJobs(ctx context.Context, kind Kind, result Result) {
			kindIndex, resultIndex := uint64(kind)-1, uint64(result)
			if kindIndex >= 3 || resultIndex >= 3 {
				kindIndex, resultIndex = kind.index(), result.index()
			}
			jobsSeries.At(kindIndex + 4*ZoneEurope.index() + 8*resultIndex).Inc()
		}`)

	many := DirectRecorder{Recorder: Recorder{Name: "RecordMany", Words: "many", Values: []Value{one}}, Indices: Indices{Together: true}}
	write := Write{Set: "manySeries", Kind: "Count"}
	for i, name := range []string{"a", "b", "c", "d"} {
		many.Params = append(many.Params, Param{name, "Letter"})
		many.Tags = append(many.Tags, IndexedTag{Closed: name, Param: true, Listed: 2})
		many.Indices.Vars = append(many.Indices.Vars, name+"Index")
		write.Index.Terms = append(write.Index.Terms, Term{i, 1 << i})
	}
	many.Steps = []Step{{Writes: []Write{write}}}
	expect(t, DirectRecorderFunc(many), `
		// RecordMany records many.
		func RecordMany(ctx context.Context, a Letter, b Letter, c Letter, d Letter) {
			aIndex := uint64(a) - 1
			bIndex := uint64(b) - 1
			cIndex := uint64(c) - 1
			dIndex := uint64(d) - 1
			if aIndex >= 2 || bIndex >= 2 || cIndex >= 2 || dIndex >= 2 {
				aIndex = a.index()
				bIndex = b.index()
				cIndex = c.index()
				dIndex = d.index()
			}
			manySeries.At(aIndex + 2*bIndex + 4*cIndex + 8*dIndex).Inc()
		}`)
}

func TestDirectRecorderOfMeasure(t *testing.T) {
	expect(t, DirectRecorderFunc(directLatency), `
		// RecordLatency records latency.
		func RecordLatency(ctx context.Context, latency time.Duration, method Method, outcome Outcome) {
			value := float64(latency) / float64(time.Millisecond)
			outcomeIndex := outcome.index()
			latencySeries.At(method.index() + 5*outcomeIndex).Record(value)
			busySeries.At(0).Add(value)
			lastSeries.At(0).Set(value)
			countSeries.At(outcomeIndex).Inc()
		}`)
	expect(t, DirectRecorderFunc(DirectRecorder{
		Recorder: Recorder{Name: "RecordSize", Words: "size", Values: []Value{bytes64}},
		Return:   true,
		Steps:    []Step{{Writes: []Write{{Set: "sizeSeries", Kind: "Distribution"}}}},
	}), `
		// RecordSize records size.
		//
		// Values of size that are negative are dropped and counted in [record.Stats].
		func RecordSize(ctx context.Context, size int64) {
			if !sizeValues.Int64(size) {
				return
			}
			sizeSeries.At(0).Record(float64(size))
		}`)
	expect(t, DirectRecorderFunc(DirectRecorder{Recorder: Recorder{Name: "RecordNothing", Words: "nothing", Values: []Value{duration}}}), `
		// RecordNothing records nothing.
		func RecordNothing(ctx context.Context, latency time.Duration) {}`)
}

func TestDirectRecorderOfEvent(t *testing.T) {
	expect(t, DirectRecorderFunc(directEvent), `
		// RecordAll records all.
		//
		// Values of size and latency that are negative are dropped and counted in [record.Stats].
		func RecordAll(ctx context.Context, size int64, latency time.Duration) {
			sizeOK := sizeValues.Int64(size)
			span := census.Span(ctx)
			if sizeOK {
				aSeries.At(0).Add(size)
				bSeries.At(0).RecordExemplar(span, float64(size))
			}
			if latencyValues.Int64(int64(latency)) {
				latencyValue := record.InUnits(latency, time.Second)
				cSeries.At(0).Add(latencyValue)
				dSeries.At(0).RecordExemplar(span, float64(latencyValue))
			}
			eSeries.At(0).Add(1)
			fSeries.At(0).RecordExemplar(span, 1)
			if sizeOK {
				gSeries.At(0).Inc()
			}
		}`)
}

// A single view that keeps the span gets it in place.
func TestDirectExemplar(t *testing.T) {
	expect(t, DirectRecorderFunc(DirectRecorder{
		Recorder: Recorder{Name: "RecordLatency", Words: "latency", Values: []Value{duration}, Exemplars: true},
		Steps: []Step{{Writes: []Write{
			{Set: "latencySeries", Kind: "Distribution"},
			{Set: "countSeries", Kind: "Count"},
		}}},
	}), `
		// RecordLatency records latency.
		func RecordLatency(ctx context.Context, latency time.Duration) {
			latencySeries.At(0).RecordExemplar(census.Span(ctx), float64(latency)/float64(time.Millisecond))
			countSeries.At(0).Inc()
		}`)
}

// TestDirectConversion checks that a duration of an int64 measure is rounded to whole
// units for a distribution as for a sum.
func TestDirectConversion(t *testing.T) {
	expect(t, DirectRecorderFunc(DirectRecorder{
		Recorder: Recorder{Name: "RecordLatency", Words: "latency", Values: []Value{{Param: "latency", Type: "Duration", To: "int64", Unit: "Second", Units: 1}}},
		Steps:    []Step{{Writes: []Write{{Set: "sizeSeries", Kind: "Distribution"}}}},
	}), `
		// RecordLatency records latency.
		func RecordLatency(ctx context.Context, latency time.Duration) {
			sizeSeries.At(0).Record(float64(record.InUnits(latency, time.Second)))
		}`)
}

func TestDirectBound(t *testing.T) {
	expect(t, DirectBoundType(directLatency), `
		// BoundLatency records latency with the tags given to LatencyFor.
		//
		// It is safe for concurrent use. Its zero value records nothing.
		type BoundLatency struct {
			latencySeries *series.Distribution
			busySeries    *series.Float64Sum
			lastSeries    *series.Float64LastValue
			countSeries   *series.Count
		}`)
	expect(t, DirectForFunc(directLatency), `
		// LatencyFor returns a recorder of latency with these tags, for hot loops.
		//
		// These tags are looked up, and replaced values are counted, at this call only.
		func LatencyFor(method Method, outcome Outcome) BoundLatency {
			outcomeIndex := outcome.index()
			return BoundLatency{
				latencySeries: latencySeries.Bind(method.index() + 5*outcomeIndex),
				busySeries:    busySeries.Bind(0),
				lastSeries:    lastSeries.Bind(0),
				countSeries:   countSeries.Bind(outcomeIndex),
			}
		}`)
	expect(t, DirectBoundRecord(directLatency), `
		// Record records latency as RecordLatency does.
		func (b BoundLatency) Record(ctx context.Context, latency time.Duration) {
			if b.latencySeries == nil {
				return
			}
			value := float64(latency) / float64(time.Millisecond)
			b.latencySeries.Record(value)
			b.busySeries.Add(value)
			b.lastSeries.Set(value)
			b.countSeries.Inc()
		}`)
}

// directCarried has parts of indices that come from ctx.
var directCarried = DirectRecorder{
	Recorder: Recorder{
		Name: "RecordCarried", Words: "carried", Values: []Value{one}, Params: []Param{{"method", "Method"}},
		For: "CarriedFor", Bound: "BoundCarried",
	},
	Tags: []IndexedTag{{Closed: "method"}, {Var: "tenantTag", Context: true}},
	Steps: []Step{{Writes: []Write{
		{Set: "aSeries", Kind: "Count", Index: Index{Keyed: true},
			Bound: BoundSeries{Field: "aIndex", Fixed: []Term{{0, 1}}, Rest: []Term{{1, 5}}}},
		{Set: "bSeries", Kind: "Count", Bound: BoundSeries{Rest: []Term{{1, 1}}}},
	}}},
	Binding: &Binding{Indices: Indices{Vars: []string{"", ""}}, Inner: Indices{Vars: []string{"", "tenantIndex"}}},
}

func TestDirectBoundWithContext(t *testing.T) {
	expect(t, DirectBoundType(directCarried), `
		// BoundCarried records carried with the tags given to CarriedFor.
		//
		// It is safe for concurrent use. Its zero value records nothing.
		type BoundCarried struct {
			bound  bool
			aIndex uint64
		}`)
	expect(t, DirectForFunc(directCarried), `
		// CarriedFor returns a recorder of carried with these tags, for hot loops.
		//
		// These tags are looked up, and replaced values are counted, at this call only.
		func CarriedFor(method Method) BoundCarried {
			return BoundCarried{
				bound:  true,
				aIndex: method.index(),
			}
		}`)
	expect(t, DirectBoundRecord(directCarried), `
		// Record records carried as RecordCarried does.
		func (b BoundCarried) Record(ctx context.Context) {
			if !b.bound {
				return
			}
			tenantIndex := tenantTag.ContextIndex(ctx)
			aSeries.Keyed(b.aIndex + 5*tenantIndex).Inc()
			bSeries.At(tenantIndex).Inc()
		}`)
}

func TestDirectBoundArray(t *testing.T) {
	r := directCarried
	r.Limit = &RecordLimit{Var: "carriedLimit"}
	r.Binding = &Binding{Inner: Indices{Array: "tags"}}
	expect(t, DirectBoundType(r), `
		// BoundCarried records carried with the tags given to CarriedFor.
		//
		// It is safe for concurrent use. Its zero value records nothing.
		type BoundCarried struct {
			bound bool
			tags  [2]uint64
		}`)
	expect(t, DirectForFunc(r), `
		// CarriedFor returns a recorder of carried with these tags, for hot loops.
		//
		// These tags are looked up, and replaced values are counted, at this call only.
		func CarriedFor(method Method) BoundCarried {
			return BoundCarried{
				bound: true,
				tags:  [2]uint64{method.index(), 0},
			}
		}`)
	r.Steps = []Step{{Writes: []Write{{Set: "aSeries", Kind: "Count", Index: Index{Keyed: true, Terms: []Term{{0, 1}, {1, 5}}}}}}}
	expect(t, DirectBoundRecord(r), `
		// Record records carried as RecordCarried does.
		func (b BoundCarried) Record(ctx context.Context) {
			if !b.bound {
				return
			}
			tags := b.tags
			tags[1] = tenantTag.ContextIndex(ctx)
			carriedLimit.Keep(tags[:])
			aSeries.Keyed(tags[0] + 5*tags[1]).Inc()
		}`)
}

// directPages has limits that apply to the record as a whole, and no tag from ctx.
var directPages = DirectRecorder{
	Recorder: Recorder{
		Name: "RecordPages", For: "PagesFor", Bound: "BoundPages", Words: "pages",
		Values: []Value{{Type: "int64", To: "int64", Constant: "1"}},
		Params: []Param{{Name: "route", Type: "Route"}, {Name: "agent", Type: "Agent"}},
	},
	Tags:  []IndexedTag{{Var: "routeTag", Open: "route"}, {Var: "agentTag", Open: "agent"}},
	Limit: &RecordLimit{Var: "pagesLimit", Sets: []string{"aSeries", "bSeries"}},
	Steps: []Step{{Writes: []Write{
		{Set: "aSeries", Kind: "Count", Index: Index{Terms: []Term{{0, 1}, {1, 5}}}, Bound: BoundSeries{Field: "aSeries", Type: "Count"}},
		{Set: "bSeries", Kind: "Sum", Index: Index{Wide: true, Terms: []Term{{1, 1}}}, Bound: BoundSeries{Field: "bSeries", Type: "Int64Sum"}},
	}}},
	Binding: &Binding{Indices: Indices{Array: "tags"}, Inner: Indices{Vars: []string{"", ""}}, Guard: FoundField, Found: "pagesBound"},
}

func TestDirectBoundWithinLimits(t *testing.T) {
	expect(t, DirectBoundType(directPages), `
		// BoundPages records pages with the tags given to PagesFor.
		//
		// It is safe for concurrent use. Its zero value records nothing.
		type BoundPages struct {
			series *series.BoundSeries[pagesBound]
		}`)
	expect(t, DirectFoundType(directPages), `
		// pagesBound holds the series into which a BoundPages records.
		type pagesBound struct {
			aSeries *series.Count
			bSeries *series.Int64Sum
		}`)
	expect(t, DirectForFunc(directPages), `
		// PagesFor returns a recorder of pages with these tags, for hot loops.
		//
		// These tags are looked up, and replaced values are counted, at this call only.
		func PagesFor(route Route, agent Agent) BoundPages {
			tags := [2]uint64{routeTag.OpenIndex(string(route)), agentTag.OpenIndex(string(agent))}
			return BoundPages{series: series.BindSeries(func() pagesBound {
				tags := tags
				pagesLimit.Keep(tags[:])
				return pagesBound{
					aSeries: aSeries.At(tags[0] + 5*tags[1]),
					bSeries: bSeries.At(bSeries.Wide(
						tags[1],
					)),
				}
			})}
		}`)
	expect(t, DirectBoundRecord(directPages), `
		// Record records pages as RecordPages does.
		func (b BoundPages) Record(ctx context.Context) {
			if b.series == nil {
				return
			}
			s := b.series.Found()
			s.aSeries.Inc()
			s.bSeries.Add(1)
		}`)
	alone := directPages
	alone.Limit = nil
	expect(t, DirectForFunc(alone), `
		// PagesFor returns a recorder of pages with these tags, for hot loops.
		//
		// These tags are looked up, and replaced values are counted, at this call only.
		func PagesFor(route Route, agent Agent) BoundPages {
			tags := [2]uint64{routeTag.OpenIndex(string(route)), agentTag.OpenIndex(string(agent))}
			return BoundPages{series: series.BindSeries(func() pagesBound {
				return pagesBound{
					aSeries: aSeries.At(tags[0] + 5*tags[1]),
					bSeries: bSeries.At(bSeries.Wide(
						tags[1],
					)),
				}
			})}
		}`)
}

// TestDirectBoundZeroRows: what is found at each registration has its zero rows then. A bound
// recorder that keeps no series has them when it is made.
func TestDirectBoundZeroRows(t *testing.T) {
	found := directPages
	zero := func(w Write) Write {
		w.ZeroRows = true
		return w
	}
	writes := found.Steps[0].Writes
	found.Steps = []Step{{Writes: []Write{zero(writes[0]), zero(writes[1])}}}
	expect(t, DirectForFunc(found), `
		// PagesFor returns a recorder of pages with these tags, for hot loops.
		//
		// These tags are looked up, and replaced values are counted, at this call only.
		func PagesFor(route Route, agent Agent) BoundPages {
			tags := [2]uint64{routeTag.OpenIndex(string(route)), agentTag.OpenIndex(string(agent))}
			return BoundPages{series: series.BindZeroRows(aSeries, func() pagesBound {
				tags := tags
				pagesLimit.Keep(tags[:])
				return pagesBound{
					aSeries: aSeries.Zero(tags[0] + 5*tags[1]),
					bSeries: bSeries.Zero(bSeries.Wide(
						tags[1],
					)),
				}
			}, tags[0], tags[1])}
		}`)

	array := found
	array.Binding = &Binding{Inner: Indices{Array: "tags"}}
	array.Steps = []Step{{Writes: []Write{writes[0], zero(Write{Set: "cSeries", Kind: "Count", Index: Index{Terms: []Term{{1, 1}}}})}}}
	expect(t, DirectForFunc(array), `
		// PagesFor returns a recorder of pages with these tags, for hot loops.
		//
		// These tags are looked up, and replaced values are counted, at this call only.
		func PagesFor(route Route, agent Agent) BoundPages {
			tags := [2]uint64{routeTag.OpenIndex(string(route)), agentTag.OpenIndex(string(agent))}
			cSeries.ZeroRow(tags[1])
			return BoundPages{
				bound: true,
				tags:  tags,
			}
		}`)

	parts := found
	parts.Limit = nil
	parts.Binding = &Binding{Indices: Indices{Vars: []string{"", "agentIndex"}}, Inner: Indices{Vars: []string{"", ""}}}
	parts.Steps = []Step{{Writes: []Write{zero(Write{
		Set: "cSeries", Kind: "Count", Index: Index{Terms: []Term{{1, 1}}}, Bound: BoundSeries{Field: "cIndex", Fixed: []Term{{1, 1}}},
	})}}}
	expect(t, DirectForFunc(parts), `
		// PagesFor returns a recorder of pages with these tags, for hot loops.
		//
		// These tags are looked up, and replaced values are counted, at this call only.
		func PagesFor(route Route, agent Agent) BoundPages {
			agentIndex := agentTag.OpenIndex(string(agent))
			cSeries.ZeroRow(agentIndex)
			return BoundPages{
				bound:  true,
				cIndex: agentIndex,
			}
		}`)
}
