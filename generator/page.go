package generator

import (
	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// pageFile returns the page of a schema, which "generate" names.
func pageFile(s *schema.Schema, path string) ([]outfiles.File, error) {
	return []outfiles.File{{Path: path, Data: page(outfiles.PageHeader(schemaName(s.File)), s)}}, nil
}

// Page returns a page in Markdown that describes the metrics, tags and SLOs of schemas,
// for the people who read dashboards. The schemas of several packages are one part each,
// in their order. Equal schemas give equal bytes.
func Page(schemas []*schema.Schema) []byte {
	return page(outfiles.PageHeader(""), schemas...)
}

func page(header []string, schemas ...*schema.Schema) []byte {
	a := newAnchors(schemas)
	var blocks []templates.Block
	top := 1
	if len(schemas) > 1 {
		blocks = append(blocks, templates.Heading(top, "", "Metrics"), contents(schemas, a))
		top++
	}
	for _, s := range schemas {
		w := pageWriter{schema: s, plan: planGo(s), anchors: a, top: top}
		blocks = append(blocks, w.part()...)
	}
	return templates.MarkdownPage(header, blocks)
}

// contents links to the parts of a page about several schemas.
func contents(schemas []*schema.Schema, a anchors) templates.Block {
	var items []templates.Markdown
	for _, s := range schemas {
		item := templates.Link(templates.Code(s.Package), a.schemas[s])
		if s.Description != "" {
			item += ": " + templates.Text(s.Description)
		}
		items = append(items, item)
	}
	return templates.List(items)
}

// A pageWriter makes the part of a page about one schema.
type pageWriter struct {
	schema  *schema.Schema
	plan    goPlan // for the signatures of recorders
	anchors anchors
	top     int // level of the part's heading
}

// part returns the blocks of the part, in order.
func (w pageWriter) part() []templates.Block {
	blocks := w.introduction()
	blocks = append(blocks, w.environments()...)
	blocks = append(blocks, w.slos()...)
	blocks = append(blocks, w.measures()...)
	blocks = append(blocks, w.events()...)
	blocks = append(blocks, w.tags()...)
	blocks = append(blocks, w.exportedNames()...)
	return append(blocks, w.removed()...)
}

// removed returns the table of the metrics and SLOs that are gone.
func (w pageWriter) removed() []templates.Block {
	var rows [][]templates.Markdown
	add := func(kind templates.Markdown, all []schema.Removal) {
		for _, r := range all {
			rows = append(rows, []templates.Markdown{kind + " " + templates.Code(r.Name), templates.Text(oneLine(r.Reason))})
		}
	}
	add("metric", w.schema.Removed.Metrics)
	add("SLO", w.schema.Removed.SLOs)
	if len(rows) == 0 {
		return nil
	}
	return []templates.Block{w.heading(1, "", "Removed"), templates.Table([]templates.Markdown{"What is gone", "Why"}, rows)}
}

// stability returns a paragraph about an element that may still change.
func stability(experimental bool) []templates.Block {
	if !experimental {
		return nil
	}
	return []templates.Block{templates.Paragraph(templates.Strong("Experimental:") + " it may change or be removed.")}
}

// heading returns a heading some levels below the part's.
func (w pageWriter) heading(below int, anchor string, title templates.Markdown) templates.Block {
	return templates.Heading(w.top+below, anchor, title)
}

// introduction returns the package, its description and the owners.
func (w pageWriter) introduction() []templates.Block {
	s := w.schema
	anchor := ""
	if w.top > 1 {
		anchor = w.anchors.schemas[s]
	}
	blocks := []templates.Block{w.heading(0, anchor, templates.Text(s.Package))}
	if s.Description != "" {
		blocks = append(blocks, templates.Prose(s.Description))
	}
	return append(blocks, w.owners()...)
}

// owners returns the owner of the schema and, if there are others, what each of them owns.
func (w pageWriter) owners() []templates.Block {
	var names []string
	owned := map[string][]templates.Markdown{}
	add := func(owner string, what templates.Markdown) {
		if owner == w.schema.Owner {
			return
		}
		if owned[owner] == nil {
			names = append(names, owner)
		}
		owned[owner] = append(owned[owner], what)
	}
	for _, o := range w.schema.SLOs {
		add(o.Owner, w.sloLink(o))
	}
	for _, v := range w.schema.Views() {
		add(v.Measure.Owner, w.metricLink(v))
	}
	if len(names) == 0 {
		return ownerParagraph(w.schema.Owner)
	}
	var rows facts
	for _, name := range names {
		rows.add(templates.Text(name), join(owned[name], "and"))
	}
	if w.schema.Owner != "" {
		rows.add(templates.Text(w.schema.Owner), "everything else")
	}
	return []templates.Block{templates.Table([]templates.Markdown{"Owner", "Owns"}, rows)}
}

func ownerParagraph(name string) []templates.Block {
	if name == "" {
		return nil
	}
	return []templates.Block{templates.Paragraph(templates.Strong("Owner:") + " " + templates.Text(name))}
}

// deprecation returns the paragraph of a deprecated element.
func deprecation(why string) []templates.Block {
	if why == "" {
		return nil
	}
	return []templates.Block{templates.Paragraph(templates.Strong("Deprecated:") + " " + templates.Text(why))}
}

// join joins items as in "a, b and c".
func join(items []templates.Markdown, word templates.Markdown) templates.Markdown {
	var text templates.Markdown
	for i, item := range items {
		switch {
		case i > 0 && i == len(items)-1:
			text += " " + word + " "
		case i > 0:
			text += ", "
		}
		text += item
	}
	return text
}

// codes returns the texts as code.
func codes(texts []string) []templates.Markdown {
	var all []templates.Markdown
	for _, t := range texts {
		all = append(all, templates.Code(t))
	}
	return all
}

// facts collects the rows of a table with two columns.
type facts [][]templates.Markdown

func (f *facts) add(name, value templates.Markdown) {
	if value != "" {
		*f = append(*f, []templates.Markdown{name, value})
	}
}

// numberWithUnit returns, for example, "500 ms". The unit "1" is left out.
func numberWithUnit(number float64, unit string) string {
	text := templates.FloatLiteral(number)
	if unit == "1" {
		return text
	}
	return text + " " + unit
}
