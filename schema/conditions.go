package schema

import (
	"slices"
	"strings"
)

// Conditions are compared tag by tag: a selection is what meets all of them, so
// it is a product of sets, one a tag. Two products are disjoint if the sets of
// some tag are, and one lies within another if the sets of every tag do. Of a
// closed tag all values are known, so its sets are written out; of an open tag
// only the conditions themselves are, so they are compared by what they mean.

// disjoint reports whether nothing can meet both lists of conditions.
func disjoint(a, b []Condition) bool {
	for _, x := range a {
		for _, y := range b {
			if x.Tag == y.Tag && conditionsDisjoint(x, y) {
				return true
			}
		}
	}
	return false
}

// within reports whether everything that meets part meets whole.
func within(part, whole []Condition) bool {
	for _, w := range whole {
		if !slices.ContainsFunc(part, func(p Condition) bool { return p.Tag == w.Tag && implies(p, w) }) {
			return false
		}
	}
	return true
}

// possible returns the values that a closed tag may be recorded with; absence
// is the empty text.
func (t *Tag) possible() []string {
	list := t.texts()
	if t.CatchAll == nil {
		list = append(list, invalidValue)
	}
	if t.Optional || t.From != FromCall {
		list = append(list, "")
	}
	return list
}

// meets reports whether a value meets the condition. Cloud Monitoring compares
// an absent label as the empty text.
func (c Condition) meets(value string) bool {
	switch c.Op {
	case Not:
		return value != c.Values[0]
	case StartsWith:
		return strings.HasPrefix(value, c.Values[0])
	}
	return slices.Contains(c.Values, value)
}

func conditionsDisjoint(a, b Condition) bool {
	if a.Op != AnyOf && b.Op == AnyOf {
		a, b = b, a
	}
	switch {
	case a.Tag.Closed():
		return !slices.ContainsFunc(a.Tag.possible(), func(v string) bool { return a.meets(v) && b.meets(v) })
	case a.Op == AnyOf:
		return !slices.ContainsFunc(a.Values, b.meets)
	case a.Op == StartsWith && b.Op == StartsWith:
		return !strings.HasPrefix(a.Values[0], b.Values[0]) && !strings.HasPrefix(b.Values[0], a.Values[0])
	}
	return false // "not" leaves endlessly many values to an open tag
}

func implies(a, b Condition) bool {
	switch {
	case a.Tag.Closed():
		return !slices.ContainsFunc(a.Tag.possible(), func(v string) bool { return a.meets(v) && !b.meets(v) })
	case a.Op == AnyOf:
		return !slices.ContainsFunc(a.Values, func(v string) bool { return !b.meets(v) })
	case a.Op == StartsWith && b.Op == StartsWith:
		return strings.HasPrefix(a.Values[0], b.Values[0])
	case a.Op == StartsWith && b.Op == Not:
		return !strings.HasPrefix(b.Values[0], a.Values[0])
	}
	return a.Op == b.Op && a.Values[0] == b.Values[0]
}
