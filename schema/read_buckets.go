package schema

import (
	"fmt"
	"math/big"

	"gopkg.in/yaml.v3"
)

// A bucketSet is a shared set of bounds. It is evaluated in the unit of each view that
// uses it.
type bucketSet struct {
	Place Place
	ID    string
	node  *yaml.Node
	used  bool // a view names the set, even wrongly
	read  bool // for a view
}

// noBuckets is the value of "buckets" for a distribution of only count and sum.
const noBuckets = "none"

func (r *reader) readBucketSets(f *fields) {
	for _, e := range f.elements("buckets", "set of buckets") {
		set := &bucketSet{Place: e.at, ID: e.id, node: e.value}
		switch {
		case set.ID == noBuckets:
			r.report("bad-id", e.at, "the id %q is reserved: a view writes it to have no buckets; give the set another id", noBuckets)
			continue
		case e.value.Kind == yaml.ScalarNode && e.value.Value == noBuckets:
			r.report("wrong-kind", place(e.value), "a set of buckets needs bounds and cannot be %q; delete it, and write \"buckets: none\" in the views that use it", noBuckets)
			set.node = nil
		case e.value.Kind == yaml.ScalarNode:
			r.report("wrong-kind", place(e.value), "a set of buckets is %s and must be a list of bounds, or a mapping with linear, exponential or decades", kindOf(e.value))
			set.node = nil
		}
		r.buckets[set.ID] = set
		r.bucketIDs = append(r.bucketIDs, set.ID)
		r.bucketSets = append(r.bucketSets, set)
	}
	r.bucketIDs = append(r.bucketIDs, noBuckets) // is a valid name too
}

// readUnusedSets checks the sets that no view uses, as far as possible without a unit.
func (r *reader) readUnusedSets() {
	for _, set := range r.bucketSets {
		if !set.read && set.node != nil {
			r.readBounds(r.unknownView(), set.node)
		}
	}
}

// readBuckets reads the bounds of a distribution: a form, or the name of a shared set.
func (r *reader) readBuckets(v *View, n *yaml.Node) {
	marks := r.ofView(v)
	marks.boundsAt, marks.boundsKey = place(n), "buckets"
	if n.Kind == yaml.ScalarNode {
		if marks.none = n.Value == noBuckets; marks.none {
			return
		}
		set := r.readSetName(n)
		if set == nil || set.node == nil {
			return
		}
		n, set.read = set.node, true
		marks.boundsAt, marks.boundsKey = place(n), set.ID
	}
	marks.exact = r.readBounds(v, n)
}

// readSetName returns the shared set that the node names, or nil after a problem.
func (r *reader) readSetName(n *yaml.Node) *bucketSet {
	if isEmpty(n) || !isQuoted(n) && (n.Tag == "!!int" || n.Tag == "!!float") {
		r.report("wrong-kind", place(n), "buckets is %s and must be a list of bounds, a mapping with linear, exponential or decades, the id of a shared set, or \"none\"", kindOf(n))
		r.setsUnread = true
		return nil
	}
	if !r.isLine(n, "buckets") {
		r.setsUnread = true
		return nil
	}
	set := r.buckets[n.Value]
	if set == nil {
		near := r.unknown(place(n), "set of buckets", n.Value, "buckets", r.bucketIDs)
		if meant := r.buckets[near]; meant != nil {
			meant.used = true
		} else {
			r.setsUnread = true
		}
		return nil
	}
	set.used = true
	return set
}

// readBounds reads one of the forms, and returns nil after a problem.
func (r *reader) readBounds(v *View, n *yaml.Node) []*big.Rat {
	if n.Kind == yaml.SequenceNode {
		return r.readBoundList(v, n)
	}
	if form := bareForm(n); form != "" {
		r.report("missing-key", place(n), "buckets needs one of the keys \"bounds\", \"linear\", \"exponential\" or \"decades\"; put these keys below one of them, as in {%s: {…}}", form)
		return nil
	}
	f := r.section("buckets", n, place(n), "buckets")
	r.ofView(v).include = f.word("include") != "" || f.has("include") || f.meant["include"]
	var bounds []*big.Rat
	for _, form := range f.section.group("bounds") {
		switch body := f.entries[form]; {
		case body == nil:
		case form == "bounds" && body.Kind == yaml.ScalarNode && body.Value == noBuckets:
			r.report("conflicting-keys", place(body), "bounds is %q, but the keys beside it need bounds; write a list of bounds, or only \"buckets: none\"", noBuckets)
		case form == "bounds":
			bounds = r.readBoundList(v, body)
		default:
			bounds = r.readBucketForm(v, form, body)
		}
	}
	if f.exactlyOne("bounds") == "" {
		r.setsUnread = r.setsUnread || len(f.entries) == 0 // the view may refer to a set
		v.Bounds = nil
		return nil
	}
	return bounds
}

