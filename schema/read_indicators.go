package schema

import (
	"math"
	"math/big"

	"gopkg.in/yaml.v3"
)

func (r *reader) readRatio(n *yaml.Node, slo *SLO) *Ratio {
	f := r.section("ratio", n, place(n), "ratio")
	if count := len(f.entries); count != 2 && !f.broken && !f.strange {
		r.report("conflicting-keys", f.at, "a ratio needs exactly two of the keys \"good\", \"bad\" and \"total\", and this ratio has %d", count)
	}
	read := func(key string) *Selection {
		if !f.has(key) {
			return nil
		}
		s := r.readSelection(f.entries[key], key, slo)
		r.expect(s, slo, "a ratio counts events", Count, Sum)
		return s
	}
	return &Ratio{Good: read("good"), Bad: read("bad"), Total: read("total")}
}

func (r *reader) readCut(n *yaml.Node, slo *SLO) *Cut {
	f := r.section("distribution", n, place(n), "distribution")
	s := r.readWhere(f, slo)
	if !f.broken && !f.has("min") && !f.has("max") && !f.meant["min"] && !f.meant["max"] {
		r.report("missing-key", f.at, "a distribution needs \"max\", \"min\" or both: values of at least min and below max are good")
	}
	if !r.expect(s, slo, "a distribution indicator counts values by bucket", Distribution) {
		s.View = r.unknownView() // its unit would only cause further problems
	}
	if r.ofView(s.View).none {
		r.report("slo-aggregation", s.Place, "the view %q has \"buckets: none\", and a distribution indicator counts values by bucket; give the view bounds, and min and max among them", s.View.ID)
	}
	cut := &Cut{Selection: *s, Min: 0, Max: math.Inf(1)}
	marks := r.ofCut(cut)
	marks.minAt, marks.maxAt = f.place("min"), f.place("max")
	unit := s.View.Measure.Unit
	zero := end{amount: amount{value: new(big.Rat)}}
	ends := r.readEnds(f, unit, zero)
	r.checkThreshold(f, "min", s.View, &ends.min)
	r.checkThreshold(f, "max", s.View, &ends.max)
	if ends.min.isZero() && ends.max.isInfinite(1) && (f.has("min") || f.has("max")) {
		r.report("range", f.place(f.last("min", "max")), "the range is 0 to infinity, so every value is good; write a finite max, or a min above 0")
	}
	if unit != "" {
		cut.Min, cut.Max = ends.min.float, ends.max.float
		marks.exactMin, marks.exactMax = ends.min.value, ends.max.value
	}
	return cut
}

// checkThreshold reports a threshold that cannot be a bound of any view, and marks it
// as unknown.
func (r *reader) checkThreshold(f *fields, key string, v *View, e *end) {
	switch exact := e.value; {
	case exact == nil || !f.has(key):
		return
	case exact.Sign() < 0:
		r.report("range", f.place(key), "%s is %s, and must be a bound of the view, and thus above 0; write one of the bounds, or delete min", key, f.written(key))
	default:
		return
	}
	*e = unknownEnd
}

func (r *reader) readBasic(n *yaml.Node) *Basic {
	f := r.section("basic", n, place(n), "basic")
	b := &Basic{Place: place(n)}
	switch f.exactlyOne("form") {
	case "availability":
		b.Availability = true
		r.section("availability", f.entries["availability"], f.place("availability"), "availability")
	case "latency":
		if text, ok := r.scalar(f.entries["latency"], "latency"); ok {
			length, err := parseLength(text)
			if err != nil {
				r.report("bad-number", f.place("latency"), "latency: %v", err)
			}
			b.Latency = length
		}
	}
	b.Methods, b.Locations, b.Versions = r.readTexts(f, "method"), r.readTexts(f, "location"), r.readTexts(f, "version")
	if s := r.schema.Service; s != nil && s.Type == "" && !r.serviceTypeUnread {
		r.report("basic-service", b.Place, "a basic indicator reads metrics that Google defines for known types of services, and this service has no type; set service.type to one of %s", oneOf(serviceTypeNames()))
	}
	return b
}

func (r *reader) readTexts(f *fields, key string) []string {
	if !f.has(key) {
		return nil
	}
	var list []string
	for _, item := range r.texts(f.entries[key], key) {
		list = append(list, item.Value)
	}
	return list
}
