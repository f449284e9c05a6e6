package schema

import (
	"math"
	"math/big"
	"strings"

	"gopkg.in/yaml.v3"
)

func (r *reader) readRatio(n *yaml.Node, slo *SLO) *Ratio {
	f := r.fields(n, place(n), "ratio", "good", "bad", "total")
	if count := len(f.entries); count != 2 && !f.broken && f.meant == nil {
		r.report("conflicting-keys", f.at, "a ratio takes exactly two of good, bad and total; this has %d", count)
	}
	read := func(key string) *Selection {
		if !f.has(key) {
			return nil
		}
		s := r.readSelection(f.entries[key], key, slo)
		if s == nil {
			return nil
		}
		r.expect(s, slo, "a ratio counts events", Count, Sum)
		return s
	}
	return &Ratio{Good: read("good"), Bad: read("bad"), Total: read("total")}
}

func (r *reader) readCut(n *yaml.Node, slo *SLO) *DistributionCut {
	f := r.fields(n, place(n), "distribution", "view", "where", "min", "max")
	s := r.readWhere(f, slo)
	if !f.broken && !f.has("min") && !f.has("max") && !f.meant["min"] && !f.meant["max"] {
		r.report("missing-key", f.at, "a distribution needs \"max\", \"min\" or both: values from min up to, and without, max are good")
	}
	if s == nil {
		return nil
	}
	if !r.expect(s, slo, "a cut needs buckets", Distribution) {
		return nil // another view's unit would only make more of it
	}
	if s.View.none {
		r.report("slo-aggregation", s.Place, "the view %q has \"buckets: none\", and a cut counts values by their buckets; give the view bounds, with min and max among them", s.View.ID)
		return nil
	}
	cut := &DistributionCut{Selection: *s, Max: math.Inf(1), minAt: f.place("min"), maxAt: f.place("max")}
	unit := s.View.Measure.Unit
	before := r.errors
	cut.exactMin = r.readBound(f, "min", unit, &cut.Min)
	cut.exactMax = r.readBound(f, "max", unit, &cut.Max)
	r.checkThreshold(f, "min", s.View, cut.exactMin)
	r.checkThreshold(f, "max", s.View, cut.exactMax)
	if cut.Min >= cut.Max && r.errors == before {
		r.report("range", f.place(f.last("min", "max")), "min %s is not below max %s", formatNumber(cut.Min), formatNumber(cut.Max))
	}
	if cut.Min == 0 && math.IsInf(cut.Max, 1) && unit != "" && (f.has("min") || f.has("max")) && r.errors == before {
		r.report("range", f.place(f.last("min", "max")), "from 0 to infinity every value is good; give a finite max, or a min above 0")
	}
	return cut
}

// checkThreshold reports a threshold that can be no bound of the view.
func (r *reader) checkThreshold(f *fields, key string, v *View, exact *big.Rat) {
	switch {
	case exact == nil:
	case exact.Sign() < 0:
		r.report("range", f.place(key), "%s is %s, and a distribution's bounds are above 0; write one of them, or leave min out", key, f.written(key))
	}
}

// readBound reads one end of a range into target, which keeps its default
// without the key; the exact value is nil for an infinity.
func (r *reader) readBound(f *fields, key, unit string, target *float64) *big.Rat {
	n := f.entries[key]
	if n == nil || unit == "" {
		return nil
	}
	switch word := n.Value; {
	case n.Kind != yaml.ScalarNode || len(word) > len("-.inf"):
	case strings.EqualFold(word, ".inf") || strings.EqualFold(word, "+.inf"):
		*target = math.Inf(1)
		return nil
	case strings.EqualFold(word, "-.inf"):
		*target = math.Inf(-1)
		return nil
	}
	exact := r.quantity(n, key, unit)
	if exact == nil {
		return nil
	}
	value, err := ratFloat(exact)
	if err != nil {
		r.report("bad-number", place(n), "%s: %v", key, err)
		return nil
	}
	*target = value
	return exact
}

func (r *reader) readBasic(n *yaml.Node) *Basic {
	f := r.fields(n, place(n), "basic", "availability", "latency", "method", "location", "version")
	b := &Basic{Place: place(n)}
	switch f.exactlyOne("availability", "latency") {
	case "availability":
		b.Availability = true
		r.fields(f.entries["availability"], f.place("availability"), "availability")
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
	if s := r.schema.Service; s != nil && s.Type == "" && !s.broken {
		r.report("basic-service", b.Place, "a basic indicator reads metrics that Google predefines for known services, and this service is a custom one; give service.type, one of %s", oneOf(serviceTypeNames()))
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
