package schema_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// TestLimits reads files at each limit and files beyond it.
func TestLimits(t *testing.T) {
	fit := func(size int) string {
		return head + "description: " + strings.Repeat("d", size-len(head)-len("description: \n")) + "\n"
	}
	deep := func(levels int) string {
		return head + "a: " + strings.Repeat("[", levels-2) + "x" + strings.Repeat("]", levels-2) + "\n"
	}
	aliases := func(n int) string { return head + "a: [&a x" + strings.Repeat(",*a", n) + "]\n" }
	laughs := head + "a0: &a0 [x]\n"
	for i := 1; i < 60; i++ {
		laughs += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9), ","))
	}
	nested := head + "a: &a0 [x]\n"
	for i := 1; i < 120; i++ {
		nested += fmt.Sprintf("a%d: &a%d [*a%d]\n", i, i, i-1)
	}
	const allowed = "[unknown-key]"
	for _, c := range []struct{ name, src, want string }{
		{"8 MiB", fit(schema.MaxBytes), ""},
		{"8 MiB and a byte", fit(schema.MaxBytes + 1), "x.yaml:1:1: error: the file has more than 8388608 bytes, the limit of a schema; split it into several schemas [limit]"},
		{"8 MiB and a byte of nothing", strings.Repeat("\x00", schema.MaxBytes+1), "x.yaml:1:1: error: the file has more than 8388608 bytes, the limit of a schema; split it into several schemas [limit]"},
		{"100 levels", deep(100), allowed},
		{"101 levels", deep(101), "the schema is nested deeper than 100 levels; write it with fewer [limit]"},
		{"100,000 levels", deep(100_000), "not YAML: exceeded max depth of 10000 [syntax]"},
		{"levels through aliases", nested, "the schema is nested deeper than 100 levels; write it with fewer [limit]"},
		{"10,000 aliases", aliases(10_000), allowed},
		{"10,001 aliases", aliases(10_001), "the schema has 10001 aliases, and at most 10000 are allowed; replace some by the values that they refer to [limit]"},
		{"a million aliases", aliases(1_000_000), "the schema has 1000000 aliases, and at most 10000 are allowed; replace some by the values that they refer to [limit]"},
		{"billion laughs", laughs, "the schema has more than 1000000 keys and values or 33554432 bytes, with every alias expanded; split it into several schemas [limit]"},
		{"one laugh of a megabyte", head + "description: &a " + strings.Repeat("d", 1<<20) + "\na: [*a" + strings.Repeat(",*a", 99) + "]\n", "with every alias expanded; split it into several schemas [limit]"},
		{"too many lines", repeat(schema.MaxBytes, head, "\n", ""), "x.yaml:1:1: error: the file has 8388589 lines and commas, and a schema may have 2000000; split it into several schemas [limit]"},
		{"too many values", repeat(4<<20, head+"a: [", "ab,", "]"), "x.yaml:1:1: error: the schema has more than 1000000 keys and values or 33554432 bytes; split it into several schemas [limit]"},
		{"an alias in its own anchor", head + "a: &a {b: {c: *a}}\n", "x.yaml:3:15: error: the alias *a is part of the value that it refers to; delete the alias [limit]"},
		{"a long alias of nothing", head + "a: *" + strings.Repeat("s", 2000) + "\n", "not YAML: the alias *" + strings.Repeat("s", 60) + "… has no anchor &" + strings.Repeat("s", 60) + "… before it; put text that starts with * in quotes [syntax]"},
		{"a long alias in its own anchor", head + "a: &" + strings.Repeat("s", 2000) + " {b: *" + strings.Repeat("s", 2000) + "}\n", "the alias *" + strings.Repeat("s", 60) + "… is part of the value that it refers to; delete the alias [limit]"},
		{"a key that is its own value", head + "? &a [*a]\n: 1\n", "the alias *a is part of the value that it refers to; delete the alias [limit]"},
	} {
		var got string
		allocated := schema.Allocates(func() { got = lint("x.yaml", []byte(c.src)) })
		if !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: %.300s", c.name, got)
		}
		if strings.Count(got, "\n") > 1 && c.want != allowed {
			t.Errorf("%s: more than one problem: %.300s", c.name, got)
		}
		if allocated > schema.MostAllocated {
			t.Errorf("%s allocates %d bytes for %d", c.name, allocated, len(c.src))
		}
	}
}

