package pages_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// compare compares a part of a page with its schema. The part's heading has a level.
func (p page) compare(t *testing.T, s *schema.Schema, level int) {
	t.Helper()
	if got := page(p[slices.IndexFunc(p, func(e element) bool { return e.level() == level }):]).headings(level); got[0] != s.Package {
		t.Errorf("the title is %q", got[0])
	}
	if got, want := p.prose(p.part(t, level, s.Package)), words(s.Description); !strings.HasPrefix(got, want) {
		t.Errorf("the description is\n%q\nwant\n%q", got, want)
	}
	p.compareHeadings(t, s, level)
	for _, o := range s.SLOs {
		part := p.part(t, level+2, o.DisplayName)
		p.compareTable(t, part, o.ResourceID, map[string]string{"Goal": o.GoalText, "Owner": o.Owner})
	}
	for _, v := range s.Views() {
		part := p.part(t, level+3, v.Name)
		p.compareTable(t, part, v.Name, map[string]string{
			"Unit":             v.Unit(),
			"Cloud Monitoring": s.Monitoring.MetricType(v.Name),
		})
		p.compareLabels(t, part, v)
		comparePicture(t, part, v, s.SLOs)
	}
	for _, tag := range s.Tags {
		p.compareValues(t, p.part(t, level+2, tag.Key), tag)
	}
}

// compareHeadings compares the order of the parts, and of what is in them.
func (p page) compareHeadings(t *testing.T, s *schema.Schema, level int) {
	t.Helper()
	var want, below, metrics []string
	add := func(section string, titles ...string) {
		if len(titles) > 0 {
			want, below = append(want, section), append(below, titles...)
		}
	}
	var slos, measures, events, tags []string
	for _, o := range s.SLOs {
		slos = append(slos, words(o.DisplayName))
	}
	for _, m := range s.Measures {
		measures = append(measures, sentence(m.ID))
		for _, v := range m.Views {
			metrics = append(metrics, words(v.Name))
		}
	}
	for _, e := range s.Events {
		events = append(events, sentence(e.ID))
	}
	for _, tag := range s.Tags {
		tags = append(tags, tag.Key)
	}
	if len(s.Environments) > 0 {
		want = append(want, "Environments")
		p.compareEnvironments(t, s.Environments)
	}
	add("SLOs", slos...)
	add("Metrics", measures...)
	add("Events", events...)
	add("Tags", tags...)
	if len(metrics) > 0 {
		want = append(want, "Exported names")
	}
	if len(s.Removed.Metrics)+len(s.Removed.SLOs) > 0 {
		want = append(want, "Removed")
		p.compareRemoved(t, slices.Concat(s.Removed.Metrics, s.Removed.SLOs))
	}
	for i, list := range [][]string{want, below, metrics} {
		if got := p.headings(level + 1 + i); !slices.Equal(got, list) {
			t.Errorf("the headings of level %d are\n%q\nwant\n%q", level+1+i, got, list)
		}
	}
}

// compareEnvironments compares the table of environments.
func (p page) compareEnvironments(t *testing.T, want []*schema.Schema) {
	t.Helper()
	rows := p.table(t, p, "Environment")
	if len(rows) != len(want) {
		t.Errorf("%d environments, want %d", len(rows), len(want))
		return
	}
	for i, e := range want {
		got := slices.Concat(codesOf(rows[i][0]), codesOf(rows[i][1]), codesOf(rows[i][2]))
		if w := []string{e.Environment, e.Monitoring.Project, e.Monitoring.MetricPrefix}; !slices.Equal(got, w) {
			t.Errorf("an environment is %q, want %q", got, w)
		}
	}
}

// compareRemoved compares the table of what is gone.
func (p page) compareRemoved(t *testing.T, want []schema.Removal) {
	t.Helper()
	rows := p.table(t, p, "What is gone")
	if len(rows) != len(want) {
		t.Errorf("%d removals, want %d", len(rows), len(want))
		return
	}
	for i, r := range want {
		if got := codesOf(rows[i][0]); !slices.Equal(got, []string{r.Name}) || rows[i][1].text() != words(r.Reason) {
			t.Errorf("the removal of %q is %q: %q", r.Name, got, rows[i][1].text())
		}
	}
}

func sentence(id string) string {
	text := strings.ReplaceAll(id, "_", " ")
	return strings.ToUpper(text[:1]) + text[1:]
}

// prose returns the text of the paragraphs that come first.
func (p page) prose(part page) string {
	var texts []string
	for _, e := range part {
		if e.Data != "p" {
			break
		}
		texts = append(texts, e.text())
	}
	return words(strings.Join(texts, " "))
}

