package schema

import (
	"math/big"

	"gopkg.in/yaml.v3"
)

// readBucketForm reads linear, exponential or decades.
func (r *reader) readBucketForm(v *View, form string, n *yaml.Node) []*big.Rat {
	var bounds []*big.Rat
	r.ofView(v).bare = true
	whole := !r.fails(func() {
		switch form {
		case "linear":
			bounds = r.readLinear(r.section(form, n, place(n), form), v)
		case "exponential":
			bounds = r.readExponential(r.section(form, n, place(n), form), v)
		case "decades":
			bounds = r.readDecades(r.section(form, n, place(n), form), v)
		}
	})
	return r.checkBounds(v, n, bounds, whole && bounds != nil)
}

// The readers of the forms return the bounds that could be read, at least the first
// one, or nil.

func (r *reader) readLinear(f *fields, v *View) []*big.Rat {
	start, width := f.bound("start", v), f.bound("width", v)
	count := f.integer("count")
	positive := width != nil && r.isPositive(f, "width", width.value)
	switch {
	case start == nil || width != nil && r.mixesUnits("width", f.entries["width"], *width, "start", f.entries["start"], *start):
		return nil
	case !positive || count == 0:
		return []*big.Rat{start.value}
	}
	return linearBounds(start.value, width.value, count)
}

func (r *reader) readExponential(f *fields, v *View) []*big.Rat {
	start := f.bound("start", v)
	growth := f.factor("growth")
	count := f.integer("count")
	grows := growth != nil && growth.Cmp(big.NewRat(1, 1)) > 0
	if growth != nil && !grows {
		r.report("bounds", f.place("growth"), "growth is %s and must be above 1, so that the bounds increase", f.written("growth"))
	}
	if start == nil || !r.isPositive(f, "start", start.value) {
		return nil
	}
	if !grows || count == 0 {
		return []*big.Rat{start.value}
	}
	return exponentialBounds(start.value, growth, count)
}

func (r *reader) readDecades(f *fields, v *View) []*big.Rat {
	from, to := f.bound("from", v), f.bound("to", v)
	steps, whole := r.readSteps(f)
	positive := from != nil && r.isPositive(f, "from", from.value)
	if from == nil || to == nil || r.mixesUnits("to", f.entries["to"], *to, "from", f.entries["from"], *from) {
		return nil
	}
	if positive && to.value.Cmp(from.value) <= 0 {
		r.report("bounds", f.place("to"), "to is %s and must be above from, which is %s", f.written("to"), f.written("from"))
		return nil
	}
	if !positive || !whole {
		return nil
	}
	return append([]*big.Rat{}, decadeBounds(from.value, to.value, steps)...) // not nil, even if it is empty: the bounds are known
}

// readSteps reads the bounds of one decade, and reports whether all of them are known.
func (r *reader) readSteps(f *fields) (steps []*big.Rat, whole bool) {
	if !f.has("steps") {
		return nil, false
	}
	whole = !r.fails(func() {
		items := r.list(f.entries["steps"], "steps")
		if f.entries["steps"].Kind == yaml.SequenceNode && len(items) == 0 {
			r.report("bounds", f.place("steps"), "steps is empty; write the bounds of one decade, such as [1, 2, 5]")
		}
		for _, item := range items {
			step := r.factor(item, "a step")
			if step == nil {
				continue
			}
			if step.Cmp(big.NewRat(1, 1)) < 0 || step.Cmp(big.NewRat(10, 1)) >= 0 {
				r.report("bounds", place(item), "the step %s must be at least 1 and below 10", clip(item.Value))
			}
			if len(steps) > 0 && step.Cmp(steps[len(steps)-1]) <= 0 {
				r.report("bounds", place(item), "the step %s must be above the step before it; list the steps in increasing order", clip(item.Value))
			}
			steps = append(steps, step)
		}
	})
	return steps, whole
}

// bound reads a bound or a width in the unit of the view. It returns nil if the key is
// missing.
func (f *fields) bound(key string, v *View) *amount {
	if !f.has(key) {
		return nil
	}
	a := f.r.amount(f.entries[key], key, v.Measure.Unit)
	marks := f.r.ofView(v)
	marks.bare = marks.bare && a != nil && a.dimension == ""
	return a
}

func (f *fields) factor(key string) *big.Rat {
	if !f.has(key) {
		return nil
	}
	return f.r.factor(f.entries[key], key)
}

// written returns a number as it is written in the schema.
func (f *fields) written(key string) string { return clip(f.entries[key].Value) }

func (r *reader) isPositive(f *fields, key string, value *big.Rat) bool {
	if value.Sign() > 0 {
		return true
	}
	r.report("bounds", f.place(key), "%s is %s and must be above 0", key, f.written(key))
	return false
}
