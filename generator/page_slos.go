package generator

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// slos returns the section of the SLOs.
func (w pageWriter) slos() []templates.Block {
	if len(w.schema.SLOs) == 0 {
		return nil
	}
	blocks := []templates.Block{
		w.heading(1, "", "SLOs"),
		templates.Paragraph(templates.Strong("Service:") + " " + serviceText(w.schema.Service)),
	}
	for _, o := range w.schema.SLOs {
		blocks = append(blocks, w.slo(o)...)
	}
	return blocks
}

func (w pageWriter) slo(o *schema.SLO) []templates.Block {
	blocks := []templates.Block{
		w.heading(2, w.anchors.slos[o], templates.Text(o.DisplayName)),
	}
	if o.Description != "" {
		blocks = append(blocks, templates.Prose(o.Description))
	}
	blocks = append(blocks,
		templates.Table([]templates.Markdown{"SLO", templates.Code(o.ResourceID)}, w.sloFacts(o)),
		templates.Paragraph(w.indicator(o.SLI)))
	if c := o.Cut(); c != nil && len(c.Selection.View.Bounds) > 0 {
		blocks = append(blocks, templates.CodeBlock("text", boundsPicture(c.Selection.View, []cut{{o.ID, c}})...))
	}
	return blocks
}

func (w pageWriter) sloFacts(o *schema.SLO) facts {
	var rows facts
	rows.add("Goal", templates.Text(o.GoalText))
	rows.add("Period", templates.Text(periodText(o)))
	rows.add("Error budget", templates.Text(budgetText(o)))
	rows.add("Owner", templates.Text(o.Owner))
	if o.Runbook != "" {
		rows.add("Runbook", "<"+templates.Markdown(o.Runbook)+">")
	}
	if o.Experimental {
		rows.add("Stability", "experimental: it may change or be removed")
	}
	var labels []templates.Markdown
	for _, l := range o.Labels {
		labels = append(labels, templates.Code(l.Key+"="+l.Value))
	}
	rows.add("User labels", join(labels, "and"))
	return rows
}

func serviceText(s *schema.Service) templates.Markdown {
	if s.DisplayName == s.ID {
		return templates.Code(s.ID)
	}
	return templates.Text(s.DisplayName) + ", " + templates.Code(s.ID)
}

func (w pageWriter) sloLink(o *schema.SLO) templates.Markdown {
	return templates.Link(templates.Text(words(o.ID)), w.anchors.slos[o])
}

// periodText returns, for example, "rolling 28 days" or "calendar month".
func periodText(o *schema.SLO) string {
	if o.Calendar != "" {
		return "calendar " + strings.ToLower(o.Calendar)
	}
	return "rolling " + count(o.Days, "day")
}

// indicator returns the sentence that says what is good.
func (w pageWriter) indicator(i schema.SLI) templates.Markdown {
	switch {
	case i.Ratio != nil:
		return w.ratio(i.Ratio)
	case i.Cut != nil:
		return w.cut(i.Cut)
	case i.Basic != nil:
		return basicText(i.Basic)
	}
	return w.windows(i.Windows)
}

// ratio returns the sentence of a ratio.
func (w pageWriter) ratio(r *schema.Ratio) templates.Markdown {
	const good, bad, all = "An event is good if it is counted in ", "An event is bad if it is counted in ", "All events are counted in "
	switch {
	case r.Total == nil:
		return good + w.selection(r.Good) + ". " + bad + w.selection(r.Bad) + "."
	case r.Good != nil:
		return good + w.selection(r.Good) + ". " + all + w.selection(r.Total) + "."
	}
	return bad + w.selection(r.Bad) + ". " + all + w.selection(r.Total) + "."
}

// cut returns the sentence of a cut.
func (w pageWriter) cut(c *schema.Cut) templates.Markdown {
	return "A value is good if it is " + templates.Text(cutText(c)) + ". All values are counted in " + w.selection(&c.Selection) + "."
}

