package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/schema"
)

// An environmentPair is the same environment of both sides.
type environmentPair struct {
	name    string // "" without an environment
	was, is *schema.Schema
}

// environments returns the environments that both files have, after the schemas without an
// environment: programs that choose none use these. If only one file has environments, the
// one that has the project of the other file follows.
func environments(was, is *File) []environmentPair {
	pairs := []environmentPair{{"", was.Schema, is.Schema}}
	for _, in := range was.Schema.Environments {
		if now := is.Schema.In(in.Environment); now != nil {
			pairs = append(pairs, environmentPair{in.Environment, in, now})
		}
	}
	if moved, ok := ofSameProject(was.Schema, is.Schema); ok && moved.was.Monitoring.Project != "" {
		pairs = append(pairs, moved)
	}
	return pairs
}

// writtenEnvironments returns the pairs whose files are written. Files without an
// environment belong to its project. They are compared with those of the environment that
// has the project now, and the other way round.
func writtenEnvironments(was, is *File) []environmentPair {
	before, now := was.Schema.Environments != nil, is.Schema.Environments != nil
	if before && now {
		return environments(was, is)[1:]
	}
	if moved, ok := ofSameProject(was.Schema, is.Schema); ok {
		return []environmentPair{moved}
	}
	if before {
		return nil // checkEnvironmentRemoved reports all of them
	}
	return []environmentPair{{"", was.Schema, is.Schema}}
}

// ofSameProject returns the environment with the project of the other schema, if only one
// of the schemas has environments.
func ofSameProject(was, is *schema.Schema) (environmentPair, bool) {
	switch before, now := was.Environments != nil, is.Environments != nil; {
	case now && !before:
		to := ofProject(is.Environments, was.Monitoring.Project)
		if to != nil {
			return environmentPair{to.Environment, was, to}, true
		}
	case before && !now:
		from := ofProject(was.Environments, is.Monitoring.Project)
		if from != nil {
			return environmentPair{from.Environment, from, is}, true
		}
	}
	return environmentPair{}, false
}

func ofProject(all []*schema.Schema, project string) *schema.Schema {
	i := slices.IndexFunc(all, func(s *schema.Schema) bool { return s.Monitoring.Project == project })
	if i < 0 {
		return nil
	}
	return all[i]
}

// sloIn returns the SLO of a resolved schema.
func sloIn(s *schema.Schema, id string) *schema.SLO {
	i := slices.IndexFunc(s.SLOs, func(o *schema.SLO) bool { return o.ID == id })
	return s.SLOs[i]
}

// inEach reports what breaks in some environments: once if it is the same everywhere, or
// without an environment. find returns the messages for one of them.
func (c *checker) inEach(s subject, pairs []environmentPair, find func(environmentPair) []string) {
	var messages []string
	names := map[string][]string{}
	for _, p := range pairs {
		for _, message := range find(p) {
			if names[message] == nil {
				messages = append(messages, message)
			}
			names[message] = append(names[message], p.name)
		}
	}
	for _, message := range messages {
		c.problem(s, "%s%s", in(names[message], len(pairs)), message)
	}
}

// in returns the start of a message about some of the environments.
func in(names []string, all int) string {
	var quoted []string
	for _, name := range names {
		quoted = append(quoted, fmt.Sprintf("%q", name))
	}
	switch {
	case names[0] == "":
		return ""
	case len(names) == 1:
		return "in the environment " + quoted[0] + ": "
	case len(names) == all:
		return "in each environment: "
	}
	last := len(quoted) - 1
	return "in the environments " + strings.Join(quoted[:last], ", ") + " and " + quoted[last] + ": "
}

func checkEnvironmentRemoved(c *checker) {
	for _, is := range c.now {
		was := c.partner[is]
		if was == nil {
			continue
		}
		for _, in := range was.Schema.Environments {
			switch at := ofSection(was, is, "environments"); {
			case is.Schema.Environments == nil: // so the package ignores the name
				c.problem(at, "the environment %q is gone: programs that choose it start with the metric prefix, resource, goals and alerts that the schema has without environments; restore it, or, when no program chooses it any more, set \"allow: [environment-removed]\" at the top of the schema", in.Environment)
			case is.Schema.In(in.Environment) == nil:
				c.problem(at, "the environment %q is gone: programs that choose it no longer start, and its SLOs and alerts are no longer generated; restore it, or, when no program chooses it any more, set \"allow: [environment-removed]\" at the top of the schema", in.Environment)
			}
		}
	}
}
