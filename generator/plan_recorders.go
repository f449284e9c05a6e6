package generator

import (
	"strconv"
	"strings"
	"time"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

func (p *planner) planRecorder(m *schema.Measure) templates.Recorder {
	r := templates.Recorder{
		Name:      m.RecordName(),
		Words:     words(m.ID),
		Doc:       templates.Doc{Text: m.Description, Deprecated: m.Deprecated},
		Set:       p.names.sets.of(m.GoName),
		Limits:    p.limits[m],
		Exemplars: m.Exemplars,
	}
	if m.Duration() > 0 && m.Constant == nil {
		r.Timer = m.TimeName()
	}
	scope := p.names.scope(p.uses(r.Set, m)...)
	r.Values = []templates.Value{p.planValue(m, scope)}
	for _, t := range m.Tags {
		p.planTagArg(&r, &schema.EventTag{Tag: t}, scope)
	}
	return r
}

func (p *planner) planEvent(e *schema.Event) templates.Recorder {
	r := templates.Recorder{
		Name:  e.RecordName(),
		Words: words(e.ID),
		Doc:   templates.Doc{Text: e.Description},
		Set:   p.names.sets.of(e.GoName),
	}
	for _, m := range e.Measures {
		r.Limits = append(r.Limits, p.limits[m]...)
		r.Exemplars = r.Exemplars || m.Exemplars
	}
	scope := p.names.scope(p.uses(r.Set, e.Measures...)...)
	for _, m := range e.Measures {
		r.Values = append(r.Values, p.planValue(m, scope))
	}
	for _, t := range e.Tags {
		p.planTagArg(&r, t, scope)
	}
	return r
}

// uses returns the package-level names that a recorder's body refers to and a
// parameter could be called like.
func (p *planner) uses(set string, measures ...*schema.Measure) []string {
	all := []string{set}
	for _, m := range measures {
		if c := p.checks[m]; c != nil {
			all = append(all, c.Var)
		}
	}
	return all
}

// planValue settles how a measure's value is passed and converted.
func (p *planner) planValue(m *schema.Measure, scope *scope) templates.Value {
	v := templates.Value{
		Type:    strings.ToLower(valueKind(m)),
		Measure: m.MeasureName(),
		To:      strings.ToLower(valueKind(m)),
		Check:   p.checks[m],
	}
	if m.Constant != nil {
		v.Constant = constant(m)
		return v
	}
	v.Param = scope.value(m)
	if d := m.Duration(); d > 0 {
		v.Type = "Duration"
		v.Unit, v.Units = timeUnit(d)
	}
	return v
}

// constant returns the literal of a measure's constant.
func constant(m *schema.Measure) string {
	if m.Type == schema.Float64 {
		return templates.FloatLiteral(m.Constant.Float64)
	}
	return strconv.FormatInt(m.Constant.Int64, 10)
}

// timeUnit returns the constant of package time for a unit of time, and how
// many of it make the unit; "" for a nanosecond, which needs no division.
func timeUnit(d time.Duration) (name string, times int) {
	for _, u := range []struct {
		length time.Duration
		name   string
	}{
		{time.Hour, "Hour"},
		{time.Minute, "Minute"},
		{time.Second, "Second"},
		{time.Millisecond, "Millisecond"},
		{time.Microsecond, "Microsecond"},
	} {
		if d%u.length == 0 {
			return u.name, int(d / u.length)
		}
	}
	return "", 1
}

// planTagArg adds a tag to the set of a recorder and, unless ctx or the process
// decides it, settles what is passed for it.
func (p *planner) planTagArg(r *templates.Recorder, t *schema.EventTag, scope *scope) {
	r.SetTags = append(r.SetTags, p.names.tags.of(t.Tag.GoName))
	arg := templates.TagArg{Closed: t.Tag.Closed()}
	switch {
	case t.Tag.From != schema.FromCall:
		return
	case t.Param():
		arg.Arg = scope.tag(t.Tag)
		r.Params = append(r.Params, templates.Param{Name: arg.Arg, Type: t.Tag.GoName})
	case t.Value != nil:
		arg.Arg = t.Tag.ValueName(t.Value)
	default:
		arg.Text = t.Text
	}
	r.Args = append(r.Args, arg)
}
