package schema

import (
	"fmt"
	"slices"
	"strings"
)

// Words in names that say something about the values. A total only grows, so a last
// value of it is either the value of one record, or a sum with the wrong aggregation. A
// number of things that are open, in flight or in use can decrease, which a sum cannot.
var (
	levelPrefixes = []string{"open_", "active_", "current_"}
	levelSuffixes = []string{"_in_flight", "_inflight", "_in_use"}
)

func checkAggregationInName(c *checker) {
	c.eachView(func(v *View) {
		if c.ofMeasure(v.Measure).unread.kind {
			return
		}
		for _, name := range []string{v.ID, v.Name} {
			if why := contradiction(v, name); why != "" {
				c.problem(c.ofView(v).scope, v.Place, "the view %q is %s, but %s", v.ID, v.Aggregation.inWords(), why)
				return
			}
		}
	})
}

// contradiction returns how a view's name or unit contradicts its aggregation, and the
// cure. It returns "" if they agree.
func contradiction(v *View, name string) string {
	last := name[strings.LastIndexByte(name, '/')+1:]
	switch v.Aggregation {
	case LastValue:
		return notALevel(v, last)
	case UpDown:
		return saysTotal(last)
	case Sum, Count:
		return notATotal(v, last)
	}
	return ""
}

func notALevel(v *View, name string) string {
	if why := saysTotal(name); why != "" {
		return why
	}
	if dimension(v.Measure.Unit) == "size" && v.Measure.Recorded() {
		// An observed measure is a current value, such as memory in use.
		return fmt.Sprintf("its unit is %s, and a last value keeps only the bytes of the last record; make it a sum or a distribution, or observe the measure if it is a level such as memory in use", v.Measure.Unit)
	}
	return ""
}

// saysTotal is the contradiction of a name that says that the values only grow.
func saysTotal(name string) string {
	if name != "total" && !strings.HasSuffix(name, "_total") {
		return ""
	}
	return fmt.Sprintf("its name %s says that it is a total; make it a sum, or rename it", quote(name))
}

func notATotal(v *View, name string) string {
	if v.Measure.Duration() != 0 && v.Aggregation == Sum {
		return "" // the name is of a time for which something was open
	}
	opens := func(prefix string) bool { return strings.HasPrefix(name, prefix) && v.Aggregation == Sum }
	closes := func(suffix string) bool { return strings.HasSuffix("_"+name, suffix) }
	if slices.ContainsFunc(levelPrefixes, opens) || slices.ContainsFunc(levelSuffixes, closes) {
		return fmt.Sprintf("its name %s says that it can decrease; make it an up_down, or a last value of a measure with \"observe: true\", or rename it", quote(name))
	}
	return ""
}
