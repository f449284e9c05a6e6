package importer

import (
	"fmt"
	"strings"
)

// header is the start of the schema.
const header = `# "ocgen import" read this schema from hand-written OpenCensus. Edit it like any other;
# the import does not write it again. A comment names the place of the original.
`

// A writer writes YAML, and remembers which element each line is of.
type writer struct {
	text   strings.Builder
	line   int
	owners map[int]any // by line: *draftTag, *draftMeasure or *draftView
	owner  any
	// commented is where "#" stands in the lines of an element that is only a comment. It
	// is -1 for the others.
	commented int
}

// write writes one line at an indentation.
func (w *writer) write(indent int, format string, args ...any) {
	line := strings.TrimRight(fmt.Sprintf(format, args...), " ")
	if w.commented >= 0 {
		line = strings.Repeat(" ", w.commented) + "# " + strings.Repeat(" ", indent-w.commented) + line
	} else {
		line = strings.Repeat(" ", indent) + line
	}
	w.line++
	w.text.WriteString(line + "\n")
	if w.owner != nil && w.commented < 0 {
		w.owners[w.line] = w.owner
	}
}

// comment writes a line for people.
func (w *writer) comment(indent int, format string, args ...any) {
	line := printable(fmt.Sprintf(format, args...))
	if w.commented >= 0 {
		w.write(indent, "# %s", line)
		return
	}
	w.inactive(indent, func() { w.write(indent, "%s", line) })
}

func (w *writer) blank() {
	w.line++
	w.text.WriteString("\n")
}

// inactive calls f, whose lines are comments at an indentation.
func (w *writer) inactive(indent int, f func()) {
	before := w.commented
	w.commented = indent
	f()
	w.commented = before
}

// of calls f, whose lines are of an element.
func (w *writer) of(owner any, f func()) {
	before := w.owner
	w.owner = owner
	f()
	w.owner = before
}

// render returns the schema as YAML, and the element of each line.
func (d *draft) render() (string, map[int]any) {
	w := &writer{owners: map[int]any{}, commented: -1}
	w.text.WriteString(header)
	w.line = strings.Count(header, "\n")
	w.write(0, "ocgen: v1")
	w.write(0, "package: %s", yamlText(d.pkg))
	if d.prefix != "" {
		w.write(0, "prefix: %s", yamlText(d.prefix))
	}
	if len(d.tags) > 0 {
		w.blank()
		w.write(0, "tags:")
		for _, t := range d.tags {
			w.of(t, func() { w.tag(t) })
		}
	}
	d.renderMeasures(w)
	return w.text.String(), w.owners
}

func (d *draft) renderMeasures(w *writer) {
	active := false
	for _, m := range d.measures {
		active = active || len(m.active()) > 0
	}
	w.blank()
	if active {
		w.write(0, "measures:")
	} else {
		w.comment(0, "measures:")
	}
	for _, m := range d.measures {
		w.of(m, func() { w.measure(d, m) })
	}
	for _, v := range d.unplaced {
		w.unplaced(d, v)
	}
	for _, m := range d.viewless {
		w.comment(2, "%s: the measure %s has no view, so nothing of it is exported", m.at, yamlText(m.name))
	}
}

func (w *writer) tag(t *draftTag) {
	w.comment(2, "%s", t.at)
	for _, why := range t.open[:min(len(t.open), 2)] {
		w.comment(2, "open: %s: %s", why.at, why.why)
	}
	plain := t.key == t.id && t.existing == "" && t.goName == "" && !t.context && len(t.values)+len(t.known) == 0
	if plain {
		w.write(2, "%s: {}", yamlText(t.id))
		return
	}
	w.write(2, "%s:", yamlText(t.id))
	switch {
	case t.existing != "":
		w.write(4, "existing: %s", yamlText(t.existing))
	case t.key != t.id:
		w.write(4, "key: %s", yamlText(t.key))
	}
	if t.context {
		w.write(4, "from: context")
	}
	if t.goName != "" {
		w.write(4, "go: %s", t.goName)
	}
	if len(t.values) > 0 {
		w.write(4, "values: %s", yamlList(t.values))
	}
	if t.optional {
		w.write(4, "optional: true")
	}
	if len(t.known) > 0 {
		w.write(4, "known: %s", yamlList(t.known))
	}
}
