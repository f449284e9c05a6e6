package main

import (
	"iter"
	"sync/atomic"
)

// A place is a series of the floor: what any library must at least change, and
// read again at an export. No two share a cache line, nor two of a pair that the
// processor fetches together.
type place struct {
	first, second atomic.Int64
	_             [112]byte
}

// startOneAdd is the same loop around one atomic add: what it costs to count.
func startOneAdd(w work) *subject {
	return startFloor(w, func(places *[combinations]place) loop {
		return func(s *sequence, n int) {
			for i := range n {
				places[s.series[i&mask]].first.Add(1)
			}
		}
	}, func(p *place) loop {
		return func(_ *sequence, n int) {
			for range n {
				p.first.Add(1)
			}
		}
	})
}

// startTableAdd is the same loop around one atomic add into a table, whose place is found by
// the constants of the tags, as in the tables of other libraries. startOneAdd finds it by a
// number that was computed before.
func startTableAdd(w work) *subject {
	if w.bound || w.begins {
		return nil
	}
	switch w.tags {
	case threeTags:
		t := &threeTable[place]{}
		return &subject{read: func() points { return readTable(t.all) }, loop: func(s *sequence, n int) {
			for i := range n {
				t[s.method[i&mask]][s.outcome[i&mask]][s.route[i&mask]].first.Add(1)
			}
		}}
	case manyTags:
		t := &manyTable[place]{}
		return &subject{read: func() points { return readTable(t.all) }, loop: func(s *sequence, n int) {
			for i := range n {
				t[s.many.pod[i&manyMask]][s.many.shard[i&manyMask]][s.many.zone[i&manyMask]].first.Add(1)
			}
		}}
	}
	return nil
}

// startTwoAdds is the same loop around two: a bucket and a sum, of integers.
func startTwoAdds(w work) *subject {
	return startFloor(w, func(places *[combinations]place) loop {
		return func(s *sequence, n int) {
			for i := range n {
				p := &places[s.series[i&mask]]
				p.first.Add(1)
				p.second.Add(int64(latencies[i&mask]))
			}
		}
	}, func(p *place) loop {
		return func(_ *sequence, n int) {
			for i := range n {
				p.first.Add(1)
				p.second.Add(int64(latencies[i&mask]))
			}
		}
	})
}

func startFloor(w work, byTags func(*[combinations]place) loop, bound func(*place) loop) *subject {
	if w.tags == openTag || w.tags == manyTags || w.begins {
		return nil // an open tag's places would be found by something, and then it were a library
	}
	places := &[combinations]place{}
	s := &subject{read: func() points { return readPlaces(places) }}
	if w.bound || w.tags == noTags {
		s.bind = func(q *sequence) loop { return bound(&places[q.series[0]]) }
		return s
	}
	s.loop = byTags(places)
	return s
}

// readTable returns the sum of the counts of all places.
func readTable(all iter.Seq[*place]) points {
	var sum uint64
	for p := range all {
		sum += uint64(p.first.Load())
	}
	return points{"": {count: sum}}
}

// readPlaces returns the counts alone, by three tags: the floor has no others.
func readPlaces(places *[combinations]place) points {
	all := points{}
	for i := range places {
		if n := places[i].first.Load(); n > 0 {
			all[seriesName(combination(i))] = point{count: uint64(n)}
		}
	}
	return all
}
