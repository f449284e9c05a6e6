package schema

import (
	"math"
	"strings"

	"gopkg.in/yaml.v3"
)

// An end is one end of a range: a number, or an infinity.
type end struct {
	amount         // has no value if the end is infinite
	float  float64 // in the unit, if that is known
	known  bool    // the end has no mistake
}

func (e end) isInfinite(sign int) bool { return e.known && e.value == nil && math.IsInf(e.float, sign) }

func (e end) isZero() bool { return e.known && e.value != nil && e.value.Sign() == 0 }

type ends struct{ min, max end }

// readEnds reads both ends of a range, and reports an empty range. The default of the
// minimum is least, and the default of the maximum is infinity. The unit is "" if it is
// not known: then only ends that are both written with a unit, or both without, are
// compared.
func (r *reader) readEnds(f *fields, unit string, least end) ends {
	e := ends{least, end{float: math.Inf(1), known: !f.hides("max")}}
	e.min.known = !f.hides("min")
	if f.has("min") {
		e.min = r.readEnd(f.entries["min"], "min", unit)
	}
	if f.has("max") {
		e.max = r.readEnd(f.entries["max"], "max", unit)
	}
	if e.areEmpty(unit) {
		r.report("range", f.place(f.last("min", "max")), "min %s must be below max %s", f.endText("min", e.min, unit), f.endText("max", e.max, unit))
		return ends{unknownEnd, unknownEnd} // either end may be wrong
	}
	return e
}

func (e ends) areEmpty(unit string) bool {
	switch {
	case !e.min.known || !e.max.known:
		return false
	case e.min.value == nil || e.max.value == nil || unit != "":
		return e.min.float >= e.max.float
	}
	return e.min.sameScale(e.max.amount) && e.min.value.Cmp(e.max.value) >= 0
}

// endText returns an end in the unit, or as it is written in the schema.
func (f *fields) endText(key string, e end, unit string) string {
	if unit == "" && f.has(key) {
		return f.written(key)
	}
	return formatNumber(e.float)
}

// unknownEnd is an end with a mistake. It is infinite, because rules do not check
// infinities.
var unknownEnd = end{float: math.Inf(1)}

func (r *reader) readEnd(n *yaml.Node, key, unit string) end {
	if n.Kind == yaml.ScalarNode && len(n.Value) <= len("-.inf") {
		switch strings.ToLower(n.Value) {
		case ".inf", "+.inf":
			return end{float: math.Inf(1), known: true}
		case "-.inf":
			return end{float: math.Inf(-1), known: true}
		}
	}
	a := r.amount(n, key, unit)
	if a == nil {
		return unknownEnd
	}
	value, err := ratFloat(a.value)
	if err != nil {
		r.report("bad-number", place(n), "%s: %v", key, err)
		return unknownEnd
	}
	return end{*a, value, true}
}