// TestBytes reads bytes that editors or attackers put into files.
func TestBytes(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"CRLF", "ocgen: v1\r\npackage: p\r\ndescription: |\r\n  a\r\n  b\r\n", ""},
		{"CRLF keeps places", "ocgen: v1\r\npackage: p\r\n\r\n  \r\ntags: 5\r\n", "x.yaml:5:7: error: tags is \"5\" and must be a mapping of keys to values [wrong-kind]\n"},
		{"a byte order mark", "\ufeffocgen: v1\npackage: p\n", ""},
		{"a byte order mark keeps places", "\ufeffocgen: 1\npackage: p\ntag: 1\n", "x.yaml:1:8: error: ocgen is \"1\", which is not a language version; write \"ocgen: v1\" [version]\nx.yaml:3:1: error: the schema has no key \"tag\"; did you mean \"tags\"? [unknown-key]\n"},
		{"UTF-16", "\xff\xfeo\x00c\x00", "x.yaml:1:1: error: the byte 0xFF is not UTF-8; save the file as UTF-8 [syntax]\n"},
		{"half a character", "ocgen: v1\nà: \xc3", "x.yaml:2:4: error: the byte 0xC3 is not UTF-8; save the file as UTF-8 [syntax]\n"},
		{"a tab for indentation", "ocgen: v1\npackage: p\ntags:\n\ta: {}\n", "x.yaml:4:2: error: not YAML: found character that cannot start any token; indent with spaces: YAML does not allow tabs [syntax]\n"},
		{"a tab in a description", "ocgen: v1\npackage: p\ndescription: a\tb\n", ""},
		{"columns count characters", "ocgen: v1\npackage: p\ntags: {é€😀: {max_values: x}}\n", "x.yaml:3:8: error: the id \"é€😀\" must be lower-case words of letters and digits joined by single underscores, such as request_latency [bad-id]\nx.yaml:3:26: error: max_values is x and must be a whole number from 1 to 1000000 [bad-number]\n"},
		{"empty", "", "x.yaml:1:1: error: the schema is empty; start it with \"ocgen: v1\", or run \"ocgen init\" to write one [syntax]\n"},
		{"blank", " \n\n", "x.yaml:1:1: error: the schema is empty; start it with \"ocgen: v1\", or run \"ocgen init\" to write one [syntax]\n"},
		{"a NUL", "ocgen: v1\x00\n", "x.yaml:1:10: error: the control character U+0000 is not allowed in a schema; delete it [control-character]\n"},
		{"a lone carriage return", "ocgen: v1\rpackage: p\n", "x.yaml:1:10: error: the control character U+000D is not allowed in a schema; delete it [control-character]\n"},
		{"NEL", "ocgen: v1\u0085", "x.yaml:1:10: error: the control character U+0085 is not allowed in a schema; delete it [control-character]\n"},
		{"text alone", "hello\n", "x.yaml:1:1: error: the schema is \"hello\" and must be a mapping of keys to values [wrong-kind]\n"},
		{"the version alone", "ocgen: v1\n", "x.yaml:1:1: error: the schema has no \"package\", and the folder's name is not a Go package name; add a line such as \"package: metrics\" [package-name]\n"},
		{"a mapping for a key", "ocgen: v1\npackage: p\n{a: b}: c\n", "x.yaml:3:1: error: a key of the schema is a mapping and must be text [wrong-kind]\n"},
		{"an empty key", "ocgen: v1\npackage: p\nmonitoring: {\"\": c}\n", "x.yaml:3:14: error: monitoring has no key \"\"; known: metric_prefix, resource, resource_labels, project, channels [unknown-key]\n"},
		{"anchors on keys", "ocgen: v1\npackage: p\n&d description: &e d\nprefix: *d\n", ""},
		{"binary", "ocgen: v1\npackage: p\ndescription: !!binary aGVsbG8=\n", "x.yaml:3:14: error: the YAML tag !!binary is not supported; delete it [wrong-kind]\n"},
		{"a tag on the version", "ocgen: !!str v1\npackage: p\n", "x.yaml:1:8: error: the YAML tag !!str is not supported; put the text in quotes instead [wrong-kind]\n"},
		{"a tag on everything", "!foo\nocgen: v1\npackage: p\n", "x.yaml:1:1: error: the YAML tag !foo is not supported; delete it [wrong-kind]\n"},
		{"a tag on a key", "ocgen: v1\n!!str package: p\n", "x.yaml:2:1: error: the YAML tag !!str is not supported; put the text in quotes instead [wrong-kind]\n"},
		{"a document end and more", "ocgen: v1\npackage: p\n...\n# the end\n", ""},
		{"a directive", "%TAG ! tag:example.com,2000:\n---\nocgen: v1\npackage: p\n", ""},
		{"a colon too many", "ocgen: v1\npackage: p\ndescription: a: b\n", "x.yaml:3:14: error: not YAML: the text a: b needs quotes, because YAML reads the \":\" in it as the end of a key; write \"a: b\" [syntax]\n"},
		{"control characters where no text belongs", "ocgen: v1\npackage: p\ntags: {a: {max_values: \"\\u202E5\", known: \"a\\nb\\u202Ec\", allow: [unused-tag]}}\n", "x.yaml:3:24: error: max_values is \"\\u202e5\" and must be a whole number, without quotes [wrong-kind]\nx.yaml:3:42: error: known is \"a\\nb\\u202ec\" and must be a list; write [a\\nb\\u202ec] [wrong-kind]\n"},
		{"an open quote", "ocgen: v1\npackage: p\ndescription: \"a\n", "x.yaml:3:1: error: not YAML: found unexpected end of stream; close the quotes [syntax]\n"},
	} {
		if got := lint("x.yaml", []byte(c.src)); got != c.want {
			t.Errorf("%s:\n%swant\n%s", c.name, got, c.want)
		}
	}
}

