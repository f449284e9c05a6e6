package schema

// A scope holds the rules that an element silences for itself and all elements in it.
type scope struct {
	above *scope // nil at the top
	rules []*allowance
}

type allowance struct {
	at       Place
	rule     string
	used     bool
	breaking bool // the rule is one of [BreakingRules]
}

// allows reports whether the scope, or a scope above it, silences the rule.
func (s *scope) allows(rule string) bool {
	for ; s != nil; s = s.above {
		for _, a := range s.rules {
			if a.rule == rule {
				a.used = true
				return true
			}
		}
	}
	return false
}

// ofBreaking returns the scope's own entries for rules that compare with a base.
func (s *scope) ofBreaking() []Allowance {
	var list []Allowance
	for _, a := range s.rules {
		if a.breaking {
			list = append(list, Allowance{a.at, a.rule})
		}
	}
	return list
}

// readScope reads an element's list of rules to silence.
func (r *reader) readScope(f *fields, above *scope) *scope {
	s := &scope{above: above}
	if !f.has("allow") {
		return s
	}
	listed := map[string]bool{}
	for _, item := range r.texts(f.entries["allow"], "allow") {
		row, known := r.rules[item.Value]
		switch {
		case !known:
			near, hint := r.guess(item.Value, r.allowable)
			if hint == "" {
				hint = `; "ocgen lint --list" and "ocgen breaking --list" list the rules`
			}
			r.report("unknown-rule", place(item), "the rule %s does not exist%s", quote(item.Value), hint)
			s.rules = append(s.rules, &allowance{rule: near}) // so that the problems that it silences are not reported too
		case !row.Allowable:
			r.report("unknown-rule", place(item), "the rule %q cannot be silenced; delete it here, and correct the problems that it reports", item.Value)
		case listed[item.Value]:
			r.report("bad-value", place(item), "the rule %q is listed twice; delete one", item.Value)
		default:
			listed[item.Value] = true
			a := &allowance{at: place(item), rule: item.Value, breaking: row.breaking}
			s.rules = append(s.rules, a)
			r.allowances = append(r.allowances, a)
		}
	}
	return s
}

// checkAllowances warns of allowances that silence no problem. If there are errors, it
// does nothing, because some rules did not check everything. Rules across schemas depend
// on the run, and those of ocgen breaking on a base, so their allowances are never called
// unused.
func (r *reader) checkAllowances() {
	if r.errors > 0 {
		return
	}
	used := map[Place]bool{} // by place, because an alias can give one list to several elements
	for _, a := range r.allowances {
		used[a.at] = used[a.at] || a.used
	}
	for _, a := range r.allowances {
		if !used[a.at] && r.rules[a.rule].across == nil && !a.breaking {
			r.report("unused-allow", a.at, "\"allow: %s\" silences nothing here; delete it", a.rule)
		}
	}
}
