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
	f := r.section("windows", n, place(n), "windows")
	w := &Windows{Place: place(n)}
	r.readWindowLength(f, w)
	form := f.exactlyOne("form")
	w.SLI = r.readSLI(f, slo)
	if f.has("mean") {
		w.Mean = r.readMetricRange(f.entries["mean"], "mean", slo)
	}
	if f.has("sum") {
		w.Sum = r.readMetricRange(f.entries["sum"], "sum", slo)
	}
	if form != "" && w.Mean == nil && w.Sum == nil {
		f.require("threshold")
	}
	switch {
	case form == "mean" || form == "sum":
		f.notWith("is only for ratio, distribution and basic; write min or max in the "+form+" instead", "threshold")
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
		r.report("window-length", f.place("length"), "window length %s: must be at least 60s and divide a day evenly, such as 5m, 10m or 1h", clip(text))
	}
	w.Length = length
}

func (r *reader) readMetricRange(n *yaml.Node, what string, slo *SLO) *MetricRange {
	f := r.section("range", n, place(n), what)
	s := r.readWhere(f, slo)
	if !f.broken && !f.has("min") && !f.has("max") && !f.meant["min"] && !f.meant["max"] {
		r.report("missing-key", f.at, "a %s needs \"min\", \"max\" or both: a window is good from min to max, both included", owner(what))
	}
	if !r.expect(s, slo, "a "+what+" over windows reads a gauge", LastValue, UpDown) {
		s.View = r.unknownView()
	}
	ends := r.readEnds(f, s.View.Measure.Unit, end{float: math.Inf(-1)})
	return &MetricRange{Selection: *s, Min: ends.min.float, Max: ends.max.float}
}
