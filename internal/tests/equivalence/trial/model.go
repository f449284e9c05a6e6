package trial

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// A model knows which series of a package live that can end, by the calls alone: it shares no
// code with the runtime. So it finds a mistake that all recorders make. It looks at all series
// for each call, and knows texts instead of numbers.
//
// A nil model does nothing: goroutines that record at once have none.
type model struct {
	texts      func(ctx context.Context, key string) string // what ctx carries
	registered bool
	calls      []call // of the whole run
	views      map[*EndingView]map[string]*living
	of         map[*EndingView]*Ending
	observers  []*observer                     // in the order of their beginning
	past       map[*EndingView]map[string]bool // series that have ended
	lives
}

// A lives counts what a model has seen.
type lives struct {
	Compared int // series of the model with exported ones
	Ended    int // series
	Anew     int // series that began anew after they had ended
	Dropped  int // records that had no place, and functions at each reading
	Other    int // records under "__other__"
}

func (l *lives) add(m lives) {
	l.Compared += m.Compared
	l.Ended += m.Ended
	l.Anew += m.Anew
	l.Dropped += m.Dropped
	l.Other += m.Other
}

// A living is a series that has not ended.
type living struct {
	view     *EndingView
	texts    map[string]string // by the keys of the tags
	recorded bool              // otherwise only a bound recorder has it, and it is not exported
	since    int               // the call that began it, with its first record or observation
	value    int64             // of a whole measure
	readers  int               // functions that observe it
	dead     bool
}

// An observer is a function that observes.
type observer struct {
	of     *Ending
	texts  map[string]string // before limits
	series []*living         // one of each view; nil: the view leaves it out
}

func newModel(t *Target) *model {
	m := &model{
		texts: t.library().text,
		views: map[*EndingView]map[string]*living{},
		of:    map[*EndingView]*Ending{},
		past:  map[*EndingView]map[string]bool{},
	}
	for _, e := range t.Endings {
		if e.Unknown {
			continue
		}
		for i := range e.Views {
			v := &e.Views[i]
			m.views[v], m.of[v], m.past[v] = map[string]*living{}, e, map[string]bool{}
		}
	}
	return m
}

// knows reports whether the model knows the series of a measure.
func (m *model) knows(e *Ending) bool { return m != nil && e != nil && !e.Unknown }

// label returns the identity of a series within a view.
func (v *EndingView) label(texts map[string]string) string {
	var all []string
	for _, key := range v.Keys {
		all = append(all, key+"="+texts[key])
	}
	return strings.Join(all, ", ")
}

// given returns the texts of a call, before limits.
func (m *model) given(e *Ending, ctx context.Context, arguments []argument) map[string]string {
	texts := map[string]string{}
	for i := range e.Tags {
		t := &e.Tags[i]
		if t.Context {
			texts[t.Key] = ""
			if ctx != nil {
				texts[t.Key] = t.contextText(m.texts(ctx, t.Key))
			}
			continue
		}
		texts[t.Key], _ = t.argumentText(arguments[0])
		arguments = arguments[1:]
	}
	return texts
}

// limited returns the texts with "__other__" for those that have no place within the maxima of
// their tags.
func (m *model) limited(e *Ending, given map[string]string) map[string]string {
	texts := maps.Clone(given)
	if !e.Exact {
		return texts
	}
	for i := range e.Tags {
		t := &e.Tags[i]
		if text := texts[t.Key]; t.needsPlace(text) {
			if using := m.using(t); !using[text] && len(using) >= t.Max {
				texts[t.Key] = otherText
			}
		}
	}
	return texts
}

// using returns the texts of a tag that have a place.
func (m *model) using(t *EndingTag) map[string]bool {
	texts := map[string]bool{}
	for _, series := range m.views {
		for _, s := range series {
			if text := s.texts[t.Key]; t.needsPlace(text) {
				texts[text] = true
			}
		}
	}
	return texts
}

// together applies the limits of several views of one measure: if a record has no place in one
// of them, its open tags are "__other__" in all.
func (m *model) together(e *Ending, texts map[string]string) map[string]string {
	open := 0
	for i := range e.Views {
		if e.hasOpen(&e.Views[i]) {
			open++
		}
	}
	if open < 2 {
		return texts
	}
	for i := range e.Views {
		if m.isFullFor(e, &e.Views[i], texts) {
			return e.collapsed(texts)
		}
	}
	return texts
}

func (e *Ending) hasOpen(v *EndingView) bool {
	return slices.ContainsFunc(e.Tags, func(t EndingTag) bool { return t.Max > 0 && slices.Contains(v.Keys, t.Key) })
}

// collapsed returns the texts with "__other__" for each open tag that is present.
func (e *Ending) collapsed(texts map[string]string) map[string]string {
	texts = maps.Clone(texts)
	for _, t := range e.Tags {
		if t.Max > 0 && texts[t.Key] != "" {
			texts[t.Key] = otherText
		}
	}
	return texts
}

