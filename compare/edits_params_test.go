package compare

import "slices"

// swapTags, addTag, dropTag and swapValues change parameters; see expectParams.
func swapTags(e *editing) bool {
	m := pick(e.maker, e.was.measures)
	if len(m.tags) < 2 || !e.lock(m) {
		return false
	}
	tags := e.twin.measures[m].tags
	i := e.IntN(len(tags) - 1)
	tags[i], tags[i+1] = tags[i+1], tags[i]
	return true
}

func addTag(e *editing) bool {
	m := pick(e.maker, e.was.measures)
	free := slices.DeleteFunc(slices.Clone(e.was.tags), func(t *tagSpec) bool { return slices.Contains(m.tags, t) })
	if len(free) == 0 || !e.lock(m) {
		return false
	}
	twin := e.twin.measures[m]
	twin.tags = slices.Insert(twin.tags, e.IntN(len(twin.tags)+1), e.twin.tags[pick(e.maker, free)])
	return true
}

func dropTag(e *editing) bool {
	m := pick(e.maker, e.was.measures)
	free := slices.DeleteFunc(slices.Clone(m.tags), func(t *tagSpec) bool {
		return slices.ContainsFunc(m.views, func(v *viewSpec) bool { return slices.Contains(v.tags, t) })
	})
	if len(free) == 0 || !e.lock(m) {
		return false
	}
	t := pick(e.maker, free)
	twin := e.twin.measures[m]
	twin.tags = slices.DeleteFunc(twin.tags, func(x *tagSpec) bool { return x.id == t.id })
	return true
}

func swapValues(e *editing) bool {
	if len(e.was.events) == 0 || !e.lock(e.was.events[0]) {
		return false
	}
	measures := e.is.events[0].measures
	measures[0], measures[1] = measures[1], measures[0]
	return true
}
