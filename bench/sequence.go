package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// size is the length of everything that loops walk through, a power of two so
// that an index is one AND.
const (
	size = 4096
	mask = size - 1
)

// The values of the closed tags, in the order of the schemas.
var (
	methods  = []string{"GET", "POST", "PUT", "DELETE"}
	outcomes = []string{"ok", "client_error", "server_error"}
	routes   = []string{"/home", "/cart", "/pay", "/search", "/orders", "/login", "/logout", "/help"}
)

// combinations is how many series three closed tags make, and openValues how
// many the open one.
const (
	combinations = 4 * 3 * 8
	openValues   = 1000
)

// A randomOrder has the 10,000 series of three closed tags in one random order after another.
// So each record is into a series that the processor's first caches have lost since the last
// record into it.
type randomOrder struct {
	pod, shard, zone [manySize]uint8 // constants of generated code, which start at 1
	series           [manySize]uint16
}

const (
	manySize = 1 << 15
	manyMask = manySize - 1
)

// The bounds of distributions, in ms, as the schemas have them.
var (
	twelveBounds = []float64{5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000}
	sixtyBounds  = exponential(1, 1.2, 60)
)

func exponential(start, growth float64, count int) []float64 {
	bounds := make([]float64, count)
	for i := range bounds {
		bounds[i] = start * math.Pow(growth, float64(i))
	}
	return bounds
}

// What is recorded, the same for every library: latencies whose logarithm is
// normally distributed around 80 ms, sizes of answers in bytes, and ones with a random sign
// for up-down counts.
var (
	latencies [size]time.Duration
	sizes     [size]int64
	deltas    [size]int64
)

func init() {
	random := rand.New(rand.NewPCG(1, 2))
	for i := range size {
		latencies[i] = time.Duration(80e6 * math.Exp(1.2*random.NormFloat64()))
		sizes[i] = random.Int64N(1 << 16)
		deltas[i] = random.Int64N(2)*2 - 1
	}
}

// ms is what generated code does to a duration. Who writes recorders by hand
// does the same, so every loop does.
func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// A sequence is the tag values of the records of one loop, in turn: as
// constants of generated code, which start at 1, as texts, and as the number
// of the series.
type sequence struct {
	method, outcome, route             [size]uint8
	methodName, outcomeName, routeName [size]string
	series                             [size]uint16
	customer                           [size]string
	customerNo                         [size]uint16
	many                               *randomOrder // nil, unless the work has 10,000 series
}

var customers = numbered("customer-%04d", openValues)

func numbered(format string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf(format, i)
	}
	return names
}

// sequences returns one for each of the workers: of one series, or of series
// that no other worker has.
func sequences(w work) []*sequence {
	made := make([]*sequence, w.workers)
	for n := range made {
		random := rand.New(rand.NewPCG(3, uint64(n)))
		made[n] = newSequence(func(of int) int {
			switch {
			case w.oneSeries:
				return 0
			case w.bound:
				return n % of
			}
			share := max(1, of/w.workers)
			return (random.IntN(share)*w.workers + n) % of
		})
		if w.tags == manyTags {
			made[n].many = newRandomOrder(random)
		}
	}
	return made
}

// newSequence draws each record's series, and its open value, by number.
func newSequence(draw func(of int) int) *sequence {
	s := &sequence{}
	for i := range size {
		s.setSeries(i, draw(combinations))
		c := draw(openValues)
		s.customerNo[i], s.customer[i] = uint16(c), customers[c]
	}
	return s
}

func newRandomOrder(random *rand.Rand) *randomOrder {
	o := &randomOrder{}
	var numbers []int
	for len(numbers) < manySize {
		numbers = append(numbers, random.Perm(manySeriesCount)...)
	}
	for i, number := range numbers[:manySize] {
		pod, shard, zone := manySeries(number)
		o.series[i] = uint16(number)
		o.pod[i], o.shard[i], o.zone[i] = uint8(pod+1), uint8(shard+1), uint8(zone+1)
	}
	return o
}

func (s *sequence) setSeries(i, number int) {
	s.series[i] = uint16(number)
	m, o, r := number%4, number/4%3, number/12
	s.method[i], s.outcome[i], s.route[i] = uint8(m+1), uint8(o+1), uint8(r+1)
	s.methodName[i], s.outcomeName[i], s.routeName[i] = methods[m], outcomes[o], routes[r]
}

// combination returns the texts of a series's three closed tags.
func combination(number int) (method, outcome, route string) {
	return methods[number%4], outcomes[number/4%3], routes[number/12]
}
