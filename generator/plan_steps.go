package generator

import (
	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// A refused value is not recorded, but the other values of the event are. A value is
// checked once, because refusals are counted. It is converted once, because a division
// takes longer than a record.

// planSteps plans the statements before the writes and the checks that the writes
// depend on.
func (d *directPlanner) planSteps(writes []templates.Write) {
	d.planConversions(writes)
	if len(d.Values) == 1 {
		d.plan.Return = d.Values[0].Check != nil
		d.plan.Prepare = d.conversion(writes, 0)
		d.plan.Steps = []templates.Step{{Writes: writes}}
		return
	}
	runs := d.runs(writes)
	verdicts := d.planVerdicts(writes, runs)
	for _, run := range runs {
		step := templates.Step{Writes: run}
		if i := run[0].Value; d.Values[i].Check != nil {
			if step.Verdict = verdicts[i]; step.Verdict == "" {
				step.Check, step.Vars = &d.Values[i], d.conversion(writes, i)
			}
		}
		d.plan.Steps = append(d.plan.Steps, step)
	}
}

// planVerdicts plans the checks before all writes. If the writes of one check are not
// consecutive, the check is made there and its verdict is kept in a variable.
// planVerdicts returns these variables by value; "" means that the check is made at the
// value's writes.
func (d *directPlanner) planVerdicts(writes []templates.Write, runs [][]templates.Write) []string {
	runsOf := make([]int, len(d.Values)) // for each value with a check
	for _, run := range runs {
		runsOf[run[0].Value]++
	}
	verdicts := make([]string, len(d.Values))
	for i, v := range d.Values {
		scattered := v.Check != nil && runsOf[i] > 1
		if scattered {
			verdicts[i] = d.scope.local(schema.LowerCamel(d.measures[i].GoName)+"OK", "OK")
			d.plan.Prepare = append(d.plan.Prepare, templates.ValueVar{Name: verdicts[i], Value: i, Verdict: true})
		}
		if v.Check == nil || scattered {
			d.plan.Prepare = append(d.plan.Prepare, d.conversion(writes, i)...)
		}
	}
	return verdicts
}

// planConversions plans a variable for each value that is converted by a division and
// recorded several times.
func (d *directPlanner) planConversions(writes []templates.Write) {
	recorded := make([]int, len(d.Values))
	for _, w := range writes {
		if w.Kind != "Count" {
			recorded[w.Value]++
		}
	}
	names := make([]string, len(d.Values))
	for i, v := range d.Values {
		if v.Param == "" || v.Type != "Duration" || v.Unit == "" || recorded[i] < 2 {
			continue
		}
		names[i] = "value"
		if len(d.Values) > 1 {
			names[i] = schema.LowerCamel(d.measures[i].GoName) + "Value"
		}
		names[i] = d.scope.local(names[i], "Value")
	}
	for i, w := range writes {
		if w.Kind != "Count" {
			writes[i].ValueIn = names[w.Value]
		}
	}
}

// conversion returns the variable of a converted value, if it has one.
func (d *directPlanner) conversion(writes []templates.Write, value int) []templates.ValueVar {
	for _, w := range writes {
		if w.Value == value && w.ValueIn != "" {
			return []templates.ValueVar{{Name: w.ValueIn, Value: value}}
		}
	}
	return nil
}

// runs groups consecutive writes that depend on the same check or on none.
func (d *directPlanner) runs(writes []templates.Write) [][]templates.Write {
	var runs [][]templates.Write
	from := 0
	for i := 1; i <= len(writes); i++ {
		if i == len(writes) || d.checkOf(writes[i]) != d.checkOf(writes[i-1]) {
			runs = append(runs, writes[from:i:i])
			from = i
		}
	}
	return runs
}

// checkOf returns the variable of the check that a write depends on, or "". Each
// measure has its own check.
func (d *directPlanner) checkOf(w templates.Write) string {
	if check := d.Values[w.Value].Check; check != nil {
		return check.Var
	}
	return ""
}
