package main

import (
	"math"
	"runtime"
	"slices"
	"sort"
	"testing"
)

// TestRecorded holds every contender at every work against what its records
// must come to, by its library's own export: a loop that records nothing, or
// something else than the others, would be fast.
func TestRecorded(t *testing.T) {
	for _, w := range works() {
		for _, c := range contenders() {
			t.Run(w.name+"/"+c.name(), func(t *testing.T) {
				r := startRunner(c, w)
				if r == nil {
					t.Skip("has nothing to show at this work")
				}
				defer r.stop()
				r.records = 2*w.length() + 5
				r.run()
				if c.library == floor {
					compareTotals(t, r.subject.read(), r.records*w.workers)
					return
				}
				want := w
				if c.style == besideCount {
					want.aggregation = count
				}
				comparePoints(t, want, r.subject.read(), expected(want, r))
			})
		}
	}
}

// expected adds up the records of all loops.
func expected(w work, r *runner) points {
	want := points{}
	for _, q := range r.sequences {
		last := "-"
		for i := range r.records {
			key := seriesKey(w, q, i)
			p := want[key]
			switch w.aggregation {
			case count:
				p.count++
			case sum:
				p.value += float64(sizes[i&mask])
			case lastValue:
				p.value = ms(latencies[i&mask])
			case upDown:
				p.value += float64(deltas[i&mask])
				if w.begins { // and the one before ends
					want[last], p.value = point{}, 1
				}
			case distribution:
				p.add(w.bounds, ms(latencies[i&mask]))
			}
			want[key] = p
			last = key
		}
		delete(want, "-") // which was no series before the first
	}
	return want
}

func (p *point) add(bounds []float64, v float64) {
	if p.buckets == nil {
		p.buckets = make([]uint64, len(bounds)+1)
	}
	p.count++
	p.value += v
	p.buckets[sort.Search(len(bounds), func(i int) bool { return v < bounds[i] })]++
}

func (p point) isZero() bool { return p.count == 0 && p.value == 0 }

func seriesKey(w work, q *sequence, i int) string {
	if w.bound {
		i = 0
	}
	if w.ctx == tenant {
		return tenantName
	}
	switch i &= w.length() - 1; w.tags {
	case noTags:
		return ""
	case manyTags:
		return seriesName(pods[q.many.pod[i]-1], shards[q.many.shard[i]-1], zones[q.many.zone[i]-1])
	case twoTags:
		return seriesName(q.methodName[i], q.routeName[i])
	case openTag:
		return q.customer[i]
	}
	return seriesName(q.methodName[i], q.outcomeName[i], q.routeName[i])
}

func comparePoints(t *testing.T, w work, got, want points) {
	t.Helper()
	for key, p := range got {
		if _, ok := want[key]; !ok && p.isZero() {
			delete(got, key) // of a table, without a record
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d series, not %d", len(got), len(want))
	}
	for key, p := range want {
		g, ok := got[key]
		if !ok {
			t.Fatalf("no series %q", key)
		}
		if (w.aggregation == count || w.aggregation == distribution) && g.count != p.count {
			t.Errorf("%q counts %d, not %d", key, g.count, p.count)
		}
		if w.aggregation != count && math.Abs(g.value-p.value) > 1e-6*math.Abs(p.value) {
			t.Errorf("%q has %v, not %v", key, g.value, p.value)
		}
		if g.buckets != nil && !slices.Equal(g.buckets, p.buckets) {
			t.Errorf("%q has the buckets %v, not %v", key, g.buckets, p.buckets)
		}
	}
}

// compareTotals compares the number of records, whatever their series.
func compareTotals(t *testing.T, got points, want int) {
	t.Helper()
	var made uint64
	for _, p := range got {
		made += p.count
	}
	if made != uint64(want) {
		t.Errorf("%d records, not %d", made, want)
	}
}

// TestApart wants the series of workers to be different, unless they are to
// meet, and then to be one.
func TestApart(t *testing.T) {
	for _, w := range append(works(), side(3)...) {
		users := map[string]int{}
		for n, q := range sequences(w) {
			for i := range size {
				key := seriesKey(w, q, i)
				if other, used := users[key]; used && other != n && !w.oneSeries {
					t.Fatalf("%s: the workers %d and %d both record into %q", w.name, other, n, key)
				}
				users[key] = n
			}
		}
		if w.oneSeries && len(users) != 1 {
			t.Errorf("%s: %d series", w.name, len(users))
		}
		if !w.oneSeries && !w.bound && w.tags == threeTags && len(users) < combinations/w.workers*w.workers {
			t.Errorf("%s: only %d of %d series", w.name, len(users), combinations)
		}
	}
}

// TestWorks wants names that are told apart, and works for each processor.
func TestWorks(t *testing.T) {
	names := map[string]bool{}
	most := 0
	for _, w := range works() {
		if names[w.name] {
			t.Errorf("two works are %q", w.name)
		}
		names[w.name] = true
		most = max(most, w.workers)
	}
	for _, name := range []string{byThreeTags, byOpenTag, boundOne, countByThree, twoOnOne, twoByTags, twoApart, withoutTags, manyDistribution, manyCount, upDownByThree, beginByThree} {
		if !names[name] {
			t.Errorf("the checks ask for %q, which is no work", name)
		}
	}
	if want := max(2, runtime.GOMAXPROCS(0)); most != want {
		t.Errorf("at most %d goroutines, not %d", most, want)
	}
}
