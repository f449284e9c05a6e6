package schema

// IsAcross reports whether a rule compares the schemas of a run with each other.
func IsAcross(r Rule) bool { return r.across != nil }
