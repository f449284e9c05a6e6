// Package monitoringfilter reads the filters of Cloud Monitoring that SLOs have, for tests.
package monitoringfilter

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Filter is a parsed Monitoring filter: terms that must all hold.
type Filter struct {
	Terms []Term
}

// A Term compares one property of a time series.
type Term struct {
	Selector string   // e.g. "metric.type" or "metric.labels.method"
	Not      bool     // != in place of =
	Function string   // "one_of", fullMatch, or "" for plain equality
	Values   []string // unescaped; one unless Function is "one_of"
	full     *regexp.Regexp
}

// fullMatch is the function that takes a regular expression of RE2, which has to
// match a value from beginning to end.
const fullMatch = "monitoring.regex.full_match"

// mostOneOf is how many strings one_of takes.
const mostOneOf = 100

// Parse parses the part of the Monitoring filter language that SLOs need:
//
//	filter   = term { " AND " term } .
//	term     = selector ( "=" | "!=" ) value .
//	selector = "metric.type" | "resource.type" |
//	           ( "metric" | "resource" ) ".labels." key .
//	value    = string | "one_of(" string { "," string } ")" |
//	           "monitoring.regex.full_match(" string ")" .
//	string   = `"` { character | `\"` | `\\` } `"` .
//
// A filter names exactly one metric type, and each other selector at most once.
// See https://cloud.google.com/monitoring/api/v3/filters.
func Parse(text string) (Filter, error) {
	var f Filter
	rest := text
	for {
		t, after, err := parseTerm(rest)
		if err != nil {
			return Filter{}, fmt.Errorf("filter %q: at %q: %w", text, rest, err)
		}
		f.Terms = append(f.Terms, t)
		if after == "" {
			break
		}
		if rest = strings.TrimPrefix(after, " AND "); rest == after {
			return Filter{}, fmt.Errorf(`filter %q: at %q: want " AND "`, text, after)
		}
	}
	if err := f.validate(); err != nil {
		return Filter{}, fmt.Errorf("filter %q: %w", text, err)
	}
	return f, nil
}

// MetricType returns the one metric type that the filter names.
func (f Filter) MetricType() string {
	for _, t := range f.Terms {
		if t.Selector == "metric.type" {
			return t.Values[0]
		}
	}
	return ""
}

// MetricLabels returns the keys of the metric labels that the filter restricts.
func (f Filter) MetricLabels() []string {
	var keys []string
	for _, t := range f.Terms {
		if key, ok := strings.CutPrefix(t.Selector, "metric.labels."); ok {
			keys = append(keys, key)
		}
	}
	return keys
}

// Match reports whether the filter selects a time series of the metric type with
// these metric labels. What it says of the resource is taken to hold. A label
// that a series lacks has the value "".
func (f Filter) Match(metricType string, labels map[string]string) bool {
	for _, t := range f.Terms {
		key, ok := strings.CutPrefix(t.Selector, "metric.labels.")
		switch {
		case t.Selector == "metric.type":
			if t.Values[0] != metricType {
				return false
			}
		case ok && !t.Matches(labels[key]):
			return false
		}
	}
	return true
}

// Matches reports whether a value of the term's property fits the term.
func (t Term) Matches(value string) bool { return t.match(value) != t.Not }

// match compares a value, leaving Not aside.
func (t Term) match(value string) bool {
	if t.full != nil {
		return t.full.MatchString(value)
	}
	return slices.Contains(t.Values, value)
}

func (f Filter) validate() error {
	var seen []string
	for _, t := range f.Terms {
		if slices.Contains(seen, t.Selector) {
			return fmt.Errorf("%s is restricted twice", t.Selector)
		}
		seen = append(seen, t.Selector)
		if strings.HasSuffix(t.Selector, ".type") && (t.Not || t.Function != "") {
			return fmt.Errorf("%s must equal one value", t.Selector)
		}
	}
	if f.MetricType() == "" {
		return fmt.Errorf(`want exactly one metric.type="…"`)
	}
	return nil
}

var (
	termStart     = regexp.MustCompile(`^(metric\.type|resource\.type|(?:metric|resource)\.labels\.[a-zA-Z][a-zA-Z0-9_]*)(!?=)`)
	functionStart = regexp.MustCompile(`^(one_of|monitoring\.regex\.full_match)\(`)
	stringStart   = regexp.MustCompile(`^"((?:[^"\\]|\\["\\])*)"`)
	unescaped     = strings.NewReplacer(`\\`, `\`, `\"`, `"`)
)

// parseTerm parses one term and returns the text after it.
func parseTerm(text string) (t Term, rest string, err error) {
	m := termStart.FindStringSubmatch(text)
	if m == nil {
		return t, "", fmt.Errorf("want a selector and = or !=")
	}
	t = Term{Selector: m[1], Not: m[2] == "!="}
	rest = text[len(m[0]):]
	call := functionStart.FindStringSubmatch(rest)
	if call != nil {
		t.Function = call[1]
		rest = rest[len(call[0]):]
	}
	if t.Values, rest, err = parseStrings(rest); err != nil {
		return t, "", err
	}
	if t.Function != "one_of" && len(t.Values) != 1 {
		return t, "", fmt.Errorf("%d values where one is wanted", len(t.Values))
	}
	if call == nil {
		return t, rest, nil
	}
	rest, closed := strings.CutPrefix(rest, ")")
	if !closed {
		return t, "", fmt.Errorf("%s( is not closed", t.Function)
	}
	return t, rest, t.compile()
}

// compile checks the arguments of a function.
func (t *Term) compile() (err error) {
	if len(t.Values) > mostOneOf {
		return fmt.Errorf("one_of has %d strings: want at most %d", len(t.Values), mostOneOf)
	}
	if t.Function != fullMatch {
		return nil
	}
	if _, err = regexp.Compile(t.Values[0]); err != nil {
		return err
	}
	t.full, err = regexp.Compile(`\A(?:` + t.Values[0] + `)\z`)
	return err
}

// parseStrings parses strings that commas part, and returns the text after them.
func parseStrings(text string) (values []string, rest string, err error) {
	for rest = text; ; rest = rest[1:] {
		m := stringStart.FindStringSubmatch(rest)
		if m == nil {
			return nil, "", fmt.Errorf(`want a closed "…" string in which only \" and \\ are escaped`)
		}
		values = append(values, unescaped.Replace(m[1]))
		rest = rest[len(m[0]):]
		if !strings.HasPrefix(rest, ",") {
			return values, rest, nil
		}
	}
}
