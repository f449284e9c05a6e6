package trial

import (
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"strings"
	"time"
)

// A Draw draws calls and their arguments. Equal draws give equal calls of all targets. It is
// not safe for concurrent use.
type Draw struct {
	bits   func(bytes int) uint64
	left   func() bool
	target *Target
	tame   bool         // draws nothing whose outcome depends on the order of goroutines
	tight  bool         // see Plan
	exact  bool         // see Plan
	moment int          // number of the moments that have passed, see run.pass
	kept   map[*int]any // things that calls keep for later calls
	model  *model       // nil if goroutines record at once
	owner  string       // of the goroutine, if several record at once; see Mine
	drawn  drawn
}

// A drawn is what was drawn since the call began.
type drawn struct {
	ctx       context.Context
	arguments []argument // of tags of the call
	whole     int64      // the last value of a whole number
	unusable  bool       // a value is dropped
}

// Seeded returns an endless draw.
func Seeded(seed uint64) *Draw {
	random := rand.New(rand.NewPCG(seed, 0x6f6367656e))
	return &Draw{
		bits: func(bytes int) uint64 { return random.Uint64() >> (64 - 8*bytes) },
		left: func() bool { return true },
		kept: map[*int]any{},
	}
}

// FromBytes returns a draw that ends with the data; past it all is zero.
func FromBytes(data []byte) *Draw {
	return &Draw{
		bits: func(bytes int) uint64 {
			var word [8]byte
			n := copy(word[:bytes], data)
			data = data[n:]
			return binary.LittleEndian.Uint64(word[:])
		},
		left: func() bool { return len(data) > 0 },
		kept: map[*int]any{},
	}
}

// N draws a number below n, which is at most 256.
func (d *Draw) N(n int) int { return int(d.bits(1) % uint64(n)) }

// one draws one of several.
func one[T any](d *Draw, of []T) T { return of[d.N(len(of))] }

// Ordinal draws the value of a closed tag that has n listed ones: mostly one of
// them, else absence or a value that no constant has.
func (d *Draw) Ordinal(n int) uint32 {
	o := d.ordinal(n)
	d.drawn.arguments = append(d.drawn.arguments, argument{ordinal: o})
	return o
}

func (d *Draw) ordinal(n int) uint32 {
	switch d.N(8) {
	case 0:
		return 0
	case 1:
		return one(d, []uint32{uint32(n) + 1, 255})
	}
	return 1 + uint32(d.N(n))
}

// texts are what open tags get in any process: few enough to recur.
const texts = 12

// Text draws the value of an open tag with these known values.
func (d *Draw) Text(known ...string) string {
	t := d.text(known)
	d.drawn.arguments = append(d.drawn.arguments, argument{text: t})
	return t
}

// Mine is Text for a measure that can be forgotten. Goroutines that record at once draw
// different texts: otherwise the result would depend on whose call is first.
func (d *Draw) Mine(known ...string) string {
	if d.owner == "" {
		return d.Text(known...)
	}
	return d.owner + string(rune('A'+d.N(texts)))
}

func (d *Draw) text(known []string) string {
	switch k := d.N(12); {
	case k == 0:
		return ""
	case k <= 2 && len(known) > 0:
		return one(d, known)
	case k == 3:
		return one(d, []string{strings.Repeat("x", 256), "Zürich", "tab\t", "\xff", "nul\x00"})
	case k == 4:
		return one(d, []string{"__other__", "__invalid__", strings.Repeat("y", 255), " ", "~"})
	}
	return "text " + string(rune('A'+d.N(texts)))
}

// Values say what a measure's values mean.
type Values struct {
	Unit        time.Duration // of a measure of time; else 0
	Bounds      []float64     // of its distributions: values near them are worth a try
	Whole       bool          // they are recorded as whole numbers
	Last        bool          // a last value is kept
	Sum         bool          // a sum is kept
	NonNegative bool          // negative ones are dropped
	Recordable  bool          // draw none that are dropped
}

// Float64 draws a value.
func (d *Draw) Float64(v Values) float64 {
	f := d.float64(v)
	d.drawn.unusable = math.IsNaN(f) || math.Abs(f) >= 1e150
	return f
}

