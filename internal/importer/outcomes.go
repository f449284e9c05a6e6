package importer

import "fmt"

// mostOutcomes is how many outcomes of one site are evaluated, and mostRuns how many
// evaluations these take.
const (
	mostOutcomes = 1000
	mostRuns     = 5000
)

// outcomes evaluates a site once for each combination of the choices that its value
// depends on: the call sites of its function, the elements of a loop. The combinations
// come in source order. It reports whether these are all.
func outcomes[T any](ix *index, values bool, run func(*evaluation) T) (all []T, complete bool) {
	pending, runs := []map[string]int{nil}, 0
	for len(pending) > 0 {
		choices := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if runs++; runs > mostRuns || len(all) == mostOutcomes {
			return all, false
		}
		ev := &evaluation{index: ix, values: values, choices: choices, frames: map[string]*frame{}}
		result := run(ev)
		if ev.missing == nil {
			all = append(all, result)
			continue
		}
		for i := ev.missing.options - 1; i >= 0; i-- {
			next := map[string]int{ev.missing.id: i}
			for id, option := range choices {
				next[id] = option
			}
			pending = append(pending, next)
		}
	}
	return all, true
}

// chain returns the call sites through which a site's open frame was evaluated, the
// innermost first.
func (ev *evaluation) chain(root string) []site {
	var calls []site
	for f := ev.frames[root]; f != nil && f.fn != nil; {
		var next *frame
		for _, call := range f.fn.calls {
			if up := ev.frames[fmt.Sprint(f.id, "<", call.expr.Pos())]; up != nil {
				calls, next = append(calls, call), up
				break
			}
		}
		f = next
	}
	return calls
}
