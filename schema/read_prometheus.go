package schema

import "regexp"

// The names that Prometheus accepts without quotes, in every version. The handler accepts
// the same.
var (
	prometheusPrefix = regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*$`)
	prometheusLabel  = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
)

// nameLabel is the label in which Prometheus keeps the name of a metric.
const nameLabel = "__name__"

func (r *reader) readPrometheus(f *fields) {
	p := &r.schema.Prometheus
	if f.has("prometheus") {
		r.readPrometheusKeys(f, p)
	}
	if e := r.environment; e != nil {
		p.Matchers = overlaid(p.Matchers, e.matchers, func(m Matcher) string { return m.Key })
	}
}

func (r *reader) readPrometheusKeys(f *fields, p *Prometheus) {
	pf := r.section("prometheus", f.entries["prometheus"], place(f.keys["prometheus"]), "prometheus")
	if p.Namespace = pf.text("namespace"); p.Namespace != "" && !prometheusPrefix.MatchString(p.Namespace) {
		r.report("bad-value", pf.place("namespace"), "namespace %s is not the start of a name in Prometheus; write letters, digits and \"_\", starting with a letter, such as shop", quote(p.Namespace))
		p.Namespace = ""
	}
	if pf.has("matchers") {
		p.Matchers = r.readMatchers(pf)
	}
}

func (r *reader) readMatchers(f *fields) []Matcher {
	var list []Matcher
	pairs, _ := r.pairs(f.entries["matchers"], "matchers")
	for _, p := range pairs {
		if !r.isLine(p.key, "the key of a matcher") {
			continue
		}
		m := Matcher{Place: place(p.key), Key: p.key.Value}
		if !prometheusLabel.MatchString(m.Key) || m.Key == nameLabel {
			r.report("bad-value", m.Place, "matchers has the key %s, which is not a label of Prometheus; write letters, digits and \"_\", starting with a letter, such as job", quote(m.Key))
			continue
		}
		m.Values = r.readLabelValues(p.value, m.Key)
		list = append(list, m)
	}
	return list
}