// TestAliases checks that a mistake is reported once, at its anchor.
func TestAliases(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"of elements", "allow: [unused-tag]\ntags:\n  a: &t {max_value: 1, description: 5}\n  b: *t\n  c: *t\n",
			"x.yaml:5:10: error: tag \"a\" has no key \"max_value\"; did you mean \"max_values\"? [unknown-key]\nx.yaml:5:37: error: description must be text, but some YAML parsers read an unquoted 5 as another type; write \"5\" [quote-text]\n"},
		{"of a list", "allow: [unused-tag]\ntags:\n  a: {values: &v [x, x]}\n  b: {values: *v}\n",
			"x.yaml:5:22: error: the value \"x\" is listed twice; delete one [tag-value]\n"},
		{"of a text", "description: &d \"\\x07\"\ntags:\n  a: {description: *d, allow: [unused-tag]}\n",
			"x.yaml:3:14: error: description contains the control character U+0007; delete it [control-character]\n"},
		{"as a key", "allow: [unused-tag]\ntags:\n  &k a: {description: d}\n  *k : {description: d}\n",
			"x.yaml:5:3: error: tags has the key \"a\" twice, first at line 5; delete one [duplicate-key]\n"},
		{"of views", "measures:\n  a: {description: d, type: int64, unit: \"1\", views: &v {x: {aggregation: counts}}}\n  b: {description: d, type: int64, unit: \"1\", views: *v}\n",
			"x.yaml:4:58: error: an alias gives the view \"x\" to the measures \"a\" and \"b\"; a view's id must be unique in the file; give the view of one measure another id, without the alias [duplicate-id]\nx.yaml:4:75: error: aggregation is \"counts\" and must be count, sum, last_value, distribution or up_down; did you mean \"count\"? [bad-value]\n"},
		{"of bounds in two units", "measures:\n  a: {description: d, type: float64, unit: ms, aggregation: distribution, buckets: &b [5ms, 1]}\n  b: {description: d, type: float64, unit: s, aggregation: distribution, buckets: *b}\n",
			"x.yaml:4:93: error: the bound 1 has no unit, but the bound 5ms has one; give a unit to all bounds of a time, or to none [mixed-units]\n"},
	} {
		if got := lint("x.yaml", []byte(head+c.src)); got != c.want {
			t.Errorf("%s:\n%swant\n%s", c.name, got, c.want)
		}
	}
}

