package trial

import "context"

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
	Calls      []func(*Draw)                                        // every way to record

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
const keptSlots = 3

// slots returns the things that calls keep under a key.
func slots[T any](d *Draw, key *int) *[keptSlots]T {
	if d.kept[key] == nil {
		d.kept[key] = new([keptSlots]T)
	}
	return d.kept[key].(*[keptSlots]T)
}

// Bound returns the calls of a bound recorder. A new one records, or one that an earlier call
// made, perhaps before a registration.
func Bound[B any](bind func(*Draw) B, record func(*Draw, B)) func(*Draw) {
	key := new(int)
	return func(d *Draw) {
		b := &slots[*B](d, key)[d.N(keptSlots)]
		fresh := d.N(6) == 0 || *b == nil
		if fresh {
			made := bind(d)
			*b = &made
		}
		if fresh && d.tight { // the recorders differ in when a bound one uses its place in a view
			record(d, **b)
		}
		for range d.N(4) {
			record(d, **b)
		}
	}
}

// Begun returns the calls of a function that begins something. A call ends what an earlier
// call began, perhaps in an earlier registration or for the second time, and mostly begins
// something new.
func Begun(begin func(*Draw) (end func())) func(*Draw) {
	key := new(int)
	return func(d *Draw) {
		end := &slots[func()](d, key)[d.N(keptSlots)]
		if *end != nil {
			(*end)()
		}
		if d.N(3) > 0 || *end == nil {
			*end = begin(d)
		}
	}
}

// Observed returns the calls of an observed measure. A call stops a function and mostly
// starts another one, whose values grow from each moment of a run to the next. Two readings
// at one moment get the same values.
func Observed[T int64 | float64](observe func(d *Draw, read func() T) (stop func())) func(*Draw) {
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
			*stop = observe(d, func() T { return n + step*T(d.moment-since) })
		}
	}
}
