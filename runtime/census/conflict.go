package census

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
)

// compareRegistered returns the views whose names are not registered, and an error for each
// registered view that differs.
func compareRegistered(views []*view.View) (missing []*view.View, conflicts []error) {
	for _, ours := range views {
		registered := view.Find(ours.Name)
		switch {
		case registered == ours:
		case registered == nil:
			missing = append(missing, ours)
		default:
			if d := differences(registered, ours); len(d) > 0 {
				conflicts = append(conflicts, fmt.Errorf(
					"view %q is registered by other code with differences: %s; rename one of the views, or make them equal",
					ours.Name, strings.Join(d, "; ")))
			}
		}
	}
	return missing, conflicts
}

// differences returns the differences between a registered view and ours.
func differences(registered, ours *view.View) []string {
	var all []string
	differ := func(what, theirs, own string) {
		if theirs != own {
			all = append(all, fmt.Sprintf("%s %s instead of %s", what, theirs, own))
		}
	}
	differ("measure", quote(registered.Measure.Name()), quote(ours.Measure.Name()))
	differ("unit", quote(registered.Measure.Unit()), quote(ours.Measure.Unit()))
	differ("type", measureType(registered.Measure), measureType(ours.Measure))
	differ("description", quote(description(registered)), quote(description(ours)))
	differ("tag keys", keyNames(registered.TagKeys), keyNames(ours.TagKeys))
	differ("aggregation", registered.Aggregation.Type.String(), ours.Aggregation.Type.String())
	differ("bounds", bounds(registered.Aggregation), bounds(ours.Aggregation))
	return all
}

func quote(s string) string { return fmt.Sprintf("%q", s) }

// measureType returns the type of a measure's values. In OpenCensus an int64 and a float64
// measure may have the same name; the type of a view depends on its measure.
func measureType(m stats.Measure) string {
	if _, ok := m.(*stats.Int64Measure); ok {
		return "int64"
	}
	return "float64"
}

// description returns a view's description as OpenCensus completes it.
func description(v *view.View) string {
	if v.Description == "" {
		return v.Measure.Description()
	}
	return v.Description
}

// keyNames returns tag keys in the order of OpenCensus.
func keyNames(keys []tag.Key) string {
	var names []string
	for _, k := range keys {
		names = append(names, k.Name())
	}
	slices.Sort(names)
	return fmt.Sprintf("%q", names)
}

// bounds returns a distribution's bounds as OpenCensus changes them: sorted, without bounds
// up to 0. Bounds of other aggregations must not be read, because OpenCensus writes to
// shared aggregations at each registration.
func bounds(a *view.Aggregation) string {
	if a.Type != view.AggTypeDistribution {
		return "none"
	}
	sorted := slices.Sorted(slices.Values(a.Buckets))
	for len(sorted) > 0 && sorted[0] <= 0 {
		sorted = sorted[1:]
	}
	return fmt.Sprint(sorted)
}

// misdeclared returns an error for each measure or key that another package declares
// differently from the schema.
func (p *viewsPart) misdeclared() []error {
	var all []error
	for _, m := range p.info.Measures {
		name := m.Measure.Name()
		if got := m.Measure.Unit(); got != m.Unit {
			all = append(all, fmt.Errorf("measure %q was declared first by other code, with the unit %q instead of %q: rename one of the measures", name, got, m.Unit))
		}
		if got := m.Measure.Description(); got != m.Description {
			all = append(all, fmt.Errorf("measure %q was declared first by other code, with the description %q instead of %q: rename one of the measures", name, got, m.Description))
		}
	}
	for _, e := range p.info.Existing {
		all = append(all, e.check())
	}
	return all
}

// check returns an error if the other package's declaration differs.
func (e Existing) check() error {
	if e.Measure == nil {
		if got := e.Key.Name(); got != e.Name {
			return fmt.Errorf("the existing tag key is %q, but the schema says %q: correct \"key:\" in the schema", got, e.Name)
		}
		return nil
	}
	var all []error
	if got := e.Measure.Name(); got != e.Name {
		all = append(all, fmt.Errorf("the existing measure is %q, but the schema says %q: correct \"name:\" in the schema", got, e.Name))
	}
	if got := e.Measure.Unit(); got != e.Unit {
		all = append(all, fmt.Errorf("the existing measure %q has the unit %q, but the schema says %q: correct \"unit:\" in the schema", e.Name, got, e.Unit))
	}
	return errors.Join(all...)
}
