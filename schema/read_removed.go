package schema

// A metric that is gone leaves its descriptor behind, with its kind, its value type and
// its labels, and everything that was stored under its name. So the schema lists it, with
// the reason, as protobuf lists reserved fields. ocgen breaking then knows that it was
// meant, and lint keeps the name from being used again.

func (r *reader) readRemoved(f *fields) {
	if !f.has("removed") {
		return
	}
	rf := r.section("removed", f.entries["removed"], place(f.keys["removed"]), "removed")
	r.schema.Removed.Metrics = r.readRemovals(rf, "metrics", "the exported name of a removed metric")
	r.schema.Removed.SLOs = r.readRemovals(rf, "slos", "the id of a removed SLO")
	for _, slo := range r.schema.Removed.SLOs {
		if !idPattern.MatchString(slo.Name) {
			r.report("bad-id", slo.Place, "the removed SLO %s cannot have existed: ids are lower-case words of letters and digits joined by single underscores; write the id that the schema had", quote(slo.Name))
		}
	}
}

// readRemovals reads names with the reasons why they are gone.
func (r *reader) readRemovals(f *fields, key, what string) []Removal {
	if !f.has(key) {
		return nil
	}
	var list []Removal
	pairs, _ := r.pairs(f.entries[key], key)
	for _, p := range pairs {
		if !r.isLine(p.key, what) {
			continue
		}
		reason := r.prose(p.value, "the reason for "+clip(p.key.Value))
		list = append(list, Removal{place(p.key), p.key.Value, reason})
	}
	return list
}

// experimental reads the stability of an element, or returns the default.
func (f *fields) experimental(byDefault bool) bool {
	if !f.has("stability") {
		return byDefault
	}
	return f.word("stability") == "experimental"
}

// checkReservedNames reports a metric or an SLO that is also listed as removed.
func checkReservedNames(c *checker) {
	metrics := removedAt(c.schema.Removed.Metrics)
	c.eachExport(func(e export) {
		at, ok := metrics[e.name]
		v := e.view
		switch {
		case ok && e.former:
			c.problem(c.ofView(v).scope, e.at, "the view %q is still exported under its former name %s, which line %d lists as removed; delete \"renamed_from\", or delete the name there", owner(v.ID), quote(e.name), at.Line)
		case ok:
			c.problem(c.ofView(v).scope, e.at, "the view %q has the exported name %s, which line %d lists as removed: a backend may still have the old metric, with its type and labels; give the view another name with \"name:\", or delete the name there", owner(v.ID), quote(e.name), at.Line)
		}
	})
	slos := removedAt(c.schema.Removed.SLOs)
	c.eachSLO(func(slo *SLO) {
		if at, ok := slos[slo.ID]; ok {
			c.problem(c.ofSLO(slo).scope, slo.Place, "slo %q has an id that line %d lists as removed; choose another id, or delete the id there", owner(slo.ID), at.Line)
		}
	})
}

// removedAt returns the places of removed names.
func removedAt(removals []Removal) map[string]Place {
	at := map[string]Place{}
	for _, removal := range removals {
		at[removal.Name] = removal.Place
	}
	return at
}
