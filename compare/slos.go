package compare

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/schema"
)

func checkSLORemoved(c *checker) {
	for _, was := range slosOf(c.base) {
		if _, ok := c.sameSLO(was); ok || c.lists(was.ID, func(r schema.Removed) []schema.Removal { return r.SLOs }) {
			continue
		}
		s := c.ofGone(was.file, was.Place, "slos")
		s.experimental, s.slo = was.Experimental, was.ID
		c.problem(s, "the SLO %q is gone, and with it its history and the alerts on it; restore the id, or list it under \"removed\" with the reason", was.ID)
	}
}

func checkService(c *checker) {
	for _, is := range c.now {
		was := c.partner[is]
		if was == nil || is.Schema.Service == nil || was.Schema.Service == nil || len(was.Schema.SLOs) == 0 {
			continue
		}
		if before, after := was.Schema.Service.ID, is.Schema.Service.ID; before != after {
			c.problem(ofSection(was, is, "service"), "the service was %q and is %q: all its SLOs get other resource names, without history and alerts", before, after)
		}
	}
}

func checkPeriod(c *checker) {
	for _, p := range c.slos {
		if was, is := period(p.was.SLO), period(p.is.SLO); was != is {
			c.problem(ofSLO(p), "the period of the SLO %q was %s and is %s: its budget and its burn rate start anew", p.is.ID, was, is)
		}
	}
}

// period returns, for example, "28 rolling days" or "a calendar month".
func period(o *schema.SLO) string {
	switch {
	case o.Calendar != "":
		return "a calendar " + strings.ToLower(o.Calendar)
	case o.Days == 1:
		return "1 rolling day"
	}
	return fmt.Sprintf("%d rolling days", o.Days)
}

// calendarDays are the lengths of the periods of the calendar. A month is taken as 30
// days.
var calendarDays = map[string]int{"DAY": 1, "WEEK": 7, "FORTNIGHT": 14, "MONTH": 30}

func checkGoal(c *checker) {
	for _, p := range c.slos {
		c.inEach(ofSLO(p), environments(p.was.file, p.is.file), func(e environmentPair) []string {
			was, is := sloIn(e.was, p.was.ID), sloIn(e.is, p.is.ID)
			if was.Goal == is.Goal {
				return nil
			}
			return []string{fmt.Sprintf("the goal of the SLO %q was %s and is %s: its budget over the period was %s and is %s", is.ID, was.GoalText, is.GoalText, budget(was), budget(is))}
		})
	}
}

// budget returns the error budget of a period as time, e.g. "40.3 minutes".
func budget(o *schema.SLO) string {
	days := o.Days
	if o.Calendar != "" {
		days = calendarDays[o.Calendar]
	}
	return fmt.Sprintf("%.1f minutes", (1-o.Goal)*float64(days)*24*60)
}

func checkIndicator(c *checker) {
	for _, p := range c.slos {
		c.inEach(ofSLO(p), environments(p.was.file, p.is.file), func(e environmentPair) []string {
			was, is := indicator(e.was, p.was.ID), indicator(e.is, p.is.ID)
			key, ok := firstDifference(was, is)
			if !ok {
				return nil
			}
			return []string{fmt.Sprintf("the indicator of the SLO %q differs, so its past and its present measure other things: %s %s", p.is.ID, key, difference(was[key], is[key]))}
		})
	}
}

// difference names the terms of two filters that only one of them has. A value that is no
// filter is one term.
func difference(was, is string) string {
	only := func(here, there string) string {
		return strings.Join(missing(strings.Split(here, and), strings.Split(there, and)), and)
	}
	switch lost, got := only(was, is), only(is, was); {
	case was == "":
		return "is new: " + is
	case is == "":
		return "is gone; it was " + was
	case lost == "":
		return "also has " + got
	case got == "":
		return "has lost " + lost
	default:
		return fmt.Sprintf("was %s and is %s", lost, got)
	}
}

// indicator returns the values of the generated indicator, by their paths, e.g.
// "requestBased.distributionCut.range.max".
func indicator(s *schema.Schema, id string) map[string]string {
	flat := map[string]string{}
	text, err := generator.Indicator(s.Monitoring, sloIn(s, id))
	var body any
	if err == nil {
		err = json.Unmarshal(text, &body)
	}
	if err != nil {
		panic("ocgen bug: indicator of " + id + ": " + err.Error())
	}
	flatten(flat, "", body)
	return flat
}

func flatten(flat map[string]string, key string, value any) {
	object, ok := value.(map[string]any)
	if !ok || len(object) == 0 {
		flat[key] = ordered(value)
		return
	}
	for name, v := range object {
		flatten(flat, strings.TrimPrefix(key+"."+name, "."), v)
	}
}

// and joins the terms of a filter.
const and = " AND "

// ordered returns a value as text. The terms of a filter, the values of a term, and lists
// mean the same in any order.
func ordered(value any) string {
	switch value := value.(type) {
	case string:
		terms := strings.Split(value, and)
		for i, term := range terms {
			terms[i] = orderedTerm(term)
		}
		slices.Sort(terms[1:]) // the metric's type is the first
		return strings.Join(terms, and)
	case []any:
		var all []string
		for _, v := range value {
			all = append(all, fmt.Sprint(v))
		}
		return fmt.Sprint(sortedTexts(all))
	}
	return fmt.Sprint(value)
}

// orderedTerm sorts the values of a term such as metric.labels.method=one_of("PUT","GET").
func orderedTerm(term string) string {
	const begin, between, end = "one_of(\"", "\",\"", "\")"
	selector, list, ok := strings.Cut(term, begin)
	if !ok || !strings.HasSuffix(list, end) {
		return term
	}
	values := sortedTexts(strings.Split(strings.TrimSuffix(list, end), between))
	return selector + begin + strings.Join(values, between) + end
}

// firstDifference returns the first key, in the order of the alphabet, whose values
// differ.
func firstDifference(was, is map[string]string) (string, bool) {
	keys := slices.Sorted(maps.Keys(was))
	for key := range is {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	i := slices.IndexFunc(keys, func(key string) bool { return was[key] != is[key] })
	if i < 0 {
		return "", false
	}
	return keys[i], true
}
