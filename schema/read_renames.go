package schema

import "time"

// readRenamedFrom reads the former name of a view. The key stands beside the view's
// "aggregation", in the long and in the short form.
func (r *reader) readRenamedFrom(f *fields, v *View) {
	if !f.has("renamed_from") {
		return
	}
	from := r.section("renamed_from", f.entries["renamed_from"], f.place("renamed_from"), "renamed_from")
	renamed := &Rename{Place: from.place("name"), Name: from.text("name"), NewInSLOs: from.word("slos") == "new"}
	r.ofView(v).untilAt = from.place("until")
	if renamed.Until = from.text("until"); renamed.Until != "" && !IsDate(renamed.Until) {
		r.report("bad-value", from.place("until"), "until is %s and must be a date, such as 2027-03-01", quote(renamed.Until))
		renamed.Until = ""
	}
	if renamed.Name != "" {
		v.RenamedFrom = renamed
	}
}

// IsDate reports whether text is a date of the form 2027-03-01. Such texts compare as
// their dates do.
func IsDate(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

// An export is a name under which a view is exported.
type export struct {
	view   *View
	name   string
	at     Place
	former bool // the name is from renamed_from
}

// String names the view in messages.
func (e export) String() string {
	if e.former {
		return quote(e.view.ID) + " (renamed_from)"
	}
	return quote(e.view.ID)
}

// both names two exports in messages.
func both(first, second export) string {
	if first.view == second.view {
		return "both names of the view " + quote(first.view.ID)
	}
	return "the views " + first.String() + " and " + second.String() + " both"
}

// eachExport calls f for every known name of every view.
func (c *checker) eachExport(f func(export)) {
	c.eachView(func(v *View) {
		if v.Name != "" {
			f(export{v, v.Name, c.ofView(v).nameAt, false})
		}
		if r := v.RenamedFrom; r != nil {
			f(export{v, r.Name, r.Place, true})
		}
	})
}

// checkOverlaps warns of former names whose time is over. The date comes from the caller:
// the same schema has the same problems at any time.
func checkOverlaps(c *checker) {
	c.eachView(func(v *View) {
		r := v.RenamedFrom
		if r == nil || r.Until == "" || c.today <= r.Until {
			return
		}
		cure := "delete \"renamed_from\""
		if !r.NewInSLOs {
			cure += ", which moves the SLOs to the new name"
		}
		c.problem(c.ofView(v).scope, c.ofView(v).untilAt, "the view %s is still exported under its former name %s, whose last day was %s; %s, or write a later date", quote(v.ID), quote(r.Name), r.Until, cure)
	})
}