// cutText returns, for example, "at least 1 ms and under 500 ms".
func cutText(c *schema.Cut) string {
	unit := c.Selection.View.Unit()
	var parts []string
	if c.Min > 0 {
		parts = append(parts, "at least "+numberWithUnit(c.Min, unit))
	}
	if !math.IsInf(c.Max, 1) {
		parts = append(parts, "under "+numberWithUnit(c.Max, unit))
	}
	return strings.Join(parts, " and ")
}

func (w pageWriter) windows(i *schema.Windows) templates.Markdown {
	window := "A window of " + templates.Text(durationText(i.Length)) + " is good if "
	switch {
	case i.Mean != nil:
		return window + "the mean of " + w.rangeText(i.Mean) + "."
	case i.Sum != nil:
		return window + "the sum of " + w.rangeText(i.Sum) + "."
	}
	return window + "at least " + templates.Text(percent(i.Threshold)+" of its "+counted(i.SLI)) + " are good. " + w.indicator(i.SLI)
}

// rangeText returns a selection and the range of its values, both ends included.
func (w pageWriter) rangeText(r *schema.MetricRange) templates.Markdown {
	unit := r.Selection.View.Unit()
	var parts []string
	if !math.IsInf(r.Min, -1) {
		parts = append(parts, "at least "+numberWithUnit(r.Min, unit))
	}
	if !math.IsInf(r.Max, 1) {
		parts = append(parts, "at most "+numberWithUnit(r.Max, unit))
	}
	return w.selection(&r.Selection) + " is " + templates.Text(strings.Join(parts, " and "))
}

func basicText(b *schema.Basic) templates.Markdown {
	var only []templates.Markdown
	for _, part := range []struct {
		noun   templates.Markdown
		values []string
	}{{"method", b.Methods}, {"location", b.Locations}, {"version", b.Versions}} {
		if len(part.values) > 0 {
			only = append(only, "the "+part.noun+" "+join(codes(part.values), "or"))
		}
	}
	requests := templates.Markdown("A request to the service")
	if len(only) > 0 {
		requests += " with " + join(only, "and")
	}
	if b.Availability {
		return requests + " is good if it succeeds, by Google's own metrics of the service."
	}
	return requests + " is good if it takes at most " + templates.Text(durationText(b.Latency)) + ", by Google's own metrics of the service."
}

// selection returns, for example, "`shop/requests` where `outcome` is `error`".
func (w pageWriter) selection(s *schema.Selection) templates.Markdown {
	text := w.metricLink(s.View)
	if name := s.View.SLOName(); name != s.View.Name {
		text += " under its former name " + templates.Code(name)
	}
	var terms []templates.Markdown
	for _, c := range s.Where {
		terms = append(terms, templates.Code(c.Tag.Key)+" "+conditionText(c))
	}
	if len(terms) == 0 {
		return text
	}
	return text + " where " + join(terms, "and")
}

// conditionText returns, for example, "is `503` or starts with `4`".
func conditionText(c schema.Condition) templates.Markdown {
	is, starts, word := templates.Markdown("is "), templates.Markdown("starts with "), templates.Markdown("or")
	if c.Op == schema.Not {
		is, starts, word = "is not ", "does not start with ", "and"
	}
	var terms []templates.Markdown
	if len(c.Values) > 0 {
		terms = append(terms, is+join(codes(c.Values), "or"))
	}
	if len(c.Prefixes) > 0 {
		terms = append(terms, starts+join(codes(c.Prefixes), "or"))
	}
	return join(terms, word)
}

// count returns, for example, "1 day" or "10,000 windows".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return schema.Thousands(n) + " " + noun + "s"
}

// durationText returns, for example, "5 minutes" or "300 ms".
func durationText(d time.Duration) string {
	switch {
	case d%time.Hour == 0:
		return count(int(d/time.Hour), "hour")
	case d%time.Minute == 0:
		return count(int(d/time.Minute), "minute")
	case d%time.Second == 0:
		return count(int(d/time.Second), "second")
	case d%time.Millisecond == 0:
		return fmt.Sprintf("%d ms", d/time.Millisecond)
	}
	return d.String()
}
