package compare

import "github.com/ocgen/ocgen/schema"

// An editing is a pair of specs: was, which stays, and is, which edits change. Each edit
// writes down what it breaks.
type editing struct {
	*maker
	was, is    *spec
	twin       twins // of was
	importable bool
	want       []string     // "severity rule subject"
	locked     map[any]bool // elements of was that an edit has changed, so that edits do not meet
	full       bool         // an edit of the whole package was made, which meets every other
}

// lock reports whether no edit has changed the elements, and keeps others from it.
func (e *editing) lock(elements ...any) bool {
	for _, x := range elements {
		if e.locked[x] {
			return false
		}
	}
	for _, x := range elements {
		e.locked[x] = true
	}
	return true
}

func (e *editing) expect(severity schema.Severity, rule, subject string) {
	e.want = append(e.want, severity.String()+" "+rule+" "+subject)
}

// stable expects a finding that is a note if the element was experimental.
func (e *editing) stable(experimental bool, severity schema.Severity, rule, subject string) {
	if experimental {
		severity = schema.Info
	}
	e.expect(severity, rule, subject)
}

func (e *editing) api(experimental bool, rule string) {
	severity := schema.Warning
	if e.importable {
		severity = schema.Error
	}
	e.stable(experimental, severity, rule, "")
}

// edits are all edits. Each returns false if it is not possible.
var edits = []func(*editing) bool{
	removeView, removeMeasure, addMeasure, addView, renameMetric, overlapMetric, renameGo, aliasGo, changeUnit, changeType, changeAggregation,
	dropLabel, addLabel, renameKey, removeValue, addValue, changeCatchAll, closeTag, openTag, lowerMaxValues, raiseMaxValues,
	dropKnown, addKnown, lowerMaxSeries, changeBounds, describe, changePrefix, changeRecorder, changeGoal, changePeriod,
	removeSLO, addSLO, changeCondition, changeThreshold, changeService, swapTags, addTag, dropTag, swapValues,
}
