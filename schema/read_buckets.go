package schema

import (
	"fmt"
	"math/big"

	"gopkg.in/yaml.v3"
)

// A bucketSet is a shared set of bounds, evaluated in the unit of each view
// that names it.
type bucketSet struct {
	Place Place
	ID    string
	node  *yaml.Node
	used  bool
}

// noBuckets is written where a distribution is to have count and sum alone.
const noBuckets = "none"

func (r *reader) readBucketSets(f *fields) {
	for _, e := range f.elements("buckets", "set of buckets") {
		set := &bucketSet{Place: e.at, ID: e.id, node: e.value}
		switch {
		case set.ID == noBuckets:
			r.report("bad-id", e.at, "a set of buckets has the id %q, which a view writes to have no buckets; give the set another id", noBuckets)
			continue
		case e.value.Kind == yaml.ScalarNode && e.value.Value == noBuckets:
			r.report("wrong-kind", place(e.value), "a set of buckets is %q, and a set has bounds; delete it, and write \"buckets: none\" in the views that use it", noBuckets)
			set.node = nil
		case e.value.Kind == yaml.ScalarNode:
			r.report("wrong-kind", place(e.value), "a set of buckets is a list of bounds, or a mapping with linear, exponential or decades, not %s", kindOf(e.value))
			set.node = nil
		}
		r.buckets[set.ID] = set
		r.bucketIDs = append(r.bucketIDs, set.ID)
		r.schema.bucketSets = append(r.schema.bucketSets, set)
	}
	r.bucketIDs = append(r.bucketIDs, noBuckets) // may be named too
}

// readBuckets reads the bounds of a distribution: a form, or a shared set's name.
func (r *reader) readBuckets(v *View, n *yaml.Node) {
	v.boundsAt, v.boundsKey = place(n), "buckets"
	if n.Kind == yaml.ScalarNode {
		if isNull(n) && n.Value == "" || !isQuoted(n) && (n.Tag == "!!int" || n.Tag == "!!float") {
			r.report("wrong-kind", place(n), "buckets is a list of bounds, a mapping with linear, exponential or decades, the name of a shared set, or none for count and sum alone, not %s", kindOf(n))
			v.broken = true
			return
		}
		if !r.isLine(n, "buckets") {
			return
		}
		if v.none = n.Value == noBuckets; v.none {
			return
		}
		set := r.buckets[n.Value]
		if set == nil {
			r.unknown(place(n), "set of buckets", n.Value, "buckets", r.bucketIDs)
			v.broken = true
			return
		}
		set.used = true
		if n = set.node; n == nil {
			v.broken = true
			return
		}
		v.boundsAt, v.boundsKey = place(n), set.ID
	}
	bounds := r.readBounds(v, n)
	if bounds == nil {
		v.broken = true
		return
	}
	v.exact = bounds
}

// readBounds reads one of the forms; nil after a problem.
func (r *reader) readBounds(v *View, n *yaml.Node) []*big.Rat {
	if n.Kind == yaml.SequenceNode {
		return r.readBoundList(v, n)
	}
	if form := bareForm(n); form != "" {
		r.report("missing-key", place(n), "buckets needs one of bounds, linear, exponential or decades; put these keys below one, as in {%s: {…}}", form)
		return nil
	}
	f := r.fields(n, place(n), "buckets", "bounds", "linear", "exponential", "decades", "include")
	v.include = f.choice("include", "slo_thresholds") != ""
	form := f.exactlyOne("bounds", "linear", "exponential", "decades")
	if form == "" {
		return nil
	}
	body := f.entries[form]
	if form == "bounds" {
		if body.Kind == yaml.ScalarNode && body.Value == noBuckets {
			r.report("conflicting-keys", place(body), "bounds is %q, and what stands beside it needs buckets; write a list, or \"buckets: none\" alone", noBuckets)
			return nil
		}
		return r.readBoundList(v, body)
	}
	return r.readSeriesForm(v, form, body)
}

// bareForm returns the form whose keys stand where its name should; "" if a
// form is named, or none is meant.
func bareForm(n *yaml.Node) string {
	meant := ""
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch n.Content[i].Value {
		case "bounds", "linear", "exponential", "decades":
			return ""
		case "width":
			meant = "linear"
		case "growth":
			meant = "exponential"
		case "from", "to", "steps":
			meant = "decades"
		}
	}
	return meant
}

func (r *reader) readBoundList(v *View, n *yaml.Node) []*big.Rat {
	items := r.list(n, "buckets")
	if n.Kind == yaml.SequenceNode && len(items) == 0 {
		r.report("bounds", place(n), "the list of bounds is empty; write at least one bound, or \"buckets: none\" for count and sum alone")
		return nil
	}
	var bounds []*big.Rat
	whole := true
	for i, item := range items {
		b := r.quantity(item, "a bucket bound", v.Measure.Unit)
		if b == nil {
			whole = false
			continue
		}
		if i > 0 && whole && b.Cmp(bounds[i-1]) <= 0 {
			r.report("bounds", place(item), "the bound %s is not above the one before it; bounds go up strictly", clip(item.Value))
			whole = false
		}
		bounds = append(bounds, b)
	}
	if !whole || !r.checkBounds(v, n, bounds) {
		return nil
	}
	return bounds
}

