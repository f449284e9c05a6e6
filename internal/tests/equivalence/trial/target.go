package trial

import "context"

// A Target is a generated package as a trial calls it.
type Target struct {
	Name       string
	Register   func() error
	Unregister func()
	Set        []func(*Draw)                                        // setters of tags of the process
	Contexts   []func(d *Draw, ctx context.Context) context.Context // setters of tags in a ctx
	Keys       []string                                             // of all tags
	Texts      []string                                             // that are values or known values of a tag
	Process    []string                                             // keys of tags of the process
	Calls      []func(*Draw)                                        // every way to record
}

// keptSlots is how many of a kind calls keep for later ones.
const keptSlots = 3

// slots returns what calls keep under a key.
func slots[T any](d *Draw, key *int) *[keptSlots]T {
	if d.kept[key] == nil {
		d.kept[key] = new([keptSlots]T)
	}
	return d.kept[key].(*[keptSlots]T)
}

// Bound returns the calls of a bound recorder: it is made anew, or one of those
// made before records, be it before a registration.
func Bound[B any](bind func(*Draw) B, record func(*Draw, B)) func(*Draw) {
	key := new(int)
	return func(d *Draw) {
		b := &slots[*B](d, key)[d.N(keptSlots)]
		fresh := d.N(6) == 0 || *b == nil
		if fresh {
			made := bind(d)
			*b = &made
		}
		if fresh && d.tight { // when a bound recorder takes its place in a view is not the same
			record(d, **b)
		}
		for range d.N(4) {
			record(d, **b)
		}
	}
}

// Observed returns the calls of an observed measure: a function observes it in
// the place of an earlier one, and tells more at each call.
func Observed[T int64 | float64](observe func(d *Draw, read func() T) (stop func())) func(*Draw) {
	key := new(int)
	return func(d *Draw) {
		stop := &slots[func()](d, key)[d.N(keptSlots)]
		n, step, again := T(d.N(100)), T(d.N(100)), d.N(3) > 0
		if d.tame {
			return // of two that begin at once either is the newer
		}
		if *stop != nil {
			(*stop)()
			*stop = nil
		}
		if again {
			*stop = observe(d, func() T { n += step; return n })
		}
	}
}