// TestNumbersAreExact checks that numbers are computed as decimals and rounded once.
func TestNumbersAreExact(t *testing.T) {
	for _, c := range []struct {
		unit, buckets string
		want          []float64
	}{
		{`"1"`, "{linear: {start: 0.1, width: 0.1, count: 3}}", []float64{0.1, 0.2, 0.3}},
		{`"1"`, "{exponential: {start: 0.1, growth: 1.1, count: 3}}", []float64{0.1, 0.11, 0.121}},
		{`"1"`, "{decades: {from: 0.1, to: 3, steps: [1, 3]}}", []float64{0.1, 0.3, 1, 3}},
		{"s", "[100us, 300ms, 1m, 1m30s, 1d]", []float64{0.0001, 0.3, 60, 90, 86400}},
		{"min", "[1s, 1h]", []float64{1. / 60, 60}},
		{"MiBy", "[1KiBy, 1MBy, 1GiBy]", []float64{1. / 1024, 1e6 / (1 << 20), 1024}},
		{`"1"`, "['5', \"1e2\", +1.5e+2, 1.7976931348623157e308]", []float64{5, 100, 150, math.MaxFloat64}},
		{`"1"`, "[5e-324, 1e-300]", []float64{5e-324, 1e-300}},
	} {
		src := head + "allow: [time-scale]\nmeasures:\n  m: {description: d, type: float64, unit: " + c.unit + ", aggregation: distribution, buckets: " + c.buckets + "}\n"
		s, problems := schema.Parse([]byte(src), schema.Options{File: "x.yaml"})
		if s == nil {
			t.Errorf("%s: %v", c.buckets, problems)
			continue
		}
		if got := s.Views()[0].Bounds; fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s %s: %v, want %v", c.unit, c.buckets, got, c.want)
		}
	}
}

// TestConstants checks both ends of the range of each type.
func TestConstants(t *testing.T) {
	for text, want := range map[string]schema.Constant{
		"9223372036854775807": {Int64: math.MaxInt64}, "-9223372036854775808": {Int64: math.MinInt64},
		"-0": {}, "1e18": {Int64: 1e18}, "5.0": {Int64: 5},
	} {
		src := head + "measures:\n  m: {description: d, type: int64, unit: \"1\", constant: " + text + ", aggregation: last_value}\n"
		s, problems := schema.Parse([]byte(src), schema.Options{File: "x.yaml"})
		if s == nil || *s.Measures[0].Constant != want {
			t.Errorf("%s: %v", text, problems)
		}
	}
	for _, text := range []string{"9223372036854775808", "-9223372036854775809", "1e19", "0.5", "1e999999999", "0x10", "1_000", ".inf", ".nan", "true", "[]", "010", "1e400", "''"} {
		got := lint("x.yaml", []byte(head+"measures:\n  m: {description: d, type: int64, unit: \"1\", constant: "+text+", aggregation: last_value}\n"))
		if strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, "x.yaml:4:57: error: constant") {
			t.Errorf("%s: %s", text, got)
		}
	}
}

// TestIsSchema checks that schemas, also broken ones, are told from other files.
func TestIsSchema(t *testing.T) {
	for src, want := range map[string]bool{
		"ocgen: v1": true, "# c\n---\nocgen: v1\n": true, "\"ocgen\": v1": true, "'ocgen' : v1": true, "ocgen:": true, "ocgen:\r\n": true,
		"\ufeffocgen: v1": true, "a: [\nocgen: v1": true, "": false, "ocgen": false, "ocgen:v1": false, " ocgen: v1": false, "# ocgen: v1": false, "a: {ocgen: v1}": false, "xocgen: v1": false,
	} {
		if got := schema.IsSchema([]byte(src)); got != want {
			t.Errorf("IsSchema(%q) = %t", src, got)
		}
	}
}
