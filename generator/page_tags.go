package generator

import (
	"slices"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// tags returns the section of the tags.
func (w pageWriter) tags() []templates.Block {
	if len(w.schema.Tags) == 0 {
		return nil
	}
	blocks := []templates.Block{w.heading(1, "", "Tags")}
	for _, t := range w.schema.Tags {
		blocks = append(blocks, w.tag(t)...)
	}
	return blocks
}

func (w pageWriter) tag(t *schema.Tag) []templates.Block {
	blocks := []templates.Block{w.heading(2, w.anchors.tags[t], templates.Code(t.Key))}
	if t.Description != "" {
		blocks = append(blocks, templates.Prose(t.Description))
	}
	blocks = append(blocks, deprecation(t.Deprecated)...)
	blocks = append(blocks, stability(t.Experimental)...)
	blocks = append(blocks, templates.Table([]templates.Markdown{"Tag", templates.Code(t.Key)}, w.tagFacts(t)))
	if t.Closed() {
		blocks = append(blocks, w.valueTable(t))
	}
	return blocks
}

func (w pageWriter) tagFacts(t *schema.Tag) facts {
	var rows facts
	rows.add("Values", valuesText(t))
	rows.add("Set", sourceText(t))
	rows.add("Cloud Monitoring", templates.Code(cloudmonitoring.LabelKey(t.Key)))
	rows.add("Prometheus", templates.Code(t.PrometheusLabel()))
	if otel := t.OTelPrometheusLabel(); w.schema.Generate.OpenTelemetry() && otel != t.PrometheusLabel() {
		rows.add("OpenTelemetry's exporter for Prometheus", templates.Code(otel))
	}
	rows.add("Metrics", w.metricsWith(t))
	return rows
}

// sourceText returns where the value comes from.
func sourceText(t *schema.Tag) templates.Markdown {
	switch {
	case t.From == schema.FromProcess:
		return "once for the process, by " + templates.Code(t.SetName())
	case t.From == schema.FromContext && t.Propagate:
		return "in the context, by " + templates.Code(t.WithName()) + "; sent to other services"
	case t.From == schema.FromContext:
		return "in the context, by " + templates.Code(t.WithName())
	case t.Existing != nil:
		return "as the key " + templates.Code(t.Existing.Path+"."+t.Existing.Name)
	}
	return "in each call"
}

// valuesText returns the values that a series can have for the tag.
func valuesText(t *schema.Tag) templates.Markdown {
	if !t.Closed() {
		return openText(t)
	}
	text := closedText(t)
	if t.From == schema.FromProcess {
		text += "; one in a process"
	}
	if t.MayBeAbsent() {
		text += "; may be absent"
	}
	return text
}

func closedText(t *schema.Tag) templates.Markdown {
	replacement := schema.InvalidValue
	if t.CatchAll != nil {
		replacement = t.CatchAll.Text
	}
	return join(codes(t.Texts()), "and") + "; any other becomes " + templates.Code(replacement)
}

func openText(t *schema.Tag) templates.Markdown {
	if t.From == schema.FromProcess {
		return "one text in a process"
	}
	text := "any text; at most " + templates.Markdown(schema.Thousands(t.MaxValues)) + " different ones in a process"
	if len(t.Known) > 0 {
		text += ", besides " + join(codes(t.Known), "and")
	}
	return text + "; any other becomes " + templates.Code(schema.OtherValue)
}

// valueTable returns the values of a closed tag, with their constants in Go. The tag of
// another package has constants only if a recorder of this package uses it.
func (w pageWriter) valueTable(t *schema.Tag) templates.Block {
	declared := t.Existing == nil || w.schema.TakenTags()[t]
	var rows [][]templates.Markdown
	for _, v := range t.Values {
		meaning := templates.Text(v.Description)
		if v.Deprecated != "" {
			if meaning != "" {
				meaning += " "
			}
			meaning += templates.Strong("Deprecated:") + " " + templates.Text(v.Deprecated)
		}
		constant := templates.Markdown("none")
		if declared {
			constant = templates.Code(t.ValueName(v))
		}
		rows = append(rows, []templates.Markdown{templates.Code(v.Text), constant, meaning})
	}
	return templates.Table([]templates.Markdown{"Value", "In Go", "Means"}, rows)
}

// metricsWith links to the metrics that have the tag as a label.
func (w pageWriter) metricsWith(t *schema.Tag) templates.Markdown {
	var links []templates.Markdown
	for _, v := range w.schema.Views() {
		if slices.Contains(v.Tags, t) {
			links = append(links, w.metricLink(v))
		}
	}
	return join(links, "and")
}

func (w pageWriter) tagLink(t *schema.Tag) templates.Markdown {
	return templates.Link(templates.Code(t.Key), w.anchors.tags[t])
}
