package generator

import (
	"math"
	"math/bits"

	"github.com/ocgen/ocgen/schema"
)

// A roleTag is a tag with the kind of series that it is used for. The values of an open tag
// have other indices in series that end, because there an index lasts only as long as the
// series.
type roleTag struct {
	*schema.Tag
	ends bool
}

// role returns the tag of a view for the view's series.
func role(v *schema.View, t *schema.Tag) roleTag {
	return roleTag{t, v.Measure.Forget && !t.Closed() && t.From != schema.FromProcess}
}

// endingIndices is the number of indices of an open tag in series that end. The runtime has
// the same number.
const endingIndices = math.MaxUint32 + 1

// indices returns the number of indices that the tag has in a view.
func (t roleTag) indices() uint64 {
	if t.ends {
		return endingIndices
	}
	return t.Cardinality()
}

// combinations returns how many indices the series of a view can have. If the number needs
// more than 64 bits, wide is true.
func combinations(v *schema.View) (n uint64, wide bool) {
	n = 1
	for _, t := range v.Tags {
		var over uint64
		if over, n = bits.Mul64(n, role(v, t).indices()); over != 0 {
			return math.MaxUint64, true
		}
	}
	return n, false
}

// endingTags returns the open tags of series that end.
func endingTags(s *schema.Schema) map[*schema.Tag]bool {
	tags := map[*schema.Tag]bool{}
	for _, v := range s.Views() {
		for _, t := range v.Tags {
			if role(v, t).ends {
				tags[t] = true
			}
		}
	}
	return tags
}

// roleVars returns the variables of a view's tags.
func (p *planner) roleVars(v *schema.View) []string {
	var vars []string
	for _, t := range v.Tags {
		vars = append(vars, p.tagVar(role(v, t)))
	}
	return vars
}

// tagVar returns the variable of a tag.
func (p *planner) tagVar(t roleTag) string {
	if t.ends {
		return p.names.ending.of(t.GoName)
	}
	return p.names.tags.of(t.GoName)
}
