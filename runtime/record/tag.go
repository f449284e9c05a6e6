package record

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// A TagSource is where the value of a tag comes from.
type TagSource uint8

const (
	FromCall    TagSource = iota // an argument of the recorder
	FromContext                  // the call's ctx, read by the tag's Carrier
	FromProcess                  // one value for the process, set before the registration
)

// A Carrier reads and sets the value of one tag in a ctx. Each tag has a Carrier of its
// own, so packages whose tags travel in different ways can be used in one program. It
// must be safe for concurrent use.
type Carrier interface {
	// Text returns the value that ctx carries, and "" if it carries none. ctx is not
	// nil.
	Text(ctx context.Context) string
	// With returns a ctx that carries the text, or none if the text is empty. ctx is
	// not nil.
	With(ctx context.Context, text string) context.Context
}

// A ClosedTag describes a tag with listed values.
type ClosedTag struct {
	Values   []string // the ordinal of a value is its index plus one
	CatchAll string   // one of Values, recorded for every other value; "": other values are recorded as "__invalid__"
	Optional bool     // ordinal 0 means absent; otherwise 0 is not a value
	From     TagSource
	Carrier  Carrier // FromContext only
}

// An OpenTag describes a tag whose values are any text.
type OpenTag struct {
	MaxValues int      // different values of the process beside the known values; further values become "__other__", and last values with them are dropped
	Known     []string // values that are always recorded and do not count for MaxValues
	From      TagSource
	Carrier   Carrier // FromContext only
	UTF8      bool    // any UTF-8 without control characters, bidirectional ones included, is valid; only if no record of the tag goes through OpenCensus
}

// A Tag is a dimension of measures. It is safe for concurrent use.
type Tag struct {
	key      string
	from     TagSource
	carrier  Carrier
	ordinals uint64 // ordinals are below it
	unknown  *Counter
	invalid  *Counter
	overflow *Counter
	late     *Counter

	closed *closedValues // exactly one of closed and open is set
	open   *openValues
	ends   bool // its ordinals last as long as series have them: see Ending
	ending *Tag // of an open tag that does not end; see Ending

	process atomic.Pointer[TagValue] // FromProcess only; nil until set
	fixed   *string                  // FromProcess only: the recorded text; nil until first needed

	mu     sync.Mutex // orders Set and Freeze
	frozen bool
}

// closedValues are the values of a closed tag, by ordinal: 0 is absent, then the listed
// values, then "__invalid__".
type closedValues struct {
	texts       []string
	ordinals    map[string]uint32 // of the listed values
	optional    bool
	catchAll    bool
	replacement uint32 // ordinal recorded for values out of range
}

// invalid returns the ordinal of "__invalid__", which is the highest. Callers may pass
// only lower ordinals.
func (c *closedValues) invalid() uint32 { return uint32(len(c.texts) - 1) }

// NewClosedTag returns a closed tag with the given key.
func NewClosedTag(key string, o ClosedTag) *Tag {
	texts := append([]string{""}, o.Values...)
	if o.CatchAll != "" && !slices.Contains(o.Values, o.CatchAll) {
		texts = append(texts, o.CatchAll)
	}
	c := &closedValues{ordinals: map[string]uint32{}, optional: o.Optional, catchAll: o.CatchAll != ""}
	for i, text := range texts[1:] {
		c.ordinals[text] = uint32(i + 1)
	}
	c.texts = append(texts, invalidText)
	c.replacement = c.invalid()
	if c.catchAll {
		c.replacement = c.ordinals[o.CatchAll]
	}
	t := newTag(key, o.From, o.Carrier)
	t.closed, t.ordinals = c, uint64(len(c.texts))
	return t
}

// NewOpenTag returns an open tag with the given key.
func NewOpenTag(key string, o OpenTag) *Tag {
	t := newTag(key, o.From, o.Carrier)
	t.open = newOpenValues(o)
	t.ordinals = uint64(lastReplacement+len(o.Known)+t.open.max) + 1
	t.ending = newTag(key, o.From, o.Carrier)
	t.ending.open, t.ending.ends, t.ending.ordinals = t.open, true, endingOrdinals
	return t
}

func newTag(key string, from TagSource, carrier Carrier) *Tag {
	count := func(r Reason) *Counter { return CounterOfTag(key, r) }
	return &Tag{
		key: key, from: from, carrier: carrier,
		unknown:  count(ReasonUnknown),
		invalid:  count(ReasonInvalid),
		overflow: count(ReasonOverflow),
		late:     count(ReasonLate),
	}
}

// Key returns the tag's key, which is the key of its label.
func (t *Tag) Key() string { return t.key }

// From returns where the tag's value comes from.
func (t *Tag) From() TagSource { return t.from }

// IsOpen reports whether the values of the tag are any text.
func (t *Tag) IsOpen() bool { return t.open != nil }

// Collapses reports whether the tag is recorded as "__other__" when a view has its
// maximum of series: if it is open, and its value is not the same for the whole process.
func (t *Tag) Collapses() bool { return t.open != nil && t.from != FromProcess }

// With returns a ctx whose records have the value. An absent value removes the tag from
// ctx. A nil ctx means context.Background. Whether a value of an open tag exceeds the
// maximum is decided when it is recorded.
func (t *Tag) With(ctx context.Context, v TagValue) context.Context {
	if ctx == nil {
		ctx = context.Background()
	}
	return t.carrier.With(ctx, t.contextText(v))
}

// contextText returns the text of a value for a ctx, and counts replacements.
func (t *Tag) contextText(v TagValue) string {
	switch {
	case v.kind == kindOpen && t.open != nil:
		if recordable(v.text) {
			return v.text
		}
		t.invalid.Inc()
		return invalidText
	case v.kind == kindClosed && t.closed != nil:
		return t.closed.texts[t.closedOrdinal(v.ordinal)]
	}
	return ""
}

// Set sets the value of a process tag. It has an effect until the first registration of
// a package that uses the tag; later calls change nothing and are counted as
// [ReasonLate].
func (t *Tag) Set(v TagValue) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.frozen {
		t.late.Inc()
		return
	}
	t.process.Store(&v)
}

// Freeze makes later calls of Set have no effect.
func (t *Tag) Freeze() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.frozen = true
}
