package schema

import (
	"math/big"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// The keys of an environment are read once, with the schema itself. Then the whole schema
// is read again for each environment, with these keys laid over it. So every default, tier
// and rule is as it would be if the schema had been written for that environment.

// An environment holds the keys of one environment, which are laid over the schema.
type environment struct {
	name      string
	at        Place
	projectAt Place // where the project is written, or the environment
	unread    bool  // some keys could not be read

	project      string
	metricPrefix string
	resource     string
	labels       []ResourceLabels
	goals        map[string]*big.Rat // by the ids of SLOs
	silent       bool                // no alerts
	channels     []Label
	matchers     []Matcher
	owner        string
}

// readEnvironments reads the keys of the environments. SLOs and monitoring are read
// already.
func (r *reader) readEnvironments(f *fields) {
	r.environmentsUnread = f.hides("environments")
	if r.environment != nil || !f.has("environments") {
		return
	}
	n := f.entries["environments"]
	pairs, ok := r.pairs(n, "environments")
	r.environmentsUnread = !ok
	if ok && len(n.Content) == 0 {
		r.report("bad-value", place(n), "environments is empty; name an environment, such as \"prod: {project: shop-prod}\", or delete the key")
	}
	for _, p := range pairs {
		e := &environment{at: place(p.key), projectAt: place(p.key)}
		e.unread = r.fails(func() { r.readEnvironment(e, p) })
		r.environments = append(r.environments, e)
	}
	if r.schema.Monitoring.Channels != nil && len(r.environments) > 0 {
		r.report("conflicting-keys", r.channelsAt, "monitoring: \"channels\" is for a schema without environments, because a channel belongs to a project; write the channels in each environment")
	}
}

func (r *reader) readEnvironment(e *environment, p pair) {
	if r.isText(p.key, "the name of an environment") {
		e.name = p.key.Value
		r.checkEnvironmentName(e)
	}
	f := r.section("environment", p.value, e.at, "the environment "+quote(p.key.Value))
	if e.project = r.readProject(f); f.has("project") {
		e.projectAt = f.place("project")
	}
	e.metricPrefix = r.readMetricPrefix(f)
	e.resource = f.text("resource")
	r.checkResource(f, e.resource)
	e.labels = r.readEnvironmentLabels(f, e.resource)
	if f.has("goals") {
		e.goals = r.readGoals(f.entries["goals"])
	}
	e.silent = f.word("alerts") == noAlerts
	e.channels = r.readChannels(f)
	if f.has("matchers") {
		e.matchers = r.readMatchers(f)
	}
	e.owner = r.readOwner(f, "")
}

// The name of an environment is the name of a folder and the value of the label ocgen-env.
// Lower case keeps two names apart on file systems that ignore letter case.
func (r *reader) checkEnvironmentName(e *environment) {
	fault := pathFault(e.name)
	switch {
	case !resourceID.MatchString(e.name):
		r.report("environment-name", e.at, "the name of the environment %s must be lower-case letters, digits and hyphens, start with a letter, end with a letter or digit and have at most 63 characters", quote(e.name))
	case fault.reason != "":
		r.report("environment-name", e.at, "the files of the environment %s are written to a folder of its name, and the path %s; %s", quote(e.name), fault.reason, fault.cure)
	}
}

// readEnvironmentLabels reads the labels of the environment's resource, or else of the
// resource of monitoring.
func (r *reader) readEnvironmentLabels(f *fields, resource string) []ResourceLabels {
	given := f.has("resource") || f.hides("resource")
	if !given {
		resource = r.schema.Monitoring.Resource
		given = resource != "" || r.monitoringUnread
	}
	return r.readResourceLabels(f, resource, given)
}

// readGoals reads the goals of an environment.
func (r *reader) readGoals(n *yaml.Node) map[string]*big.Rat {
	var ids []string
	for _, slo := range r.schema.SLOs {
		ids = append(ids, slo.ID)
	}
	goals := map[string]*big.Rat{}
	pairs, _ := r.pairs(n, "goals")
	for _, p := range pairs {
		switch {
		case !r.isText(p.key, "the id of an SLO"):
		case r.schema.slo(p.key.Value) == nil:
			r.unknown(place(p.key), "SLO", p.key.Value, "slos", ids)
		default:
			goals[p.key.Value] = r.fraction(p.value, "the goal of "+clip(p.key.Value))
		}
	}
	return goals
}

// layOver lays the keys of the environment over monitoring.
func (e *environment) layOver(m *Monitoring) {
	m.Channels = e.channels
	if e.project != "" {
		m.Project = e.project
	}
	if e.metricPrefix != "" {
		m.MetricPrefix = e.metricPrefix
	}
	if e.resource != "" {
		m.Resource, m.ResourceLabels = e.resource, nil
	}
	m.ResourceLabels = overlaid(m.ResourceLabels, e.labels, func(l ResourceLabels) string { return l.Key })
}

// overlaid returns the base and the elements that are laid over it. An element takes the
// place of the base's element with the same key, or comes at the end.
func overlaid[T any](base, over []T, key func(T) string) []T {
	all := slices.Clone(base)
	for _, o := range over {
		i := slices.IndexFunc(all, func(b T) bool { return key(b) == key(o) })
		if i < 0 {
			all = append(all, o)
			continue
		}
		all[i] = o
	}
	return all
}

// setGoal sets the goal of an SLO to that of the environment. If the display name states
// the goal of the schema, it states the environment's now.
func (e *environment) setGoal(slo *SLO, goal *big.Rat) *big.Rat {
	other := e.goals[slo.ID]
	if other == nil || goal == nil {
		return goal
	}
	e.rename(slo, percent(goal), percent(other))
	return other
}

// rename replaces a goal in the display name, e.g. "99.9%" and not a part of "199.9%".
func (e *environment) rename(slo *SLO, was, is string) {
	for from := 0; ; {
		i := strings.Index(slo.DisplayName[from:], was)
		if i < 0 {
			return
		}
		at := from + i
		from = at + len(was)
		if at > 0 && strings.ContainsAny(slo.DisplayName[at-1:at], "0123456789.,") {
			continue
		}
		slo.DisplayName = slo.DisplayName[:at] + is + slo.DisplayName[from:]
		from = at + len(is)
	}
}