// table returns the rows of the first table whose head begins with a text.
func (p page) table(t *testing.T, part page, head string) [][]element {
	t.Helper()
	for _, e := range part {
		if e.Data != "table" || e.all("th")[0].text() != head {
			continue
		}
		var rows [][]element
		for _, tr := range e.all("tr")[1:] {
			if cells := tr.all("td"); len(cells) == len(e.all("th")) {
				rows = append(rows, cells)
			} else {
				t.Errorf("a row of %q has %d cells", head, len(cells))
			}
		}
		return rows
	}
	t.Errorf("no table %q", head)
	return nil
}

// compareTable compares rows of a table with two columns. An empty text has no row.
func (p page) compareTable(t *testing.T, part page, title string, want map[string]string) {
	t.Helper()
	i := slices.IndexFunc(part, func(e element) bool { return e.Data == "table" && e.all("th")[1].text() == words(title) })
	if i < 0 {
		t.Errorf("no table of %q", title)
		return
	}
	got := map[string]string{}
	for _, row := range p.table(t, part[i:], part[i].all("th")[0].text()) {
		got[row[0].text()] = row[1].text()
	}
	for name, text := range want {
		if got[name] != words(text) {
			t.Errorf("%s: %s is %q, want %q", title, name, got[name], text)
		}
	}
}

// compareLabels compares the labels of a metric and their values.
func (p page) compareLabels(t *testing.T, part page, v *schema.View) {
	t.Helper()
	var got, want []string
	for _, row := range p.table(t, part, "Metric") {
		if key, isLabel := strings.CutPrefix(row[0].text(), "Label "); isLabel {
			got = append(got, key)
			got = append(got, codesOf(row[1])...)
		}
	}
	for _, tag := range v.Tags {
		want = append(want, words(tag.Key))
		want = append(want, tag.Texts()...)
		want = append(want, tag.Known...)
		switch {
		case tag.CatchAll != nil:
			want = append(want, tag.CatchAll.Text)
		case tag.Closed():
			want = append(want, schema.InvalidValue)
		case tag.From != schema.FromProcess:
			want = append(want, schema.OtherValue)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: the labels are\n%q\nwant\n%q", v.Name, got, want)
	}
}

// codesOf returns the texts of code in an element, as they are.
func codesOf(e element) []string {
	var all []string
	for _, code := range e.all("code") {
		all = append(all, code.raw())
	}
	return all
}

// comparePicture compares the numbers in the line of bounds.
func comparePicture(t *testing.T, part page, v *schema.View, slos []*schema.SLO) {
	t.Helper()
	i := slices.IndexFunc(part, func(e element) bool { return e.Data == "pre" })
	if i < 0 {
		if len(v.Bounds) > 0 {
			t.Errorf("%s: no bounds", v.Name)
		}
		return
	}
	line, cuts, _ := strings.Cut(strings.TrimRight(part[i].raw(), "\n"), "\n")
	numbers := slices.DeleteFunc(strings.Fields(strings.TrimSuffix(strings.TrimSuffix(line, " ▲"), v.Unit())), func(s string) bool { return s == "▲" })
	if len(numbers) != len(v.Bounds) {
		t.Errorf("%s: the bounds are %q, want %v", v.Name, numbers, v.Bounds)
	}
	want := 0
	for _, o := range slos {
		if c := o.Cut(); c != nil && c.Selection.View == v {
			want++
			if !strings.Contains(cuts, "▲ "+o.ID+": ") {
				t.Errorf("%s: the SLO %q is not marked", v.Name, o.ID)
			}
		}
	}
	if got := strings.Count(cuts, "▲"); got != want {
		t.Errorf("%s: %d SLOs are marked, want %d", v.Name, got, want)
	}
}

// compareValues compares the table of a tag's values.
func (p page) compareValues(t *testing.T, part page, tag *schema.Tag) {
	t.Helper()
	if !tag.Closed() {
		return
	}
	rows := p.table(t, part, "Value")
	if len(rows) != len(tag.Values) {
		t.Errorf("%s: %d values, want %d", tag.Key, len(rows), len(tag.Values))
		return
	}
	for i, v := range tag.Values {
		want := v.Description
		if v.Deprecated != "" {
			want += " Deprecated: " + v.Deprecated
		}
		if got := codesOf(rows[i][0]); !slices.Equal(got, []string{v.Text}) || rows[i][2].text() != words(want) {
			t.Errorf("%s: the value %q is %q: %q", tag.Key, v.Text, got, rows[i][2].text())
		}
	}
}
