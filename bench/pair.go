package main

import (
	"math"
	"time"
)

// A pair is two contenders, by name, that are also compared in short rounds. Other work of the
// machine interrupts a long round often, and a short one rarely, so the ratio is exact enough
// for code that is nearly equal. Short rounds do not suit a library that makes garbage or has
// goroutines of its own: few rounds would have all of the cost.
type pair struct{ of, to string }

// Names of contenders.
const (
	otelTagsName    = ocgenOTel + ", by tags"
	otelBoundName   = ocgenOTel + ", bound"
	otelPlainName   = ocgenOTel + ", " + withoutExemplars
	directTagsName  = ocgenDirect + ", by tags"
	directBoundName = ocgenDirect + ", bound"
	directCountName = ocgenDirect + ", " + besideCount
	promTableName   = prometheusName + ", table"
	promBoundName   = prometheusName + ", bound"
	victoriaBound   = victoria + ", bound"
	tableAddName    = floor + ", " + tableAdd
)

func pairs() []pair {
	return []pair{
		{otelTagsName, directTagsName}, {otelBoundName, directBoundName}, {otelTagsName, otelPlainName},
		{directTagsName, promTableName}, {directBoundName, promBoundName}, {directBoundName, victoriaBound},
		{directTagsName, tableAddName}, {directTagsName, directCountName},
	}
}

// About how long a loop runs in a short round. With 10,000 series the rounds are longer, so that
// each records into most series, and there are fewer.
const (
	shortSlice = 200 * time.Microsecond
	manySlices = 5 // short slices of a round with 10,000 series
	fewerTimes = 2 // short rounds to rounds with 10,000 series
)

// A ratio is how many times as long as the other contender of a pair one takes.
type ratio struct {
	Of, To string
	Ratio  float64 // median of the rounds' ratios
}

// compare returns the ratios of the pairs that take part in a work.
//
// After a reading an up-down count checks for contention during its next 262,144 records, which few
// series have before the next reading. So both are read first, and the rounds are not longer. Counts
// that have so many records check only now and then.
func compare(runners []*runner, w work, s scale) (ratios []ratio) {
	byName := map[string]*runner{}
	for _, r := range runners {
		byName[r.contender.name()] = r
	}
	for _, p := range pairs() {
		if of, to := byName[p.of], byName[p.to]; of != nil && to != nil {
			if w.aggregation == upDown {
				of.subject.read()
				to.subject.read()
			}
			ratios = append(ratios, ratio{p.of, p.to, compareTwo(of, to, s)})
		}
	}
	return ratios
}

// compareTwo lets two contenders alternate, and begins each round with the other one. Each ratio
// is of two neighbours in time, since other work of the machine slows both down for a while, one
// more than the other.
func compareTwo(of, to *runner, s scale) float64 {
	both := [2]*runner{of, to}
	slice, rounds := shortSlice, s.shortRounds
	if of.sequences[0].many != nil {
		slice, rounds = manySlices*shortSlice, max(1, s.shortRounds/fewerTimes)
	}
	var ratios []float64
	for n := range rounds {
		var ns [2]float64
		for i := range both {
			k := (n + i) % 2
			ns[k] = both[k].shortRound(float64(slice) / float64(s.slice))
		}
		ratios = append(ratios, ns[0]/ns[1])
	}
	return median(ratios)
}

// shortRound makes a part of the records of a round, and returns the ns of a record.
func (r *runner) shortRound(part float64) float64 {
	whole := r.records
	defer func() { r.records = whole }()
	r.records = max(1, int(float64(whole)*part))
	return float64(r.run()) / float64(r.records)
}

// ratio returns a ratio of a work; NaN if it was not measured.
func (w *workResult) ratio(of, to string) float64 {
	for _, r := range w.Ratios {
		if r.Of == of && r.To == to {
			return r.Ratio
		}
	}
	return math.NaN()
}
