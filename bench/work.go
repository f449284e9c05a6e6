package main

import (
	"fmt"
	"runtime"
)

// An aggregation is what a record does to its series.
type aggregation int

const (
	distribution aggregation = iota
	count
	sum
	lastValue
	upDown // adds 1 or -1
)

// A tagging is by which tags a work's series are told apart.
type tagging int

const (
	noTags    tagging = iota
	twoTags           // closed: method and route
	threeTags         // closed: method, outcome and route
	openTag           // 1,000 values
	manyTags          // closed: pod, shard and zone, with 10,000 series
)

// A use is what a record reads from ctx.
type use int

const (
	nothing   use = iota
	tenant        // a tag
	noTenant      // a tag that ctx does not have
	exemplars     // a span that ctx does not have
)

// A work is what loops record: the same for every library.
type work struct {
	name        string
	aggregation aggregation
	tags        tagging
	bounds      []float64 // of a distribution
	bound       bool      // each worker has its series in hand, and the tags are not looked at again
	begins      bool      // of an up-down count: a record adds 1, and undoes the record before it
	workers     int       // goroutines that record at the same time
	oneSeries   bool      // of all workers
	ctx         use       // works that read from ctx are for ocgen's recorders only
	headline    bool      // drawn in the chart
}

// length returns the length of the sequence that loops walk through.
func (w work) length() int {
	if w.tags == manyTags {
		return manySize
	}
	return size
}

const countBound = "count, bound"

// The names that the checks ask for.
const (
	byThreeTags  = "distribution, 3 closed tags"
	byOpenTag    = "distribution, open tag of 1,000 values"
	boundOne     = "distribution, bound"
	countByThree = "count, 3 closed tags"
	twoOnOne     = "distribution, bound, 2 goroutines on one series"
	twoByTags    = "distribution, 3 closed tags, 2 goroutines on one series"
	twoApart     = "distribution, 3 closed tags, 2 goroutines on different series"
	withoutTags  = "distribution, no tags"

	manyDistribution = "distribution, 10,000 series in random order"
	manyCount        = "count, 10,000 series in random order"
	upDownByThree    = "up-down count, 3 closed tags"
	beginByThree     = "up-down count, begin and end, 3 closed tags"
)

func works() []work {
	all := []work{
		{name: withoutTags, tags: noTags},
		{name: "distribution, 2 closed tags", tags: twoTags},
		{name: byThreeTags, tags: threeTags, headline: true},
		{name: byOpenTag, tags: openTag, headline: true},
		{name: boundOne, tags: threeTags, bound: true, headline: true},
		{name: "distribution of 60 bounds, 3 closed tags", tags: threeTags, bounds: sixtyBounds},
		{name: "distribution of 60 bounds, bound", tags: threeTags, bounds: sixtyBounds, bound: true},
		{name: countByThree, aggregation: count, tags: threeTags, headline: true},
		{name: countBound, aggregation: count, tags: threeTags, bound: true},
		{name: manyDistribution, tags: manyTags, headline: true},
		{name: manyCount, aggregation: count, tags: manyTags},
		{name: upDownByThree, aggregation: upDown, tags: threeTags},
		{name: beginByThree, aggregation: upDown, tags: threeTags, begins: true},
		{name: "sum, 3 closed tags", aggregation: sum, tags: threeTags},
		{name: "sum, bound", aggregation: sum, tags: threeTags, bound: true},
		{name: "last value, 3 closed tags", aggregation: lastValue, tags: threeTags},
		{name: "last value, bound", aggregation: lastValue, tags: threeTags, bound: true},
		{name: "distribution, tag from ctx", tags: noTags, ctx: tenant},
		{name: "distribution, tag from ctx, absent", tags: noTags, ctx: noTenant},
		{name: "distribution, 3 closed tags, exemplars, no span", tags: threeTags, ctx: exemplars},
	}
	for i := range all {
		all[i].workers = 1
	}
	all = append(all, side(2)...)
	if n := runtime.GOMAXPROCS(0); n > 2 {
		all = append(all, side(n)...)
	}
	for i, w := range all {
		if w.aggregation == distribution && w.bounds == nil {
			all[i].bounds = twelveBounds
		}
	}
	return all
}

// side returns the works of n goroutines side by side.
func side(n int) []work {
	among := fmt.Sprintf(", %d goroutines on ", n)
	return []work{
		{name: byThreeTags + among + "one series", tags: threeTags, workers: n, oneSeries: true},
		{name: byThreeTags + among + "different series", tags: threeTags, workers: n, headline: n == 2},
		{name: boundOne + among + "one series", tags: threeTags, bound: true, workers: n, oneSeries: true, headline: n == 2},
		{name: boundOne + among + "different series", tags: threeTags, bound: true, workers: n},
		{name: countBound + among + "one series", aggregation: count, tags: threeTags, bound: true, workers: n, oneSeries: true},
	}
}
