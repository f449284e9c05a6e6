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
)

func pairs() []pair {
	return []pair{{otelTagsName, directTagsName}, {otelBoundName, directBoundName}, {otelTagsName, otelPlainName}}
}

// shortSlice is about how long a loop runs in a short round.
const shortSlice = 200 * time.Microsecond

// A ratio is how many times as long as the other contender of a pair one takes.
type ratio struct {
	Of, To string
	Ratio  float64 // of the medians
}

// compare returns the ratios of the pairs that take part in a work.
func compare(runners []*runner, s scale) (ratios []ratio) {
	byName := map[string]*runner{}
	for _, r := range runners {
		byName[r.contender.name()] = r
	}
	for _, p := range pairs() {
		if of, to := byName[p.of], byName[p.to]; of != nil && to != nil {
			ratios = append(ratios, ratio{p.of, p.to, compareTwo(of, to, s)})
		}
	}
	return ratios
}

// compareTwo lets two contenders alternate, and begins each round with the other one.
func compareTwo(of, to *runner, s scale) float64 {
	both := [2]*runner{of, to}
	var times [2][]float64
	for n := range s.shortRounds {
		for i := range both {
			k := (n + i) % 2
			times[k] = append(times[k], both[k].shortRound(s))
		}
	}
	return median(times[0]) / median(times[1])
}

// shortRound returns the ns of a record.
func (r *runner) shortRound(s scale) float64 {
	whole := r.records
	defer func() { r.records = whole }()
	r.records = max(1, int(float64(whole)*float64(shortSlice)/float64(s.slice)))
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
