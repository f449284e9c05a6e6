package trial

import (
	"context"
	"slices"
)

// A Target is a generated package as a trial calls it.
type Target struct {
	Name       string
	Register   func() error
	Unregister func()
	Set        []func(*Draw)                                        // setters of the process tags
	Contexts   []func(d *Draw, ctx context.Context) context.Context // setters of tags in a ctx
	Keys       []string                                             // of all tags
	Texts      []string                                             // values and known values of tags
	Process    []string                                             // keys of process tags
	Local      []string                                             // keys of tags of a ctx that stay in the process
	Propagated []string                                             // keys of tags of a ctx that other processes get
	Calls      []func(*Draw)                                        // every way to record, and to end a series
	Endings    []*Ending                                            // measures whose series end

	// OpenTelemetry says that ctx has OpenTelemetry's tags and spans. Otherwise it has
	// OpenCensus's.
	OpenTelemetry bool
}

// library returns the library whose tags and spans the package reads.
func (t *Target) library() library {
	if t.OpenTelemetry {
		return openTelemetry{t}
	}
	return openCensus{t}
}

// keptSlots is the number of things of a kind that calls keep for later calls.
const keptSlots = 5

// slots returns the things that calls keep under a key.
func slots[T any](d *Draw, key *int) *[keptSlots]T {
	if d.kept[key] == nil {
		d.kept[key] = new([keptSlots]T)
	}
	return d.kept[key].(*[keptSlots]T)
}

// Recorded returns the calls of a recorder. e is its measure if the series of the measure end,
// else nil.
func Recorded(e *Ending, record func(*Draw)) func(*Draw) {
	return func(d *Draw) {
		d.drawn = drawn{}
		record(d)
		d.recorded(e, d.drawn.arguments)
	}
}

// recorded tells the model of a record with the value and the ctx that were drawn last.
func (d *Draw) recorded(e *Ending, arguments []argument) {
	if !d.drawn.unusable {
		d.model.record(e, d.drawn.ctx, arguments, d.drawn.whole)
	}
}

// Bound returns the calls of a bound recorder. A new one records, or one that an earlier call
// made, perhaps before a registration, and before its series were forgotten. e is as in
// Recorded.
func Bound[B any](e *Ending, bind func(*Draw) B, record func(*Draw, B)) func(*Draw) {
	type bound struct {
		recorder  B
		arguments []argument
	}
	key := new(int)
	return func(d *Draw) {
		b := &slots[*bound](d, key)[d.N(keptSlots)]
		again := func() {
			d.drawn = drawn{}
			record(d, (*b).recorder)
			d.recorded(e, (*b).arguments)
		}
		fresh := d.N(6) == 0 || *b == nil
		if fresh {
			d.drawn = drawn{}
			recorder := bind(d)
			*b = &bound{recorder, d.drawn.arguments}
			d.model.bind(e, (*b).arguments)
		}
		if fresh && d.tight { // the recorders differ in when a bound one uses its place in a view
			again()
		}
		for range d.N(4) {
			again()
		}
	}
}

// Forgotten returns the calls of a function that ends series.
func Forgotten(e *Ending, forget func(*Draw)) func(*Draw) {
	hasOpen := slices.ContainsFunc(e.Tags, func(t EndingTag) bool { return t.Max > 0 && !t.Context })
	return func(d *Draw) {
		if d.tame && !hasOpen {
			return // the series of other goroutines too
		}
		for range 1 + d.N(4) {
			d.drawn = drawn{}
			forget(d)
			d.model.forget(e, d.drawn.arguments)
		}
	}
}

// Begun returns the calls of a function that begins something. A call ends what an earlier
// call began, perhaps in an earlier registration, for the second time, or after its series were
// forgotten, and mostly begins something new. e is as in Recorded.
func Begun(e *Ending, begin func(*Draw) (end func())) func(*Draw) {
	key := new(int)
	return func(d *Draw) {
		end := &slots[func()](d, key)[d.N(keptSlots)]
		if *end != nil {
			(*end)()
		}
		if d.N(3) > 0 || *end == nil {
			d.drawn = drawn{}
			ends := begin(d)
			series := d.model.record(e, d.drawn.ctx, d.drawn.arguments, 1)
			*end = func() {
				ends()
				d.model.subtract(series)
				series = nil
			}
		}
	}
}

// Observed returns the calls of an observed measure. A call stops a function and mostly
// starts another one, whose values grow from each moment of a run to the next. Two readings
// at one moment get the same values.
func Observed[T int64 | float64](e *Ending, observe func(d *Draw, read func() T) (stop func())) func(*Draw) {
	key := new(int)
	return func(d *Draw) {
		stop := &slots[func()](d, key)[d.N(keptSlots)]
		n, step, again := T(d.N(100)), T(d.N(100)), d.N(3) > 0
		if d.tame {
			return // of two that begin at once, either can be the newer one
		}
		if *stop != nil {
			(*stop)()
			*stop = nil
		}
		if again {
			since := d.moment
			d.drawn = drawn{}
			stops := observe(d, func() T { return n + step*T(d.moment-since) })
			leaves := d.model.observe(e, d.drawn.arguments)
			*stop = func() {
				stops()
				leaves()
			}
		}
	}
}
