package generator

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// measures returns the section of the metrics: a section for each measure, and in it one
// for each metric.
func (w pageWriter) measures() []templates.Block {
	if len(w.schema.Measures) == 0 {
		return nil
	}
	blocks := []templates.Block{w.heading(1, "", "Metrics")}
	for i, m := range w.schema.Measures {
		blocks = append(blocks, w.measure(m, w.plan.measures[i])...)
		for _, v := range m.Views {
			blocks = append(blocks, w.metric(v)...)
		}
	}
	return blocks
}

func (w pageWriter) measure(m *schema.Measure, plan measurePlan) []templates.Block {
	blocks := []templates.Block{w.heading(2, "", templates.Text(sentenceCase(words(m.ID))))}
	if m.Description != "" {
		blocks = append(blocks, templates.Prose(m.Description))
	}
	blocks = append(blocks, deprecation(m.Deprecated)...)
	blocks = append(blocks, stability(m.Experimental)...)
	blocks = append(blocks, ownerParagraph(m.Owner)...)
	if m.Existing != nil {
		return append(blocks, templates.Paragraph("Recorded by "+templates.Code(m.Existing.Path+"."+m.Existing.Name)+"."))
	}
	if plan.observed != nil {
		return append(blocks, templates.CodeBlock("go", plan.observed.Signature()))
	}
	blocks = append(blocks, templates.CodeBlock("go", plan.recorder.common().Signatures()...))
	return append(blocks, w.eventsWith(m)...)
}

// sentenceCase returns the text with its first letter in upper case.
func sentenceCase(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// eventsWith links to the events that record the measure too.
func (w pageWriter) eventsWith(m *schema.Measure) []templates.Block {
	var links []templates.Markdown
	for _, e := range w.schema.Events {
		if slices.Contains(e.Measures, m) {
			links = append(links, templates.Link(templates.Code(e.RecordName()), w.anchors.events[e]))
		}
	}
	if len(links) == 0 {
		return nil
	}
	return []templates.Block{templates.Paragraph("Also recorded by " + join(links, "and") + ".")}
}

// events returns the section of the events.
func (w pageWriter) events() []templates.Block {
	if len(w.schema.Events) == 0 {
		return nil
	}
	blocks := []templates.Block{w.heading(1, "", "Events")}
	for i, e := range w.schema.Events {
		blocks = append(blocks, w.heading(2, w.anchors.events[e], templates.Text(sentenceCase(words(e.ID)))))
		if e.Description != "" {
			blocks = append(blocks, templates.Prose(e.Description))
		}
		blocks = append(blocks, templates.CodeBlock("go", w.plan.events[i].common().Signature()))
	}
	return blocks
}

// metric returns the section of a view.
func (w pageWriter) metric(v *schema.View) []templates.Block {
	blocks := []templates.Block{w.heading(3, w.anchors.metrics[v], templates.Code(v.Name))}
	if v.Description != v.Measure.Description {
		blocks = append(blocks, templates.Prose(v.Description))
	}
	blocks = append(blocks, deprecation(v.Deprecated)...)
	if v.Experimental != v.Measure.Experimental {
		blocks = append(blocks, stability(v.Experimental)...)
	}
	blocks = append(blocks, templates.Table([]templates.Markdown{"Metric", templates.Code(v.Name)}, w.metricFacts(v)))
	if len(v.Bounds) > 0 {
		blocks = append(blocks, templates.CodeBlock("text", boundsPicture(v, cutsOf(w.schema.SLOs, v))...))
	}
	return blocks
}

func (w pageWriter) metricFacts(v *schema.View) facts {
	var rows facts
	rows.add("Kind", kindText(v))
	rows.add("Unit", templates.Code(v.Unit()))
	rows.add("Aggregation", aggregationText(v))
	for _, t := range v.Tags {
		rows.add("Label "+w.tagLink(t), valuesText(t))
	}
	if len(v.Tags) == 0 {
		rows.add("Labels", "none")
	}
	rows.add("Series in a process", seriesText(v))
	rows.add("Cloud Monitoring", templates.Code(w.schema.Monitoring.MetricType(v.Name)))
	names := seriesNames(v.PrometheusNames(v.Name))
	rows.add("Prometheus", join(codes(names), "and"))
	if otel := seriesNames(v.OTelPrometheusNames(v.Name)); w.schema.Generate.OpenTelemetry() && !slices.Equal(otel, names) {
		rows.add("OpenTelemetry's exporter for Prometheus", cmp.Or(join(codes(otel), "and"), "refuses the name"))
	}
	if r := v.RenamedFrom; r != nil {
		rows.add("Former name", templates.Code(r.Name)+templates.Text(", which has the same points until "+r.Until))
	}
	return rows
}

// kindText returns the kind and the value type in Cloud Monitoring, e.g. "cumulative
// distribution".
func kindText(v *schema.View) templates.Markdown {
	kind, valueType := MetricKind(v)
	return templates.Text(strings.ToLower(kind + " " + valueType))
}

func aggregationText(v *schema.View) templates.Markdown {
	text := templates.Text(words(v.Aggregation.String()))
	switch v.Aggregation {
	case schema.Count:
		return text
	case schema.UpDown:
		text = "up-down count"
	}
	text += " of " + templates.Text(v.Measure.Type.String())
	if v.Aggregation == schema.Distribution && len(v.Bounds) == 0 {
		text += ", without buckets"
	}
	return text
}

func seriesText(v *schema.View) templates.Markdown {
	n := v.Series()
	text := templates.Text(schema.Thousands(n))
	switch {
	case v.ZeroRows && !v.HasOpen():
		return text + ", from the registration on"
	case v.ZeroRows:
		zero, _ := v.ZeroCombinations()
		return "at most " + text + templates.Text(", "+schema.Thousands(zero)+" of them from the registration on")
	case n > 1:
		return "at most " + text
	}
	return text
}

// seriesNames returns the names that series have, without the name of a family alone.
func seriesNames(names []string) []string {
	if len(names) > 1 {
		return names[1:]
	}
	return names
}

// familyText returns the name of a family and the ends of its series' names.
func familyText(names []string) templates.Markdown {
	text := templates.Code(names[0])
	var ends []string
	for _, name := range names[1:] {
		ends = append(ends, strings.TrimPrefix(name, names[0]))
	}
	if len(ends) > 0 {
		text += " with " + join(codes(ends), "and")
	}
	return text
}

func (w pageWriter) metricLink(v *schema.View) templates.Markdown {
	return templates.Link(templates.Code(v.Name), w.anchors.metrics[v])
}

// exportedNames returns the table of all metrics by their names in each system.
func (w pageWriter) exportedNames() []templates.Block {
	views := w.schema.Views()
	if len(views) == 0 {
		return nil
	}
	slices.SortStableFunc(views, func(a, b *schema.View) int { return cmp.Compare(a.Name, b.Name) })
	var rows [][]templates.Markdown
	for _, v := range views {
		for _, name := range v.Exports() {
			rows = append(rows, []templates.Markdown{
				templates.Link(templates.Code(name), w.anchors.metrics[v]),
				templates.Code(w.schema.Monitoring.MetricType(name)),
				familyText(v.PrometheusNames(name)),
			})
		}
	}
	return []templates.Block{
		w.heading(1, "", "Exported names"),
		templates.Table([]templates.Markdown{"Metric", "In Cloud Monitoring", "In Prometheus"}, rows),
	}
}
