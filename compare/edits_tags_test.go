package compare

import (
	"slices"

	"github.com/ocgen/ocgen/schema"
)

// stays reports whether the tag is a label of the same metrics before and after.
func (e *editing) stays(t *tagSpec) bool {
	for _, m := range e.was.measures {
		for _, v := range m.views {
			if slices.Contains(v.tags, t) && (e.locked[m] || e.locked[v]) {
				return false
			}
		}
	}
	return true
}

// tagOf returns a random tag that no other edit has touched.
func (e *editing) tagOf(closed bool) (*tagSpec, *tagSpec, bool) {
	t := pick(e.maker, e.was.tags)
	if t.closed() != closed || !e.stays(t) || !e.lock(t) {
		return nil, nil, false
	}
	for _, m := range e.was.measures { // no later edit takes its metrics away
		for _, v := range m.views {
			if slices.Contains(v.tags, t) {
				e.locked[m], e.locked[v] = true, true
			}
		}
	}
	return t, e.twin.tags[t], true
}

func (e *editing) ofTag(t *tagSpec, severity schema.Severity, rule string) {
	if e.was.labels(t) {
		e.stable(t.experimental, severity, rule, "")
	}
}

func renameKey(e *editing) bool {
	t, twin, ok := e.tagOf(e.chance(2))
	if !ok {
		return false
	}
	twin.key = e.id("key")
	e.ofTag(t, schema.Error, "label-renamed")
	for _, o := range e.was.slos {
		if o.tag == t && e.now(o) != nil {
			e.lock(o.id)
			e.stable(o.experimental, schema.Warning, "slo-indicator", o.id)
		}
	}
	return true
}

// now returns what an SLO of the base has become, or nil if it is gone.
func (e *editing) now(o *sloSpec) *sloSpec {
	i := slices.IndexFunc(e.is.slos, func(x *sloSpec) bool { return x.id == o.id })
	if i < 0 {
		return nil
	}
	return e.is.slos[i]
}

func removeValue(e *editing) bool {
	t, twin, ok := e.tagOf(true)
	if !ok || len(t.values) < 2 {
		return false
	}
	value := pick(e.maker, t.values)
	named := slices.ContainsFunc(e.was.slos, func(o *sloSpec) bool { return o.tag == t && o.value == value })
	if named || value == t.catchAll {
		return false
	}
	twin.values = slices.DeleteFunc(twin.values, func(v string) bool { return v == value })
	e.ofTag(t, schema.Warning, "value-removed")
	e.api(t.experimental, "api-removed")
	return true
}

func addValue(e *editing) bool {
	t, twin, ok := e.tagOf(true)
	if !ok {
		return false
	}
	twin.values = append(twin.values, e.id("val"))
	if e.was.labels(t) {
		e.expect(schema.Info, "value-added", "")
	}
	return true
}

func changeCatchAll(e *editing) bool {
	t, twin, ok := e.tagOf(true)
	if !ok {
		return false
	}
	twin.catchAll = pick(e.maker, append(slices.Clone(t.values), "", e.id("other")))
	if t.catchAll == twin.catchAll {
		return true
	}
	e.ofTag(t, schema.Warning, "catch-all-changed")
	if t.catchAll != "" && !slices.Contains(t.values, t.catchAll) {
		e.api(t.experimental, "api-removed") // the constant of the old catch-all
	}
	return true
}

func closeTag(e *editing) bool {
	t, twin, ok := e.tagOf(false)
	if !ok {
		return false
	}
	twin.values, twin.known = []string{e.id("val")}, nil
	e.ofTag(t, schema.Error, "tag-closed")
	e.api(t.experimental, "api-changed")
	return true
}

func openTag(e *editing) bool {
	t, twin, ok := e.tagOf(true)
	if !ok || e.was.selects(t) {
		return false
	}
	twin.values, twin.catchAll, twin.maxValues = nil, "", 20
	e.ofTag(t, schema.Warning, "tag-opened")
	e.api(t.experimental, "api-changed")
	e.api(t.experimental, "api-removed")
	return true
}

func lowerMaxValues(e *editing) bool {
	t, twin, ok := e.tagOf(false)
	if !ok {
		return false
	}
	twin.maxValues--
	e.ofTag(t, schema.Warning, "bound-lowered")
	return true
}

func raiseMaxValues(e *editing) bool {
	_, twin, ok := e.tagOf(false)
	if ok {
		twin.maxValues++
	}
	return ok
}

func dropKnown(e *editing) bool {
	t, twin, ok := e.tagOf(false)
	if !ok || len(t.known) == 0 {
		return false
	}
	twin.known = twin.known[1:]
	e.ofTag(t, schema.Warning, "bound-lowered")
	return true
}

func addKnown(e *editing) bool {
	_, twin, ok := e.tagOf(false)
	if ok {
		twin.known = append(twin.known, e.id("known"))
	}
	return ok
}
