package schema

import (
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

var metricPrefix = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9_.-]+)*$`)

func (r *reader) readMonitoring(f *fields) {
	m := &r.schema.Monitoring
	m.MetricPrefix = DefaultMetricPrefix
	if !f.has("monitoring") {
		return
	}
	mf := r.fields(f.entries["monitoring"], place(f.keys["monitoring"]), "monitoring",
		"metric_prefix", "resource", "resource_labels")
	if mf.has("metric_prefix") {
		prefix := mf.text("metric_prefix")
		switch {
		case prefix == "":
		case len(prefix) > maxNameBytes || !metricPrefix.MatchString(prefix) || path.Clean(prefix) != prefix:
			r.report("bad-value", mf.place("metric_prefix"), "%s is not the start of a metric type; write a domain and a path, such as custom.googleapis.com/shop", quote(prefix))
		default:
			m.MetricPrefix = prefix
		}
	}
	m.Resource = mf.text("resource")
	r.checkResource(mf, m.Resource)
	if !mf.has("resource_labels") {
		return
	}
	if !mf.has("resource") && !mf.meant["resource"] {
		r.report("resource", place(mf.keys["resource_labels"]), "labels of which resource? give monitoring.resource too")
	}
	pairs, _ := r.pairs(mf.entries["resource_labels"], "resource_labels")
	for _, p := range pairs {
		if !r.isLine(p.key, "the key of a resource label") {
			continue
		}
		l := ResourceLabels{Place: place(p.key), Key: p.key.Value}
		items := []*yaml.Node{p.value}
		if p.value.Kind == yaml.SequenceNode {
			items = r.list(p.value, clip(l.Key))
		}
		if len(items) == 0 {
			r.report("bad-value", place(p.value), "the list is empty; name at least one value")
		}
		for _, item := range items {
			switch {
			case !r.isLine(item, "a value of "+clip(l.Key)):
			case item.Value == "":
				r.report("bad-value", place(item), "a value of %s is empty; write the label's value", clip(l.Key))
			default:
				l.Values = append(l.Values, item.Value)
			}
		}
		r.checkResourceLabel(m.Resource, l)
		m.ResourceLabels = append(m.ResourceLabels, l)
	}
}

func (r *reader) readGenerate(f *fields) {
	g := &r.schema.Generate
	base := path.Base(strings.ReplaceAll(r.file, `\`, "/"))
	name := strings.TrimLeft(strings.TrimSuffix(base, path.Ext(base)), "_.") // Go ignores files that start so
	*g = Generate{Recorder: "views", Go: name + "_gen.go"}
	if len(r.schema.SLOs) > 0 {
		g.SLO, g.Descriptors = "slo", "descriptors"
	}
	if !f.has("generate") {
		if f.strange {
			g.Recorder = "" // that key may be meant
		}
		return
	}
	gf := r.fields(f.entries["generate"], place(f.keys["generate"]), "generate", "recorder", "go", "slo", "descriptors")
	if gf.broken || gf.has("recorder") || gf.strange {
		g.Recorder = gf.choice("recorder", "views", "direct") // "" if it is not known
	}
	g.Go = r.readPath(gf, "go", g.Go)
	g.SLO = r.readPath(gf, "slo", g.SLO)
	g.Descriptors = r.readPath(gf, "descriptors", g.Descriptors)
	if name := path.Base(g.Go); gf.has("go") && (!strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".")) {
		r.report("output-path", gf.place("go"), "%q is not a file that Go builds; end it in .go, not in _test.go, and start it with a letter", g.Go)
	}
	// Some file systems take Slo and slo for one.
	switch {
	case g.SLO != "" && strings.EqualFold(g.SLO, g.Descriptors):
		r.report("output-path", gf.place(gf.last("slo", "descriptors")), "slo and descriptors are both %q; give each a folder of its own", g.SLO)
	case strings.EqualFold(g.SLO, g.Go):
		r.report("output-path", gf.place(gf.last("go", "slo")), "slo is the Go file %q; name a folder", g.Go)
	case strings.EqualFold(g.Descriptors, g.Go):
		r.report("output-path", gf.place(gf.last("go", "descriptors")), "descriptors is the Go file %q; name a folder", g.Go)
	}
}

// last returns the last of the keys that is there.
func (f *fields) last(keys ...string) string {
	last := ""
	for _, key := range keys {
		if f.has(key) {
			last = key
		}
	}
	return last
}

// readPath reads an output path: relative, below the schema's folder, and one
// that every file system takes.
func (r *reader) readPath(f *fields, key, fallback string) string {
	text := f.text(key)
	if text == "" {
		return fallback
	}
	clean := path.Clean(text)
	reason := ""
	switch {
	case strings.ContainsAny(text, `\:*?"<>|`):
		reason = `holds a character that some file systems refuse; write letters, digits, "_", "-", "." and "/"`
	case path.IsAbs(text) || clean == ".." || strings.HasPrefix(clean, "../"):
		reason = "leaves the schema's folder; outputs stay below it"
	case clean == ".":
		reason = "is the schema's own folder; name one below it, such as " + key + "/"
	case utf8.RuneCountInString(text) > 200:
		reason = "has more than 200 characters; write a shorter one"
	}
	if reason != "" {
		r.report("output-path", f.place(key), "the path %s %s", quote(text), reason)
		return fallback
	}
	return clean
}