func (d *Draw) float64(v Values) float64 {
	k := d.N(12)
	switch {
	case d.tame && v.Last:
		return 7
	case k < 4 && len(v.Bounds) > 0:
		b := one(d, v.Bounds)
		return one(d, []float64{b, b, math.Nextafter(b, math.Inf(1)), math.Nextafter(b, 0)})
	case k == 4:
		return 0
	case k == 5 && !v.Recordable:
		return one(d, []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e150, -1e150, 1e200, math.MaxFloat64, -math.MaxFloat64})
	case k == 8 && d.rarely():
		return d.hugeFloat(v)
	case k == 6 && d.negative(v):
		return -float64(d.bits(2)%10000) / 16
	case k == 7 && !d.tame:
		return math.Ldexp(1+float64(d.bits(2)%1024)/1024, d.N(100)-50)
	}
	return math.Ldexp(float64(d.bits(3)%(1<<24)), -4*d.N(5))
}

// maxWhole bounds most whole numbers, so that no sum exceeds 2^53 within ten million calls:
// OpenCensus adds them up as float64.
const maxWhole = 1 << 29

// rarely is true once in 64 times. What is huge hides what else a series has.
func (d *Draw) rarely() bool { return d.N(64) == 0 }

// hugeFloat draws a value that is recorded and whose square, or sum of squares, is
// near the largest float64.
func (d *Draw) hugeFloat(v Values) float64 {
	f := one(d, []float64{math.Nextafter(1e150, 0), 1e149, 5e149, 1e77})
	if d.negative(v) && d.N(2) == 0 {
		return -f
	}
	return f
}

// hugeInt64 draws a value near the largest that a sum of whole numbers holds. The recorder
// "views" adds up in float64. So its values are exact as float64 or, with a sum, the largest
// int64: then all further totals are the largest int64 with every recorder.
func (d *Draw) hugeInt64(v Values) int64 {
	if d.exact && d.N(4) > 0 {
		return 1<<53 + 1 + int64(d.bits(2))
	}
	if v.Sum {
		return math.MaxInt64
	}
	if d.negative(v) && d.N(2) == 0 {
		return one(d, []int64{math.MinInt64, -1 << 62, -1 << 53})
	}
	return one(d, []int64{math.MaxInt64, 1 << 62, 1 << 53})
}

// Int64 draws a value.
func (d *Draw) Int64(v Values) int64 {
	d.drawn.whole = d.int64(v)
	return d.drawn.whole
}

func (d *Draw) int64(v Values) int64 {
	k := d.N(12)
	switch {
	case d.tame && v.Last:
		return 7
	case k < 4 && len(v.Bounds) > 0:
		return int64(one(d, v.Bounds)) + int64(d.N(3)) - 1
	case k == 4:
		return 0
	case k == 5 && d.negative(v):
		return -int64(d.bits(2))
	case k == 6:
		return int64(d.bits(4) % maxWhole)
	case k == 7 && d.rarely():
		return d.hugeInt64(v)
	}
	return int64(d.bits(2) % 5000)
}

// negative reports whether a value may be negative.
func (d *Draw) negative(v Values) bool { return !d.tame && !(v.Recordable && v.NonNegative) }

// Duration draws a value.
func (d *Draw) Duration(v Values) time.Duration {
	if d.N(12) == 0 && d.rarely() && !(d.tame && v.Last) && !(v.Whole && v.Sum && v.Unit > 1) {
		return d.hugeDuration(v)
	}
	n := d.duration(v)
	if limit := v.Unit * maxWhole; v.Whole && limit/maxWhole == v.Unit {
		return max(min(n, limit), -limit)
	}
	return n
}

// hugeDuration draws the longest duration or, if it may be negative, the shortest. In
// whole microseconds and more it is exact as a float64.
func (d *Draw) hugeDuration(v Values) time.Duration {
	if d.negative(v) && d.N(2) == 0 {
		return math.MinInt64
	}
	return math.MaxInt64
}

func (d *Draw) duration(v Values) time.Duration {
	const largest = float64(math.MaxInt64) / 4096
	unit := float64(v.Unit)
	k := d.N(12)
	switch {
	case d.tame && v.Last:
		return 7 * time.Second
	case k < 4 && len(v.Bounds) > 0:
		return time.Duration(min(one(d, v.Bounds)*unit, largest)) + time.Duration(d.N(3)) - 1
	case k == 4:
		return 0
	case k == 5 && d.negative(v):
		return -one(d, []time.Duration{time.Duration(d.bits(4)), 1, v.Unit / 2})
	case k < 8:
		return time.Duration(d.bits(4)) // up to 4 s
	}
	return time.Duration(min(float64(d.bits(2)%5000)/8*unit, largest))
}
