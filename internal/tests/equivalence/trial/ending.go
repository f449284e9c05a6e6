package trial

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An Ending is a measure whose series end: an observed one, or one that can be forgotten. The
// driver of a package has an Ending for each such measure of its schema.
type Ending struct {
	Tags  []EndingTag // in the order of the schema, those of the process left out
	Views []EndingView
	Whole bool // the model knows the values, which are recorded as int64

	// Exact says that the model knows which series have places within the limits: no measure
	// whose series do not end shares an open tag, directly or through other measures.
	// Otherwise it only knows which series may live.
	Exact bool

	// Unknown says that events record the measure too, so that the model does not know its
	// series.
	Unknown bool
}

// An EndingTag is a tag of such a measure.
type EndingTag struct {
	Key      string
	Values   []string // of a closed tag, the catch-all included
	CatchAll string
	Optional bool
	Known    []string // of an open tag
	Max      int      // of an open tag; 0: the tag is closed
	UTF8     bool
	Context  bool // from ctx
}

// An EndingView is a view of such a measure.
type EndingView struct {
	Names   []string // of the metric, the former name included
	Keys    []string // of its tags, those of the process left out
	Last    bool     // it keeps last values
	Max     int      // of series; 0: no limit
	Forgets bool     // the function that forgets ends its series
}

// Texts that stand for other ones.
const (
	otherText   = "__other__"
	invalidText = "__invalid__"
)

// An argument is the value of a tag as a call gives it.
type argument struct {
	ordinal uint32 // of a closed tag
	text    string // of an open tag
}

// argumentText returns the text that an argument stands for, before limits. It reports false
// if the text is a replacement.
func (t *EndingTag) argumentText(a argument) (text string, listed bool) {
	switch {
	case t.Max > 0:
		return t.openText(a.text), t.valid(a.text)
	case a.ordinal == 0 && t.Optional:
		return "", true
	case a.ordinal == 0 || int(a.ordinal) > len(t.Values):
		return t.replacement(), false
	}
	return t.Values[a.ordinal-1], true
}

// contextText returns the text that is recorded for a text of ctx, before limits.
func (t *EndingTag) contextText(text string) string {
	switch {
	case t.Max > 0:
		return t.openText(text)
	case text == "" || slices.Contains(t.Values, text):
		return text
	}
	return t.replacement()
}

func (t *EndingTag) replacement() string {
	if t.CatchAll != "" {
		return t.CatchAll
	}
	return invalidText
}

func (t *EndingTag) openText(text string) string {
	if t.valid(text) {
		return text
	}
	return invalidText
}

// valid reports whether a text may be the value of an open tag.
func (t *EndingTag) valid(text string) bool {
	if t.UTF8 {
		return len(text) <= 255 && utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
	}
	return len(text) <= 255 && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

// needsPlace reports whether a recorded text of the tag counts for its maximum of values.
func (t *EndingTag) needsPlace(text string) bool {
	return t.Max > 0 && text != "" && text != otherText && text != invalidText && !slices.Contains(t.Known, text)
}