// isFullFor reports whether a view has no place for a series with the texts.
func (m *model) isFullFor(e *Ending, v *EndingView, texts map[string]string) bool {
	counts := func(texts map[string]string) bool { return v.label(e.collapsed(texts)) != v.label(texts) }
	if !e.Exact || v.Max == 0 || m.views[v][v.label(texts)] != nil || !counts(texts) {
		return false
	}
	taken := 0
	for _, s := range m.views[v] {
		if counts(s.texts) {
			taken++
		}
	}
	return taken >= v.Max
}

// series returns the series of a view with the texts, which begins if there is none. It returns
// nil if the record is dropped.
func (m *model) series(v *EndingView, texts map[string]string) *living {
	e := m.of[v]
	if m.isFullFor(e, v, texts) {
		texts = e.collapsed(texts)
	}
	if v.Last && slices.ContainsFunc(e.Tags, func(t EndingTag) bool {
		return t.Max > 0 && slices.Contains(v.Keys, t.Key) && texts[t.Key] == otherText
	}) {
		m.Dropped++
		return nil
	}
	label := v.label(texts)
	if strings.Contains(label, otherText) {
		m.Other++
	}
	s := m.views[v][label]
	if s == nil {
		s = &living{view: v, texts: map[string]string{}}
		for _, key := range v.Keys {
			s.texts[key] = texts[key]
		}
		m.views[v][label] = s
		if m.past[v][label] {
			m.Anew++
		}
	}
	return s
}

// touched returns the series of a call: one of each view, or nil.
func (m *model) touched(e *Ending, texts map[string]string) []*living {
	texts = m.together(e, texts)
	var all []*living
	for i := range e.Views {
		all = append(all, m.series(&e.Views[i], texts))
	}
	return all
}

// bind notes that a bound recorder was made. It finds its series at once, unless a tag comes
// from ctx.
func (m *model) bind(e *Ending, arguments []argument) {
	if !m.knows(e) || !m.registered || slices.ContainsFunc(e.Tags, func(t EndingTag) bool { return t.Context }) {
		return
	}
	m.touched(e, m.limited(e, m.given(e, nil, arguments)))
}

// record notes a record and returns its series. The value counts for a whole measure only.
func (m *model) record(e *Ending, ctx context.Context, arguments []argument, value int64) []*living {
	if !m.knows(e) || !m.registered {
		return nil
	}
	all := m.touched(e, m.limited(e, m.given(e, ctx, arguments)))
	for _, s := range all {
		if s == nil {
			continue
		}
		if !s.recorded {
			s.recorded, s.since = true, len(m.calls)
		}
		if s.view.Last {
			s.value = value
		} else {
			s.value += value
		}
	}
	return all
}

// subtract notes the end of what began with a record of 1.
func (m *model) subtract(series []*living) {
	for _, s := range series {
		if s != nil { // a series that has ended is not exported, whatever its value
			s.value--
		}
	}
}

// forget notes that the series with the values of the call's tags end.
func (m *model) forget(e *Ending, arguments []argument) {
	if !m.knows(e) {
		return
	}
	want := map[string]string{}
	for i := range e.Tags {
		if t := &e.Tags[i]; !t.Context {
			text, listed := t.argumentText(arguments[0])
			if arguments = arguments[1:]; !listed {
				return // a value that is replaced has no series of its own
			}
			want[t.Key] = text
		}
	}
	for i := range e.Views {
		v := &e.Views[i]
		for _, s := range m.views[v] {
			if v.Forgets && matches(s.texts, want) {
				m.end(s)
			}
		}
	}
}

func matches(texts, want map[string]string) bool {
	for key, text := range want {
		if texts[key] != text {
			return false
		}
	}
	return true
}

func (m *model) end(s *living) {
	label := s.view.label(s.texts)
	s.dead = true
	delete(m.views[s.view], label)
	m.past[s.view][label] = true
	m.Ended++
}

// observe notes a function that observes, and returns what notes its end.
func (m *model) observe(e *Ending, arguments []argument) (stop func()) {
	if !m.knows(e) {
		return func() {}
	}
	o := &observer{of: e, texts: m.given(e, nil, arguments), series: make([]*living, len(e.Views))}
	m.find(o)
	m.observers = append(m.observers, o)
	return func() { m.stop(o) }
}

// find looks for the series that an observer does not have.
func (m *model) find(o *observer) {
	texts := m.limited(o.of, o.texts)
	for i := range o.of.Views {
		if o.series[i] != nil {
			continue
		}
		v := &o.of.Views[i]
		fresh := m.views[v][v.label(texts)] == nil
		s := m.series(v, texts)
		if s == nil {
			continue
		}
		if fresh {
			s.recorded, s.since = true, len(m.calls)
		}
		s.readers++
		o.series[i] = s
	}
}

func (m *model) stop(o *observer) {
	i := slices.Index(m.observers, o)
	m.observers = slices.Delete(m.observers, i, i+1)
	for _, s := range o.series {
		if s == nil {
			continue
		}
		if s.readers--; s.readers == 0 {
			m.end(s)
		}
	}
}

// register notes a registration. Unregister ends all series that are recorded.
func (m *model) register() { m.registered = true }

func (m *model) unregister() {
	m.registered = false
	for _, series := range m.views {
		for _, s := range series {
			if s.readers == 0 {
				m.end(s)
			}
		}
	}
}

// made notes a call that has been made, with its times.
func (m *model) made(c call) { m.calls = append(m.calls, c) }
