package generator

import (
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// A tagPlan is what is emitted for a tag.
type tagPlan struct {
	templates.Tag
	key   bool // its key, unless another package declares it
	typ   bool // its type and functions
	val   bool // its variable
	index bool // the method that direct recorders call

	aliases []templates.TagAlias // its former names
	values  []templates.Alias    // former names of its constants
}

// A tagUse is how the generated recorders and observers use a tag.
type tagUse struct {
	recorded bool // a recorder or observer uses it; a direct recorder only if a view has the tag
	indexed  bool // a direct recorder uses it, with the value of a parameter
}

func (p *planner) tagUses() map[*schema.Tag]tagUse {
	uses := map[*schema.Tag]tagUse{}
	use := func(tags []*schema.Tag, u tagUse) {
		for _, t := range tags {
			was := uses[t]
			uses[t] = tagUse{was.recorded || u.recorded, was.indexed || u.indexed}
		}
	}
	for _, m := range p.schema.Measures {
		if m.Existing != nil {
			continue
		}
		written := p.addsUp(m)
		use(m.Tags, tagUse{recorded: !written})
		for _, v := range m.Views {
			use(v.Tags, tagUse{recorded: true, indexed: written})
		}
	}
	return uses
}

// planTag plans the declarations of a tag. All tags have a type, except keys of other
// packages that no generated recorder uses. A tag has a variable of the runtime only if
// it is recorded, set or converted.
func (p *planner) planTag(t *schema.Tag) tagPlan {
	use := p.uses[t]
	plan := tagPlan{
		Tag: templates.Tag{
			Type:     t.GoName,
			Doc:      templates.Doc{Text: t.Description, Deprecated: t.Deprecated, Experimental: t.Experimental},
			KeyText:  t.Key,
			Key:      keyRef(t),
			Var:      p.names.tags.of(t.GoName),
			Carried:  t.Propagate,
			OTel:     p.otel,
			Replaced: replacement(t),
			Settings: tagSettings(t),
		},
		key: t.Existing == nil && !p.otel,
		typ: t.Existing == nil || p.taken[t],
	}
	switch t.From {
	case schema.FromContext:
		plan.From, plan.SetName = "FromContext", t.WithName()
	case schema.FromProcess:
		plan.From, plan.SetName = "FromProcess", t.SetName()
	}
	if t.Closed() {
		plan.Closed = planClosed(t)
	}
	plan.index = use.indexed && t.Closed() && t.From == schema.FromCall
	plan.val = use.recorded || plan.typ && (t.Closed() || t.From != schema.FromCall)
	if p.ends[t] {
		plan.Ending = p.names.ending.of(t.GoName)
	}
	plan.aliases = planTagAliases(t, plan)
	if plan.typ {
		plan.values = planValueAliases(t)
	}
	return plan
}

// tagSettings returns the fields of the runtime's ClosedTag or OpenTag that are not
// zero.
func tagSettings(t *schema.Tag) []templates.Setting {
	var all []templates.Setting
	set := func(field string, value any) {
		if !reflect.ValueOf(value).IsZero() {
			all = append(all, templates.Setting{Field: field, Value: value})
		}
	}
	if t.Closed() {
		set("Values", t.Texts())
		if t.CatchAll != nil {
			set("CatchAll", t.CatchAll.Text)
		}
		set("Optional", t.Optional)
	} else {
		set("MaxValues", t.MaxValues)
		set("Known", t.Known)
		set("UTF8", t.UTF8)
	}
	return all
}

func planClosed(t *schema.Tag) *templates.Closed {
	c := templates.Closed{Int: smallestInt(len(t.Values)), Optional: t.Optional, Parse: t.ParseName(), Of: t.OfName(), List: t.ValuesName()}
	for _, v := range t.Values {
		value := templates.TagValue{
			Const: t.ValueName(v),
			Text:  v.Text,
			Doc:   templates.Doc{Text: v.Description, Deprecated: v.Deprecated},
		}
		c.Values = append(c.Values, value)
		if v == t.CatchAll {
			c.CatchAll = &value
		}
	}
	return &c
}

// smallestInt returns the smallest unsigned type that holds the ordinals 1 to n, zero,
// and at least one value out of range.
func smallestInt(n int) string {
	switch {
	case n < math.MaxUint8:
		return "uint8"
	case n < math.MaxUint16:
		return "uint16"
	}
	return "uint32"
}

// replacement describes what is recorded for a value that is not listed.
func replacement(t *schema.Tag) string {
	if t.CatchAll != nil {
		return strconv.Quote(t.CatchAll.Text)
	}
	return `"__invalid__"`
}

func keyRef(t *schema.Tag) templates.Ref {
	if t.Existing != nil {
		return templates.Ref{Path: t.Existing.Path, Name: t.Existing.Name}
	}
	return templates.Ref{Name: t.KeyName()}
}

// words returns an id as separate words, e.g. "error class".
func words(id string) string { return strings.ReplaceAll(id, "_", " ") }

// decls returns the declarations of a tag, in order.
func (t tagPlan) decls() []templates.Decl {
	var all []templates.Decl
	add := func(wanted bool, emit func(templates.Tag) templates.Decl) {
		if wanted {
			all = append(all, emit(t.Tag))
		}
	}
	closed := t.typ && t.Closed != nil
	add(t.typ, templates.TagType)
	add(closed, templates.TagConstants)
	add(t.key, templates.TagKey)
	add(t.val, templates.TagVar)
	add(t.Ending != "", templates.EndingVar)
	add(closed, templates.TagString)
	add(closed, templates.TagParse)
	add(closed, templates.TagOf)
	add(closed, templates.TagValues)
	add(t.index, templates.TagIndex)
	add(t.typ && t.From == "FromContext", templates.ContextSetter)
	add(t.typ && t.From == "FromProcess", templates.ProcessSetter)
	for _, a := range t.aliases {
		all = append(all, tagAliasDecls(t, a)...)
	}
	for _, a := range t.values {
		all = append(all, templates.AliasConst(a))
	}
	return all
}
