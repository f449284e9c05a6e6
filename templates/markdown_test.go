package templates

import "testing"

func TestText(t *testing.T) {
	for text, want := range map[string]Markdown{
		"":                           "",
		" two \n words\t":            "two words",
		"request_count of a_b":       "request_count of a_b",
		"_x_ and __y__":              `\_x\_ and \_\_y\_\_`,
		"*a* `b` ~c~ $d$ [e] | f":    `\*a\* \` + "`b\\`" + ` \~c\~ \$d\$ \[e\] \| f`,
		`a \ b\`:                     `a \\ b\\`,
		"<b> & &lt; &#60; & R&D;":    `\<b> & \&lt; \&#60; & R\&D;`,
		"# a #":                      `\# a \#`,
		"1. a":                       `1\. a`,
		"12) a":                      `12\) a`,
		"99.9% of requests":          "99.9% of requests",
		"- a - b":                    `\- a - b`,
		"+1":                         `\+1`,
		"> a > b":                    `\> a > b`,
		"===":                        `\===`,
		"http://x.example/a_b?c=1&d": "http://x.example/a_b?c=1&d",
	} {
		if got := Text(text); got != want {
			t.Errorf("%q: got  %s\nwant %s", text, got, want)
		}
	}
}

func TestProse(t *testing.T) {
	const description = "\nTwo\n  lines.\n\n\n- a\n\n"
	if got, want := Prose(description), Block("Two\nlines.\n\n\\- a"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCode(t *testing.T) {
	for text, want := range map[string]Markdown{
		"shop/requests": "`shop/requests`",
		`a\b *c* <d>`:   "`a\\b *c* <d>`",
		"a|b":           "<code>a&#124;b</code>",
		"`x` {y}/z-1":   "<code>&#96;x&#96; {y}/z-1</code>",
		" ":             "<code>&#32;</code>",
		"ü ":            "<code>ü&#32;</code>",
	} {
		if got := Code(text); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestMarkdownPage(t *testing.T) {
	blocks := []Block{
		Heading(2, "metric-a", Code("a")),
		Heading(1, "", "Title"),
		Paragraph(Strong("Owner:") + " " + Link("b", "c")),
		List([]Markdown{"x", "y"}),
		Table([]Markdown{"A", "B"}, [][]Markdown{{"1", ""}, {"2", "3"}}),
		CodeBlock("go", "func f()", "func g()"),
	}
	const want = `<!-- one -->
<!-- two -->

<a id="metric-a"></a>

## ` + "`a`" + `

# Title

**Owner:** [b](#c)

- x
- y

| A | B |
|---|---|
| 1 | |
| 2 | 3 |

` + "```go\nfunc f()\nfunc g()\n```\n"
	if got := string(MarkdownPage([]string{"<!-- one -->", "<!-- two -->"}, blocks)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestSignatures(t *testing.T) {
	r := Recorder{Name: "RecordWait", Values: []Value{{Param: "wait", Type: "Duration"}, {Constant: "1"}}, Params: []Param{{"outcome", "Outcome"}}}
	if got, want := r.Signature(), "func RecordWait(ctx context.Context, wait time.Duration, outcome Outcome)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	r.Params = append(r.Params, Param{"method", "Method"}, Param{"route", "Route"})
	const long = "func RecordWait(\n\tctx context.Context,\n\twait time.Duration,\n\toutcome Outcome,\n\tmethod Method,\n\troute Route,\n)"
	if got := r.Signature(); got != long {
		t.Errorf("got %q, want %q", got, long)
	}
	o := Observed{Func: "ObserveDepth", Params: []Param{{"pool", "Pool"}}, Value: Value{Type: "int64"}}
	if got, want := o.Signature(), "func ObserveDepth(pool Pool, observe func() int64) (stop func())"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
