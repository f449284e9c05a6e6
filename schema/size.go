package schema

import "gopkg.in/yaml.v3"

// checkSize limits the depth, the number of aliases and the size of the values that
// aliases refer to. Code that runs after it may follow aliases without further checks.
func (r *reader) checkSize(root *yaml.Node) bool {
	m := measurer{sizes: map[*yaml.Node]extent{}, active: map[*yaml.Node]bool{}}
	e := m.measure(root, 1)
	switch {
	case m.cycle != nil:
		r.report("limit", place(m.cycle), "the alias *%s is part of the value that it refers to; delete the alias", clip(m.cycle.Value))
	case m.aliases > maxAliases:
		r.report("limit", place(m.lastAlias), "the schema has %d aliases, and at most %d are allowed; replace some by the values that they refer to", m.aliases, maxAliases)
	case m.deep != nil:
		r.report("limit", place(m.deep), "the schema is nested deeper than %d levels; write it with fewer", maxDepth)
	case e.nodes > maxNodes || e.bytes > maxExpanded:
		at, aliases := root, ""
		if m.lastAlias != nil {
			at, aliases = m.lastAlias, ", with every alias expanded"
		}
		r.report("limit", place(at), "the schema has more than %d keys and values or %d bytes%s; split it into several schemas", maxNodes, maxExpanded, aliases)
	default:
		if m.aliases > 0 {
			r.said = map[saying]bool{}
		}
		return true
	}
	return false
}

// An extent is the size of a node when its aliases are expanded.
type extent struct {
	nodes int // not counted beyond maxNodes + 1
	bytes int // not counted far beyond maxExpanded
	depth int
}

type measurer struct {
	sizes     map[*yaml.Node]extent // anchored nodes, so that each is measured once
	active    map[*yaml.Node]bool   // anchored nodes being measured
	aliases   int
	lastAlias *yaml.Node
	cycle     *yaml.Node // an alias that refers to a value that contains it
	deep      *yaml.Node // the first node below maxDepth
}

func (m *measurer) measure(n *yaml.Node, level int) extent {
	if n.Kind == yaml.AliasNode {
		m.aliases++
		m.lastAlias = n
		if m.active[n.Alias] {
			m.cycle = n
			return extent{nodes: 1, depth: 1}
		}
		e, known := m.sizes[n.Alias]
		if !known {
			e = m.measure(n.Alias, level)
		}
		m.checkDepth(n, level+e.depth-1)
		return e
	}
	if n.Anchor != "" {
		m.active[n] = true
		defer delete(m.active, n)
	}
	m.checkDepth(n, level)
	e := extent{nodes: 1, bytes: len(n.Value)}
	for _, c := range n.Content {
		inner := m.measure(c, level+1)
		e.nodes = min(e.nodes+inner.nodes, maxNodes+1)
		e.bytes = min(e.bytes+inner.bytes, maxExpanded+1)
		e.depth = max(e.depth, inner.depth)
	}
	e.depth++
	if n.Anchor != "" {
		m.sizes[n] = e
	}
	return e
}

func (m *measurer) checkDepth(n *yaml.Node, level int) {
	if level > maxDepth && m.deep == nil {
		m.deep = n
	}
}
