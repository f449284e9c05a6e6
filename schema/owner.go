package schema

// An owner is a user label value, because the Cloud Monitoring API and Prometheus then
// accept it on everything that is made from the element. An element without an owner has
// the owner of the element around it.

// readOwner reads the key owner of an element.
func (r *reader) readOwner(f *fields, inherited string) string {
	name := f.text("owner")
	switch {
	case name == "":
		return inherited
	case !userLabelValue.MatchString(name):
		r.report("user-label", f.place("owner"), "the owner %s is not allowed as a user label by the Cloud Monitoring API; write at most 63 lower-case letters, digits, \"_\" and \"-\"", quote(name))
		return inherited
	}
	return name
}

// ownerLabel is the user label that names the owner of a service or an SLO. The key
// owner writes it, so both are the same fact, and an element has only one of them.
const ownerLabel = "owner"

// withOwner adds the label of the key owner to the labels of a service or an SLO.
func (r *reader) withOwner(f *fields, labels []Label) []Label {
	owner := r.readOwner(f, "")
	for _, l := range labels {
		if l.Key == ownerLabel && f.has("owner") {
			r.report("conflicting-keys", l.Place, "%s has the key \"owner\", which writes the label %q; delete one of them", f.what, ownerLabel)
			return labels
		}
	}
	if owner == "" {
		return labels
	}
	return append(labels, Label{Place: f.place("owner"), Key: ownerLabel, Value: owner})
}

// ownerIn returns the owner that labels name, or else the inherited owner.
func ownerIn(labels []Label, inherited string) string {
	for _, l := range labels {
		if l.Key == ownerLabel && l.Value != "" {
			return l.Value
		}
	}
	return inherited
}

// inheritedOwner returns the owner of an SLO that has none itself: the owner of the
// environment, or else of the service, or else of the schema.
func (r *reader) inheritedOwner() string {
	if e := r.environment; e != nil && e.owner != "" {
		return e.owner
	}
	if s := r.schema.Service; s != nil {
		return s.Owner
	}
	return r.schema.Owner
}