// readSeriesForm reads linear, exponential or decades.
func (r *reader) readSeriesForm(v *View, form string, n *yaml.Node) []*big.Rat {
	before := r.errors
	unit := v.Measure.Unit
	number := func(f *fields, key, unit string) *big.Rat {
		if !f.has(key) {
			return nil
		}
		return r.quantity(f.entries[key], key, unit)
	}
	var bounds []*big.Rat
	switch form {
	case "linear":
		f := r.fields(n, place(n), form, "start", "width", "count")
		f.require("start", "width", "count")
		start, width, count := number(f, "start", unit), number(f, "width", unit), f.integer("count", 1, maxBounds, 0)
		if r.errors == before && r.isPositive(f, "width", width) {
			bounds = linearBounds(start, width, count)
		}
	case "exponential":
		f := r.fields(n, place(n), form, "start", "growth", "count")
		f.require("start", "growth", "count")
		start, growth, count := number(f, "start", unit), number(f, "growth", ""), f.integer("count", 1, maxBounds, 0)
		if r.errors == before && growth.Cmp(big.NewRat(1, 1)) <= 0 {
			r.report("bounds", f.place("growth"), "growth is %s; it must be above 1, so that bounds go up", f.written("growth"))
		} else if r.errors == before && r.isPositive(f, "start", start) {
			bounds = exponentialBounds(start, growth, count)
		}
	case "decades":
		bounds = r.readDecades(r.fields(n, place(n), form, "from", "to", "steps"), number, unit)
	}
	if r.errors > before || !r.checkBounds(v, n, bounds) {
		return nil
	}
	return bounds
}

func (r *reader) readDecades(f *fields, number func(*fields, string, string) *big.Rat, unit string) []*big.Rat {
	before := r.errors
	f.require("from", "to", "steps")
	from, to := number(f, "from", unit), number(f, "to", unit)
	var steps []*big.Rat
	if f.has("steps") {
		for _, item := range r.list(f.entries["steps"], "steps") {
			step := r.quantity(item, "a step", "")
			if step == nil {
				continue
			}
			if step.Cmp(big.NewRat(1, 1)) < 0 || step.Cmp(big.NewRat(10, 1)) >= 0 {
				r.report("bounds", place(item), "the step %s is not in [1, 10)", clip(item.Value))
			}
			if len(steps) > 0 && step.Cmp(steps[len(steps)-1]) <= 0 {
				r.report("bounds", place(item), "the step %s is not above the one before it", clip(item.Value))
			}
			steps = append(steps, step)
		}
	}
	if r.errors > before || from == nil || to == nil || !f.has("steps") || !r.isPositive(f, "from", from) {
		return nil
	}
	switch {
	case to.Cmp(from) <= 0:
		r.report("bounds", f.place("to"), "to is %s, which is not above from, %s", f.written("to"), f.written("from"))
		return nil
	case len(steps) == 0:
		r.report("bounds", f.place("steps"), "steps is empty; write the bounds of one decade, such as [1, 2, 5]")
		return nil
	}
	return decadeBounds(from, to, steps)
}

// written is a number as the schema has it.
func (f *fields) written(key string) string { return clip(f.entries[key].Value) }

func (r *reader) isPositive(f *fields, key string, value *big.Rat) bool {
	if value.Sign() > 0 {
		return true
	}
	r.report("bounds", f.place(key), "%s is %s; it must be above 0", key, f.written(key))
	return false
}

// checkBounds keeps what OpenCensus and Cloud Monitoring ask of bounds: 1 to
// 198, positive, and strictly increasing also once rounded to float64.
func (r *reader) checkBounds(v *View, n *yaml.Node, bounds []*big.Rat) bool {
	switch {
	case len(bounds) == 0:
		r.report("bounds", place(n), "the form gives no bound; let it give at least one, or write \"buckets: none\" for count and sum alone")
		return false
	case len(bounds) > maxBounds:
		r.report("bounds", place(n), "more than %d bounds, which is what Cloud Monitoring takes; leave some out", maxBounds)
		return false
	case len(bounds) == 1 && bounds[0].Sign() == 0:
		r.report("bounds", place(n), "the only bound is 0, which OpenCensus drops; write one above 0, or \"buckets: none\" for count and sum alone")
		return false
	case bounds[0].Sign() <= 0:
		r.report("bounds", place(n), "the first bound is %s; bounds are above 0 (OpenCensus drops 0 and refuses less)", decimal(bounds[0]))
		return false
	}
	rounded, err := roundBounds(bounds)
	if err != nil {
		r.report("bounds", place(n), "%v", err)
		return false
	}
	v.Bounds = rounded
	return true
}

// roundBounds rounds each bound once; two that fall together are an error.
func roundBounds(bounds []*big.Rat) ([]float64, error) {
	rounded := make([]float64, len(bounds))
	for i, b := range bounds {
		f, err := ratFloat(b)
		if err != nil {
			return nil, err
		}
		if i > 0 && f <= rounded[i-1] {
			return nil, fmt.Errorf("two bounds are both %s once rounded to float64", formatNumber(f))
		}
		rounded[i] = f
	}
	return rounded, nil
}
