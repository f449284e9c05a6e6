package schema_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// TestOwners checks that an element without an owner has the owner of what holds it.
func TestOwners(t *testing.T) {
	const body = `
ocgen: v1
package: p
%s
measures:
  own: {description: d, type: int64, unit: "1", constant: 1, aggregation: count, owner: a}
  inherited: {description: d, type: int64, unit: "1", constant: 1, aggregation: count}
service: {id: s, labels: %s}
slos:
  own: {goal: 99%%, period: 1d, ratio: {bad: own, total: own}, labels: {owner: b}}
  inherited: {goal: 99%%, period: 1d, ratio: {bad: own, total: own}, labels: {owner: ""}}
`
	for _, test := range []struct{ top, labels, want string }{
		{"", "{}", `"" a "" b ""`},
		{"owner: top", "{}", `"top" a "top" b "top"`},
		{"owner: top", "{owner: service}", `"top" a "top" b "service"`},
		{"", "{owner: service}", `"" a "" b "service"`},
	} {
		s, problems := schema.Parse(fmt.Appendf(nil, body, test.top, test.labels), schema.Options{File: "x.yaml"})
		if s == nil {
			t.Fatal(problems)
		}
		got := fmt.Sprintf("%q %s %q %s %q", s.Owner, s.Measures[0].Owner, s.Measures[1].Owner, s.SLOs[0].Owner, s.SLOs[1].Owner)
		if got != test.want {
			t.Errorf("%q, %s: got %s, want %s", test.top, test.labels, got, test.want)
		}
	}
}

// TestOwnerKeys checks that the key of a service and an SLO writes the user label.
func TestOwnerKeys(t *testing.T) {
	const body = `
ocgen: v1
package: p
owner: top
measures:
  m: {description: d, type: int64, unit: "1", constant: 1, aggregation: count}
service: {id: s, owner: service, labels: {team: x}}
slos:
  own: {goal: 99%, period: 1d, ratio: {bad: m, total: m}, owner: own}
  labelled: {goal: 99%, period: 1d, ratio: {bad: m, total: m}, labels: {owner: label}}
  inherited: {goal: 99%, period: 1d, ratio: {bad: m, total: m}, labels: {team: z}}
`
	s, problems := schema.Parse([]byte(body), schema.Options{File: "x.yaml"})
	if s == nil {
		t.Fatal(problems)
	}
	text := func(owner string, labels []schema.Label) string {
		for _, l := range labels {
			owner += " " + l.Key + "=" + l.Value
		}
		return owner
	}
	got := []string{text(s.Service.Owner, s.Service.Labels)}
	for _, o := range s.SLOs {
		got = append(got, text(o.Owner, o.Labels))
	}
	if want := []string{"service team=x owner=service", "own owner=own", "label owner=label", "service team=z"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