// bareForm returns the form whose keys are written without the name of the form. It is
// "" if a form is named or cannot be guessed.
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
	marks := r.ofView(v)
	items := r.list(n, "buckets")
	if n.Kind != yaml.SequenceNode {
		return nil
	}
	if len(items) == 0 {
		r.report("bounds", place(n), "the list of bounds is empty; write at least one bound, or \"buckets: none\" to export only count and sum")
		return nil
	}
	var bounds []*big.Rat
	var last *amount
	var lastItem *yaml.Node
	whole, mixed := true, false
	marks.bare = true
	for _, item := range items {
		b := r.amount(item, "a bucket bound", v.Measure.Unit)
		if b == nil {
			whole = false
			continue
		}
		whole = whole && !mixed
		if last != nil && !mixed && r.mixesUnits("the bound", item, *b, "the bound", lastItem, *last) {
			mixed, whole = true, false
		}
		marks.bare = marks.bare && b.dimension == ""
		if last != nil && (b.sameScale(*last) || v.Measure.Unit != "" && !mixed) && b.value.Cmp(last.value) <= 0 {
			r.report("bounds", place(item), "the bound %s must be above the bound before it, %s; list the bounds in increasing order", clip(item.Value), clip(lastItem.Value))
			whole = false
		}
		last, lastItem = b, item
		bounds = append(bounds, b.value)
	}
	return r.checkBounds(v, n, bounds, whole)
}

// mixesUnits reports two bounds of a time of which only one has a unit. A reader would
// take the 500 after 250ms for milliseconds, but it is in the unit of the measure. The
// bounds then count as unread.
func (r *reader) mixesUnits(what string, n *yaml.Node, a amount, otherWhat string, other *yaml.Node, b amount) bool {
	if a.sameScale(b) || a.dimension == "size" || b.dimension == "size" || a.value.Sign() == 0 || b.value.Sign() == 0 {
		return false
	}
	at := place(n)
	if a.dimension != "" {
		what, n, otherWhat, other = otherWhat, other, what, n
	}
	r.report("mixed-units", at, "%s %s has no unit, but %s %s has one; give a unit to all bounds of a time, or to none", what, clip(n.Value), otherWhat, clip(other.Value))
	return true
}

// checkBounds checks the rules of OpenCensus and Cloud Monitoring for bounds: 1 to 198
// bounds, positive, and strictly increasing, also after they are rounded to float64. It
// returns the bounds if all of them are known, and nil otherwise.
func (r *reader) checkBounds(v *View, n *yaml.Node, bounds []*big.Rat, whole bool) []*big.Rat {
	whole = !r.fails(func() {
		if whole && len(bounds) == 0 {
			r.report("bounds", place(n), "these numbers give no bound; change them to give at least one, or write \"buckets: none\" to export only count and sum")
		}
		if len(bounds) > maxBounds {
			r.report("bounds", place(n), "there are more than %d bounds, the limit of Cloud Monitoring; remove some", maxBounds)
		}
		switch {
		case len(bounds) == 0 || bounds[0].Sign() > 0:
		case whole && len(bounds) == 1 && bounds[0].Sign() == 0:
			r.report("bounds", place(n), "the only bound is 0, which OpenCensus drops; write a bound above 0, or \"buckets: none\" to export only count and sum")
		default:
			r.report("bounds", place(n), "the first bound is %s and must be above 0: OpenCensus drops a bound of 0 and refuses negative bounds; start the bounds above 0", decimal(bounds[0]))
		}
	}) && whole
	if !whole || v.Measure.Unit == "" {
		return nil
	}
	rounded, err := roundBounds(bounds)
	if err != nil {
		r.report("bounds", place(n), "%v", err)
		return nil
	}
	v.Bounds = rounded
	return bounds
}

// roundBounds rounds each bound once. It returns an error if two bounds become equal.
func roundBounds(bounds []*big.Rat) ([]float64, error) {
	rounded := make([]float64, len(bounds))
	for i, b := range bounds {
		f, err := ratFloat(b)
		if err != nil {
			return nil, err
		}
		if i > 0 && f <= rounded[i-1] {
			return nil, fmt.Errorf("two bounds both become %s when they are rounded to float64; delete one", formatNumber(f))
		}
		rounded[i] = f
	}
	return rounded, nil
}
