package schema

import (
	"slices"
	"sort"
	"strings"
)

// Conditions are compared tag by tag: a selection is what meets all of them, so
// it is a product of sets, one a tag. Two products are disjoint if the sets of
// some tag are, and one lies within another if the sets of every tag do. Of a
// closed tag all values are known, so its sets are written out; of an open tag
// only the conditions themselves are, so they are compared by what they mean.

// disjoint reports whether nothing can meet both lists of conditions.
func disjoint(a, b []Condition) bool {
	byTag := map[*Tag]Condition{}
	for _, y := range b {
		byTag[y.Tag] = y
	}
	return slices.ContainsFunc(a, func(x Condition) bool {
		y, both := byTag[x.Tag]
		return both && conditionsDisjoint(x, y)
	})
}

// within reports whether everything that meets part meets whole.
func within(part, whole []Condition) bool {
	byTag := map[*Tag]Condition{}
	for _, p := range part {
		byTag[p.Tag] = p
	}
	return !slices.ContainsFunc(whole, func(w Condition) bool {
		p, both := byTag[w.Tag]
		return !w.meetsAll() && !(both && implies(p, w))
	})
}

// meetsAll reports whether the condition leaves out nothing that its tag can be
// recorded with.
func (c Condition) meetsAll() bool { return c.Tag.Closed() && meetBoth(c, c) == len(c.Tag.possible()) }

// possible returns what a closed tag may be recorded with, sorted; absence is
// the empty text.
func (t *Tag) possible() []string {
	if t.sorted != nil {
		return t.sorted
	}
	list := t.texts()
	if t.CatchAll == nil {
		list = append(list, invalidValue)
	}
	if t.Optional || t.From == FromContext {
		list = append(list, "")
	}
	slices.Sort(list)
	t.sorted = list
	return list
}

func (t *Tag) isPossible(value string) bool {
	_, found := slices.BinarySearch(t.possible(), value)
	return found
}

// startingWith returns those of the possible values that have the prefix.
func (t *Tag) startingWith(prefix string) []string {
	from, _ := slices.BinarySearch(t.possible(), prefix)
	rest := t.possible()[from:]
	return rest[:sort.Search(len(rest), func(i int) bool { return !strings.HasPrefix(rest[i], prefix) })]
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
	return c.listed[value]
}

// meetBoth counts the values of a closed tag that meet both conditions on it. It
// looks at the conditions alone, for a tag may have many values and many SLOs.
func meetBoth(a, b Condition) int {
	if a.Op != AnyOf {
		a, b = b, a
	}
	if a.Op == AnyOf {
		n := 0
		for _, v := range a.Values {
			if b.meets(v) && a.Tag.isPossible(v) {
				n++
			}
		}
		return n
	}
	prefix, excluded := "", map[string]bool{}
	for _, c := range []Condition{a, b} {
		switch v := c.Values[0]; {
		case c.Op == Not:
			excluded[v] = a.Tag.isPossible(v)
		case strings.HasPrefix(v, prefix):
			prefix = v
		case !strings.HasPrefix(prefix, v):
			return 0
		}
	}
	n := len(a.Tag.startingWith(prefix))
	for v, possible := range excluded {
		if possible && strings.HasPrefix(v, prefix) {
			n--
		}
	}
	return n
}

func conditionsDisjoint(a, b Condition) bool {
	if a.Op != AnyOf && b.Op == AnyOf {
		a, b = b, a
	}
	switch {
	case a.Tag.Closed():
		return meetBoth(a, b) == 0
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
		return meetBoth(a, b) == meetBoth(a, a)
	case a.Op == AnyOf:
		return !slices.ContainsFunc(a.Values, func(v string) bool { return !b.meets(v) })
	case a.Op == StartsWith && b.Op == StartsWith:
		return strings.HasPrefix(a.Values[0], b.Values[0])
	case a.Op == StartsWith && b.Op == Not:
		return !strings.HasPrefix(b.Values[0], a.Values[0])
	}
	return a.Op == b.Op && a.Op == Not && a.Values[0] == b.Values[0]
}
