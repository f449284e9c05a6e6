package schema

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// resolve reads the schema again for each environment, and reports what is
// wrong in some environments only.
func (r *reader) resolve(root *yaml.Node, opts Options) {
	if len(r.environments) == 0 || !r.affords(root, len(r.environments)+1) {
		return
	}
	var readers []*reader
	for _, e := range r.environments {
		if e.unread {
			continue // its own mistakes are reported already
		}
		er := newReader(opts)
		er.environment, er.rules, er.sections, er.allowable = e, r.rules, r.sections, r.allowable
		if r.said != nil {
			er.said = map[saying]bool{}
		}
		er.schema.Environment = e.name
		er.errors = r.errors // some rules hold only for a schema without errors
		er.read(root, opts)
		readers = append(readers, er)
		r.schema.Environments = append(r.schema.Environments, er.schema)
		r.allowances = append(r.allowances, er.allowances...)
	}
	r.reportOf(readers)
}

// affords reports whether the schema is small enough to be read several times.
func (r *reader) affords(root *yaml.Node, times int) bool {
	m := measurer{sizes: map[*yaml.Node]extent{}, active: map[*yaml.Node]bool{}}
	e := m.measure(root, 1)
	if e.nodes*times > maxNodes || e.bytes*times > maxExpanded {
		r.report("limit", r.schema.Sections["environments"], "the schema is read once for each of its %d environments, and then has more than %d keys and values or %d bytes; split it into several schemas", times-1, maxNodes, maxExpanded)
		return false
	}
	return (mostGuesses-r.guesses)*times <= mostGuesses // otherwise it has hundreds of mistakes
}

// reportOf adds the problems of the environments, each once, with the environments that
// have it. A problem that the schema has anyway is reported already.
func (r *reader) reportOf(readers []*reader) {
	own := map[Problem]bool{}
	for _, p := range r.problems {
		own[p] = true
	}
	in := map[Problem][]string{}
	var order []Problem
	for _, er := range readers {
		for _, p := range er.problems {
			if own[p] || slices.Contains(in[p], er.environment.name) {
				continue
			}
			if in[p] == nil {
				order = append(order, p)
			}
			in[p] = append(in[p], er.environment.name)
		}
	}
	for _, p := range order {
		names := in[p]
		if len(names) < len(readers) || len(readers) == 1 {
			p.Message = inEnvironments(names) + p.Message
		} else {
			p.Message = "in each environment: " + p.Message
		}
		if p.Severity == Error {
			r.errors++
		}
		r.problems = append(r.problems, p)
	}
}

// inEnvironments returns the start of a message about some environments.
func inEnvironments(names []string) string {
	const most = 5
	list := quoted(names[:min(len(names), most)])
	if more := len(names) - len(list); more > 0 {
		return "in the environments " + strings.Join(list, ", ") + " and others: "
	}
	if len(list) == 1 {
		return "in the environment " + list[0] + ": "
	}
	return "in the environments " + strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1] + ": "
}

// isBase reports whether the schema is read without one of its environments. Then only the
// Go package is made from it, so rules about other files do not hold.
func (r *reader) isBase() bool {
	return r.environment == nil && (len(r.environments) > 0 || r.environmentsUnread)
}
