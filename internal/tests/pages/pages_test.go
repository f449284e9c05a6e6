// Package pages_test reads the pages that ocgen writes with a parser of GitHub-flavoured
// Markdown, and compares what a reader sees with the schemas.
package pages_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	dom "golang.org/x/net/html"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/schema"
)

// root is the folder of the checkout.
const root = "../../.."

// TestPages checks the committed page of each schema that names one.
func TestPages(t *testing.T) {
	pages := 0
	for _, pattern := range []string{"golden/*", "examples/*", "examples/*/*"} {
		files, err := filepath.Glob(filepath.Join(root, pattern, "metrics.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			s := parse(t, file)
			name := s.Generate.Path("docs")
			if name == "" {
				continue
			}
			pages++
			t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
				p := render(t, read(t, filepath.Join(filepath.Dir(file), name)))
				p.check(t)
				p.compare(t, s, 1)
			})
		}
	}
	if pages < 8 {
		t.Errorf("only %d schemas name a page", pages)
	}
}

// TestPageOfSeveralSchemas checks a page with one part for each schema. The first schema
// is there twice, so that all of its names are.
func TestPageOfSeveralSchemas(t *testing.T) {
	var all []*schema.Schema
	for _, dir := range []string{"golden/page", "golden/slo", "golden/page"} {
		all = append(all, parse(t, filepath.Join(root, dir, "metrics.yaml")))
	}
	p := render(t, generator.Page(all))
	p.check(t)
	if got := p.headings(1); !slices.Equal(got, []string{"Metrics"}) {
		t.Errorf("the titles are %q", got)
	}
	if got := p.headings(2); !slices.Equal(got, []string{"page", "slo", "page"}) {
		t.Errorf("the parts are %q", got)
	}
	for _, part := range p.parts(2) {
		for _, s := range all[:2] {
			if s.Package == part[0].text() {
				part.compare(t, s, 2)
			}
		}
	}
}

// A page is the elements that a reader sees, in order.
type page []element

type element struct{ *dom.Node }

// render returns the elements of a page. HTML in the page stays as it is, as on GitHub.
func render(t *testing.T, markdown []byte) page {
	t.Helper()
	var out bytes.Buffer
	m := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe()))
	if err := m.Convert(markdown, &out); err != nil {
		t.Fatal(err)
	}
	doc, err := dom.Parse(&out)
	if err != nil {
		t.Fatal(err)
	}
	var p page
	for n := range doc.Descendants() {
		if n.Type == dom.ElementNode && n.Parent.Data == "body" {
			p = append(p, element{n})
		}
	}
	return p
}

// text returns the text of an element, with one space between words.
func (e element) text() string { return words(e.raw()) }

func (e element) raw() string {
	var b strings.Builder
	for n := range e.Descendants() {
		if n.Type == dom.TextNode {
			b.WriteString(n.Data)
		}
	}
	return b.String()
}

func words(text string) string { return strings.Join(strings.Fields(text), " ") }

// all returns the elements with a tag inside of the element.
func (e element) all(tag string) []element {
	var found []element
	for n := range e.Descendants() {
		if n.Type == dom.ElementNode && n.Data == tag {
			found = append(found, element{n})
		}
	}
	return found
}

func (e element) attribute(key string) string {
	for _, a := range e.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// level returns the level of a heading, and 0 for any other element.
func (e element) level() int {
	if len(e.Data) == 2 && e.Data[0] == 'h' && '1' <= e.Data[1] && e.Data[1] <= '6' {
		return int(e.Data[1] - '0')
	}
	return 0
}

// headings returns the texts of the headings of a level.
func (p page) headings(level int) []string {
	var all []string
	for _, e := range p {
		if e.level() == level {
			all = append(all, e.text())
		}
	}
	return all
}

// parts returns the elements of each part that begins with a heading of the level.
func (p page) parts(level int) []page {
	var all []page
	for _, e := range p {
		if e.level() == level {
			all = append(all, nil)
		}
		if len(all) > 0 {
			all[len(all)-1] = append(all[len(all)-1], e)
		}
	}
	return all
}

// part returns the elements from a heading to the next one.
func (p page) part(t *testing.T, level int, title string) page {
	t.Helper()
	for i, e := range p {
		if e.level() != level || e.text() != words(title) {
			continue
		}
		rest := p[i+1:]
		if end := slices.IndexFunc(rest, func(e element) bool { return e.level() > 0 }); end >= 0 {
			rest = rest[:end]
		}
		return rest
	}
	t.Errorf("no heading %q of level %d", title, level)
	return nil
}

// plain are the elements that the page itself may have, with their attributes.
var plain = map[string][]string{
	"a": {"id", "href"}, "code": {"class"}, "pre": nil, "p": nil, "strong": nil, "ul": nil, "li": nil,
	"h1": nil, "h2": nil, "h3": nil, "h4": nil, "h5": nil,
	"table": nil, "thead": nil, "tbody": nil, "tr": nil, "th": nil, "td": nil,
}

// check checks what holds for every page: no text of a schema has become HTML or a link,
// and every link leads to one anchor.
func (p page) check(t *testing.T) {
	t.Helper()
	anchors := map[string]int{}
	for n := range p[0].Parent.Descendants() {
		attributes, known := plain[n.Data]
		switch {
		case n.Type != dom.ElementNode:
		case !known:
			t.Errorf("the page has an element %q", n.Data)
		case slices.ContainsFunc(n.Attr, func(a dom.Attribute) bool { return !slices.Contains(attributes, a.Key) }):
			t.Errorf("an element %q has the attributes %v", n.Data, n.Attr)
		case n.Data == "a" && element{n}.attribute("id") != "":
			anchors[element{n}.attribute("id")]++
		}
	}
	for _, top := range p {
		for _, a := range top.all("a") {
			href := a.attribute("href")
			target, inside := strings.CutPrefix(href, "#")
			switch {
			case href == "":
			case inside && anchors[target] != 1:
				t.Errorf("the link %s leads to %d anchors", href, anchors[target])
			case !inside && href != a.text():
				t.Errorf("the text %q leads to %s", a.text(), href)
			}
		}
	}
}

func parse(t *testing.T, file string) *schema.Schema {
	t.Helper()
	s, problems := schema.Parse(read(t, file), schema.Options{
		File: file, DefaultPackage: func(string) string { return filepath.Base(filepath.Dir(file)) },
	})
	for _, p := range problems {
		t.Error(p)
	}
	if s == nil {
		t.FailNow()
	}
	return s
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
