package schema

import (
	"math"
	"time"

	"gopkg.in/yaml.v3"
)

const (
	day       = 24 * time.Hour
	minWindow = time.Minute
)

func (r *reader) readWindows(n *yaml.Node, slo *SLO) *Windows {
	f := r.fields(n, place(n), "windows", "length", "threshold", "ratio", "distribution", "basic", "mean", "sum")
	w := &Windows{Place: place(n)}
	f.require("length")
	r.readWindowLength(f, w)
	form := f.exactlyOne("ratio", "distribution", "basic", "mean", "sum")
	switch form {
	case "":
	case "mean":
		w.Mean = r.readMetricRange(f.entries[form], form, slo)
	case "sum":
		w.Sum = r.readMetricRange(f.entries[form], form, slo)
	default:
		w.Ratio, w.Distribution, w.Basic = r.readIndicator(f, form, slo)
		f.require("threshold")
	}
	switch {
	case form == "mean" || form == "sum":
		f.notWith("is for ratio, distribution and basic; a "+form+" has min and max", "threshold")
	default:
		if t := r.readFraction(f, "threshold"); t != nil {
			w.Threshold, _ = t.Float64()
		}
	}
	return w
}

func (r *reader) readWindowLength(f *fields, w *Windows) {
	if !f.has("length") {
		return
	}
	text, ok := r.scalar(f.entries["length"], "length")
	if !ok {
		return
	}
	length, err := parseLength(text)
	switch {
	case err != nil:
		r.report("window-length", f.place("length"), "length: %v", err)
	case length < minWindow || day%length != 0:
		r.report("window-length", f.place("length"), "a window of %s does not do: it lasts at least 60 seconds and divides a day evenly, as 1m, 5m, 10m, 15m, 30m and 1h do", clip(text))
	}
	w.Length = length
}

func (r *reader) readMetricRange(n *yaml.Node, what string, slo *SLO) *MetricRange {
	f := r.fields(n, place(n), what, "view", "where", "min", "max")
	s := r.readWhere(f, slo)
	if !f.broken && !f.has("min") && !f.has("max") && !f.meant["min"] && !f.meant["max"] {
		r.report("missing-key", f.at, "a %s needs \"min\", \"max\" or both: a window is good from min to max, both included", what)
	}
	if s == nil {
		return nil
	}
	if !r.expect(s, slo, "a "+what+" over windows needs a gauge", LastValue) {
		return nil
	}
	m := &MetricRange{Selection: *s, Min: math.Inf(-1), Max: math.Inf(1)}
	before := r.errors
	r.readBound(f, "min", s.View.Measure.Unit, &m.Min)
	r.readBound(f, "max", s.View.Measure.Unit, &m.Max)
	if m.Min >= m.Max && r.errors == before {
		r.report("range", f.place(f.last("min", "max")), "min %s is not below max %s", formatNumber(m.Min), formatNumber(m.Max))
	}
	return m
}
