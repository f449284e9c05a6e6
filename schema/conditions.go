package schema

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/ocgen/ocgen/internal/characters"
)

// Conditions are compared tag by tag. A selection needs all of its conditions, so it is
// a product of sets with one set for each tag. Two products are disjoint if the sets of
// one tag are disjoint. One product is within another if this holds for the sets of
// every tag.
//
// A set is a list of ranges of texts in their order. A value is a range, and all values
// with a prefix are a range. "not" replaces a list by the gaps between its ranges. A
// closed tag can have the values of its list, and an open tag every valid text. Absence
// is the empty text, the first of all. Only ranges with a text that the tag can have
// count.

// maxValueBytes is the maximum length of a tag value in OpenCensus.
const maxValueBytes = 255

// A textRange is all texts from one text up to, but without, another.
type textRange struct {
	from string
	to   string // "" if there is no end
}

// everything is the set of all texts: no condition.
var everything = []textRange{{}}

// disjoint reports whether no time series meets both lists of conditions.
func (r *reader) disjoint(a, b []Condition) bool {
	byTag := map[*Tag]Condition{}
	for _, y := range b {
		byTag[y.Tag] = y
	}
	return slices.ContainsFunc(a, func(x Condition) bool {
		y, both := byTag[x.Tag]
		return both && !r.meet(x.Tag, x.ranges(), y.ranges())
	})
}

// within reports whether every time series that meets part also meets whole.
func (r *reader) within(part, whole []Condition) bool {
	byTag := map[*Tag]Condition{}
	for _, p := range part {
		byTag[p.Tag] = p
	}
	return !slices.ContainsFunc(whole, func(w Condition) bool {
		inPart := everything
		if p, both := byTag[w.Tag]; both {
			inPart = p.ranges()
		}
		return r.meet(w.Tag, inPart, gaps(w.ranges()))
	})
}

// meetsNothing reports whether no value of the tag meets the condition.
func (r *reader) meetsNothing(c Condition) bool { return !r.meet(c.Tag, c.ranges(), everything) }

// named returns the values that the condition names: the listed ones and, for a closed
// tag, the values that are the only ones with their prefix.
func (r *reader) named(c Condition) []string {
	list := slices.Clone(c.Values)
	if !c.Tag.Closed() {
		return list
	}
	for _, p := range c.Prefixes {
		if only := r.startingWith(c.Tag, p); len(only) == 1 {
			list = append(list, only[0])
		}
	}
	return list
}

// ranges returns the texts that meet the condition.
func (c Condition) ranges() []textRange {
	var list []textRange
	for _, v := range c.Values {
		list = append(list, textRange{v, c.Tag.after(v)})
	}
	for _, p := range c.Prefixes {
		list = append(list, textRange{p, c.Tag.beyond(p)})
	}
	slices.SortFunc(list, func(a, b textRange) int { return cmp.Compare(a.from, b.from) })
	joined := list[:0]
	for _, s := range list {
		if last := len(joined) - 1; last >= 0 && !s.begins(joined[last].to) {
			joined[last].to = later(joined[last].to, s.to)
			continue
		}
		joined = append(joined, s)
	}
	if c.Op == Not {
		return gaps(joined)
	}
	return joined
}

// gaps returns the ranges before, between and after the ranges of the list.
func gaps(list []textRange) []textRange {
	var between []textRange
	from := ""
	for _, s := range list {
		if s.from > from {
			between = append(between, textRange{from, s.from})
		}
		if s.to == "" {
			return between
		}
		from = s.to
	}
	return append(between, textRange{from, ""})
}

// begins reports whether the range begins after the end of another.
func (s textRange) begins(end string) bool { return end != "" && s.from > end }

func later(a, b string) string {
	if a == "" || b == "" {
		return ""
	}
	return max(a, b)
}

func earlier(a, b string) string {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}

// meet reports whether the tag can have a text that is in both sets.
func (r *reader) meet(t *Tag, a, b []textRange) bool {
	for len(a) > 0 && len(b) > 0 {
		both := textRange{max(a[0].from, b[0].from), earlier(a[0].to, b[0].to)}
		if (both.to == "" || both.from < both.to) && r.hasAny(t, both) {
			return true
		}
		if a[0].to == both.to {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return false
}

// hasAny reports whether the tag can have a text of the range, which is not empty. A
// range begins with a text that an open tag can have.
func (r *reader) hasAny(t *Tag, s textRange) bool {
	if !t.Closed() {
		return true
	}
	possible := r.possible(t)
	i, _ := slices.BinarySearch(possible, s.from)
	return i < len(possible) && (s.to == "" || possible[i] < s.to)
}

// after returns the next value in the order of texts, or "" if there is none.
func (t *Tag) after(value string) string {
	if len(value) < maxValueBytes {
		return value + " " // the lowest of all characters
	}
	return t.beyond(value)
}

// beyond returns the first value after all values with the prefix, or "" if there is
// none.
func (t *Tag) beyond(prefix string) string {
	for len(prefix) > 0 {
		last, size := utf8.DecodeLastRuneInString(prefix)
		prefix = prefix[:len(prefix)-size]
		if next := t.nextCharacter(last); next > 0 && len(prefix)+utf8.RuneLen(next) <= maxValueBytes {
			return prefix + string(next)
		}
	}
	return ""
}

// nextCharacter returns the next character that the tag's values can contain, or 0 if
// there is none.
func (t *Tag) nextCharacter(c rune) rune {
	last := '~'
	if t.UTF8 {
		last = utf8.MaxRune
	}
	for c++; c <= last; c++ {
		if utf8.ValidRune(c) && !characters.IsControl(c) {
			return c
		}
	}
	return 0
}

// possible returns the sorted texts that can be recorded for a closed tag. Absence is
// the empty text.
func (r *reader) possible(t *Tag) []string {
	if r.ofTag(t).sorted != nil {
		return r.ofTag(t).sorted
	}
	list := t.Texts()
	if t.CatchAll == nil {
		list = append(list, invalidValue)
	}
	if t.Optional || t.From == FromContext {
		list = append(list, "")
	}
	slices.Sort(list)
	r.ofTag(t).sorted = list
	return list
}

func (r *reader) isPossible(t *Tag, value string) bool {
	_, found := slices.BinarySearch(r.possible(t), value)
	return found
}

// startingWith returns the possible values that have the prefix.
func (r *reader) startingWith(t *Tag, prefix string) []string {
	from, _ := slices.BinarySearch(r.possible(t), prefix)
	behind := r.possible(t)[from:]
	return behind[:sort.Search(len(behind), func(i int) bool { return !strings.HasPrefix(behind[i], prefix) })]
}
