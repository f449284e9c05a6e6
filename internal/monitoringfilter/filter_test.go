package monitoringfilter

import (
	"reflect"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	got, err := Parse(`metric.type="custom.googleapis.com/a" AND resource.labels.zone=one_of("eu","us") AND ` +
		`metric.labels.path=monitoring.regex.full_match("/a, \"b\" AND \\..*") AND metric.labels.how!="\\\""`)
	if err != nil {
		t.Fatal(err)
	}
	got.Terms[2].full = nil
	want := Filter{Terms: []Term{
		{Selector: "metric.type", Values: []string{"custom.googleapis.com/a"}},
		{Selector: "resource.labels.zone", Function: "one_of", Values: []string{"eu", "us"}},
		{Selector: "metric.labels.path", Function: fullMatch, Values: []string{`/a, "b" AND \..*`}},
		{Selector: "metric.labels.how", Not: true, Values: []string{`\"`}},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got.MetricType() != "custom.googleapis.com/a" {
		t.Errorf("MetricType is %q", got.MetricType())
	}
	if keys := got.MetricLabels(); !reflect.DeepEqual(keys, []string{"path", "how"}) {
		t.Errorf("MetricLabels are %q", keys)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{``, "want a selector"},
		{`metric.type="a`, "want a closed"},
		{`metric.type="a" AND `, "want a selector"},
		{`metric.type="a" OR metric.labels.x="b"`, `want " AND "`},
		{`metric.type="a"metric.labels.x="b"`, `want " AND "`},
		{`metric.type=a`, "want a closed"},
		{`metric.type="a","b"`, "2 values"},
		{`metric.type="a" AND metric.type="b"`, "restricted twice"},
		{`metric.type!="a"`, "must equal one value"},
		{`metric.type=one_of("a","b")`, "must equal one value"},
		{`metric.type=""`, "exactly one metric.type"},
		{`resource.type="global"`, "exactly one metric.type"},
		{`metric.type="a" AND metric.labels.http.method="b"`, "want a selector"},
		{`metric.type="a" AND metric.labels.1x="b"`, "want a selector"},
		{`metric.type="a" AND metric.labels.x="b"c"`, `want " AND "`},
		{`metric.type="a" AND metric.labels.x="\n"`, "want a closed"},
		{`metric.type="a" AND metric.labels.x=one_of("b"`, "not closed"},
		{`metric.type="a" AND metric.labels.x=one_of()`, "want a closed"},
		{`metric.type="a" AND metric.labels.x=monitoring.regex.full_match("b","c")`, "2 values"},
		{`metric.type="a" AND metric.labels.x=monitoring.regex.full_match("(b")`, "missing closing )"},
		{`metric.type="a" AND metric.labels.x=monitoring.regex.full_match("b)|(c")`, "unexpected )"},
		{`metric.type="a" AND metric.labels.x=monitoring.regex.full_match("(?=b)")`, "invalid or unsupported Perl syntax"},
		{`metric.type="a" AND metric.labels.x=monitoring.regex.full_match("b"`, "not closed"},
		{`metric.type="a" AND metric.labels.x=monitoringXregex.full_match("b")`, "want a closed"},
		{`metric.type="a" AND metric.labels.x=starts_with("b")`, "want a closed"},
		{`metric.type="a" AND metric.labels.x!=starts_with("b")`, "want a closed"},
		{`metric.type="a" AND NOT metric.labels.x=one_of("b","c")`, "want a selector"},
		{`metric.type=monitoring.regex.full_match("a")`, "must equal one value"},
		{`metric.type="a" AND metric.labels.x=one_of(` + strings.Repeat(`"b",`, 100) + `"c")`, "101 strings"},
		{`metric.type="a" AND metric.labels.x=like("b")`, "want a closed"},
	} {
		_, err := Parse(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want one with %q", c.text, err, c.want)
		}
	}
}

func TestMatch(t *testing.T) {
	series := map[string]string{"how": "error", "path": "/a/b"}
	for _, c := range []struct {
		terms string
		want  bool
	}{
		{``, true},
		{` AND resource.type="global" AND resource.labels.zone="eu"`, true},
		{` AND metric.labels.how="error"`, true},
		{` AND metric.labels.how="ok"`, false},
		{` AND metric.labels.how!="ok"`, true},
		{` AND metric.labels.how!="error"`, false},
		{` AND metric.labels.how=one_of("ok","error")`, true},
		{` AND metric.labels.how!=one_of("ok","error")`, false},
		{` AND metric.labels.path=monitoring.regex.full_match("/a.*")`, true},
		{` AND metric.labels.path=monitoring.regex.full_match("/a")`, false},
		{` AND metric.labels.path=monitoring.regex.full_match("a/b|/a")`, false},
		{` AND metric.labels.path=monitoring.regex.full_match("/x|/./b")`, true},
		{` AND metric.labels.path!=monitoring.regex.full_match("/b.*")`, true},
		{` AND metric.labels.path!=monitoring.regex.full_match("(/b|/a.*)")`, false},
		{` AND metric.labels.path=monitoring.regex.full_match("/a.*") AND metric.labels.how="ok"`, false},
		{` AND metric.labels.absent!="x"`, true},
		{` AND metric.labels.absent="x"`, false},
		{` AND metric.labels.absent!=one_of("x","y")`, true},
		{` AND metric.labels.absent=monitoring.regex.full_match("x.*")`, false},
		{` AND metric.labels.absent!=monitoring.regex.full_match("x.*")`, true},
	} {
		f, err := Parse(`metric.type="m"` + c.terms)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Match("m", series); got != c.want {
			t.Errorf("%s: got %v", c.terms, got)
		}
		if f.Match("other", series) {
			t.Errorf("%s: matches another metric", c.terms)
		}
	}
}
