package runtime

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"go.opencensus.io/tag"
)

// A Source says where a tag's value comes from.
type Source uint8

const (
	FromCall    Source = iota // an argument of the recorder
	FromContext               // the OpenCensus tags of the call's ctx
	FromProcess               // one value a process, set before registration
)

// A ClosedTag describes a tag whose values are listed.
type ClosedTag struct {
	Values    []string // a value's ordinal is its index plus one
	CatchAll  string   // one of Values, recorded for every other value; "": "__invalid__" is
	Optional  bool     // ordinal 0 is absent; else it is a value out of range
	From      Source
	Propagate bool // FromContext only: sent over the wire with the context
}

// An OpenTag describes a tag that takes any text.
type OpenTag struct {
	MaxValues int      // different values a process besides the known ones; further ones become "__other__"
	Known     []string // have places of their own, besides MaxValues
	From      Source
	Propagate bool // FromContext only: sent over the wire with the context
	UTF8      bool // takes any UTF-8 without control characters, bidirectional ones included; only where nothing goes through OpenCensus
}

// A Tag is a dimension of measures. It is safe for concurrent use.
type Tag struct {
	key       tag.Key
	from      Source
	propagate bool
	radix     uint64 // ordinals are below it
	remove    tag.Mutator
	unknown   *counter
	invalid   *counter
	overflow  *counter
	late      *counter

	closed *closedValues // exactly one of closed and open is set
	open   *openValues

	process atomic.Pointer[TagValue] // FromProcess only; nil until set
	fixed   *string                  // FromProcess only: how it is recorded; nil until a direct recorder asks

	mu     sync.Mutex // orders Set and freeze
	frozen bool
}

// closedValues are the values of a closed tag, by ordinal: 0 is absent, then
// the listed ones, then "__invalid__".
type closedValues struct {
	texts       []string
	puts        []tag.Mutator
	ordinals    map[string]uint32 // of the listed values
	optional    bool
	catchAll    bool
	replacement uint32 // ordinal recorded for values out of range
}

// invalid returns the ordinal of "__invalid__", above which nothing is: those
// that callers may pass are below it.
func (c *closedValues) invalid() uint32 { return uint32(len(c.texts) - 1) }

// openValues are the values of an open tag. An admitted value's ordinal is its
// number plus one, so 0 is absent, 1 "__other__" and 2 "__invalid__".
type openValues struct {
	admitted *intern
	utf8     bool
	mutators atomic.Pointer[[]atomic.Pointer[tag.Mutator]] // of admitted values, as far as they were needed
}

// The numbers of the replacements among the admitted values.
const (
	otherNumber   = 0
	invalidNumber = 1
)

// lastReplacement is the highest ordinal of an open tag that stands in for
// another value.
const lastReplacement = 2

// NewClosedTag returns a closed tag with the given OpenCensus key.
func NewClosedTag(key tag.Key, o ClosedTag) *Tag {
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
	c.puts = make([]tag.Mutator, len(c.texts))
	for i, text := range c.texts {
		c.puts[i] = tag.Upsert(key, text)
	}
	c.puts[0] = tag.Delete(key)
	t := newTag(key, o.From, o.Propagate)
	t.closed, t.radix = c, uint64(len(c.texts))
	return t
}

// NewOpenTag returns an open tag with the given OpenCensus key.
func NewOpenTag(key tag.Key, o OpenTag) *Tag {
	size := lastReplacement + len(o.Known) + max(o.MaxValues, 0)
	v := &openValues{
		admitted: newIntern(size),
		utf8:     o.UTF8,
	}
	for _, text := range slices.Concat([]string{otherText, invalidText}, o.Known) {
		v.admitted.admit(text)
	}
	t := newTag(key, o.From, o.Propagate)
	t.open, t.radix = v, uint64(size)+1
	return t
}

func newTag(key tag.Key, from Source, propagate bool) *Tag {
	count := func(r Reason) *counter { return counterFor(counterKey{tag: key.Name(), reason: r}) }
	return &Tag{
		key: key, from: from, propagate: propagate, remove: tag.Delete(key),
		unknown:  count(ReasonUnknown),
		invalid:  count(ReasonInvalid),
		overflow: count(ReasonOverflow),
		late:     count(ReasonLate),
	}
}

// With returns a ctx whose records have the value: the setter of a context
// tag. An absent value takes the tag out of ctx; a nil ctx is
// context.Background. Unless the tag is propagated, ocgrpc and ochttp do not
// send it over the wire. Whether an open tag's value is past the maximum is
// decided when it is recorded.
func (t *Tag) With(ctx context.Context, v TagValue) context.Context {
	if ctx == nil {
		ctx = context.Background()
	}
	change := t.remove
	if text := t.contextText(v); text != "" {
		ttl := tag.TTLNoPropagation
		if t.propagate {
			ttl = tag.TTLUnlimitedPropagation
		}
		change = tag.Upsert(t.key, text, tag.WithTTL(ttl))
	}
	// The text is valid, so an error could only be about what ctx carries
	// already, which OpenCensus checked when it was put there.
	tagged, err := tag.New(ctx, change)
	if err != nil {
		return ctx
	}
	return tagged
}

// contextText returns the text of a value for a ctx, and counts replacements.
func (t *Tag) contextText(v TagValue) string {
	switch {
	case v.kind == kindOpen && t.open != nil:
		if recordable(v.text) {
			return v.text
		}
		t.invalid.inc()
		return invalidText
	case v.kind == kindClosed && t.closed != nil:
		return t.closed.texts[t.closedCell(v.ordinal).ordinal]
	}
	return ""
}

// Set gives a process tag its value. It takes effect until the first
// registration of a package that uses the tag; later calls change nothing and
// are counted as [ReasonLate].
func (t *Tag) Set(v TagValue) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.frozen {
		t.late.inc()
		return
	}
	t.process.Store(&v)
}

// freeze ends the time in which Set has an effect.
func (t *Tag) freeze() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.frozen = true
}
