package generator

import (
	"strings"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// environments returns the table of the environments. The rest of the page is the same for
// all, with the names and goals that hold without an environment.
func (w pageWriter) environments() []templates.Block {
	if len(w.schema.Environments) == 0 {
		return nil
	}
	var rows [][]templates.Markdown
	for _, in := range w.schema.Environments {
		rows = append(rows, []templates.Markdown{
			templates.Code(in.Environment), optionalCode(in.Monitoring.Project), templates.Code(in.Monitoring.MetricPrefix),
			resourceText(in.Monitoring), w.goalsThatDiffer(in), w.ownersThatDiffer(in), w.alertsThatDiffer(in),
		})
	}
	head := []templates.Markdown{"Environment", "Project", "Metric prefix", "Resource", "Other goals", "Other owners", "Alerts"}
	return []templates.Block{w.heading(1, "", "Environments"), templates.Table(head, rows)}
}

func optionalCode(text string) templates.Markdown {
	if text == "" {
		return ""
	}
	return templates.Code(text)
}

// resourceText returns the resource with the values of its labels, e.g.
// "`k8s_container`, `cluster_name`: `eu` or `us`".
func resourceText(m schema.Monitoring) templates.Markdown {
	parts := []templates.Markdown{}
	if m.Resource != "" {
		parts = append(parts, templates.Code(m.Resource))
	}
	for _, l := range m.ResourceLabels {
		var values []string
		for _, v := range l.Values {
			values = append(values, string(templates.Code(v)))
		}
		parts = append(parts, templates.Code(l.Key)+": "+templates.Markdown(strings.Join(values, " or ")))
	}
	return joined(parts)
}

// goalsThatDiffer returns the goals of the environment that the schema does not have.
func (w pageWriter) goalsThatDiffer(in *schema.Schema) templates.Markdown {
	return w.thatDiffer(in, func(o *schema.SLO) templates.Markdown { return templates.Text(o.GoalText) })
}

// ownersThatDiffer returns the owners of SLOs of the environment that the schema does not have.
func (w pageWriter) ownersThatDiffer(in *schema.Schema) templates.Markdown {
	return w.thatDiffer(in, func(o *schema.SLO) templates.Markdown { return templates.Code(o.Owner) })
}

func (w pageWriter) thatDiffer(in *schema.Schema, fact func(*schema.SLO) templates.Markdown) templates.Markdown {
	var parts []templates.Markdown
	for i, o := range in.SLOs {
		if text := fact(o); text != fact(w.schema.SLOs[i]) {
			parts = append(parts, templates.Code(o.ID)+": "+text)
		}
	}
	return joined(parts)
}

// alertsThatDiffer says that the environment has no alerts, although the schema has some.
func (w pageWriter) alertsThatDiffer(in *schema.Schema) templates.Markdown {
	for i, o := range in.SLOs {
		if o.Alerts == nil && w.schema.SLOs[i].Alerts != nil {
			return "none"
		}
	}
	return ""
}

func joined(parts []templates.Markdown) templates.Markdown {
	var texts []string
	for _, p := range parts {
		texts = append(texts, string(p))
	}
	return templates.Markdown(strings.Join(texts, ", "))
}
