package generator

import (
	"path"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// A goPlan is a Go file with all choices made: the declarations, their order and their
// names. Emitting it cannot fail.
type goPlan struct {
	file     templates.GoFile
	tags     []tagPlan
	measures []measurePlan
	events   []recorderPlan
	existing []templates.Existing // only measures: each gets a check of its type
	pack     templates.Package
	zeroRows bool // see planner
}

// A planner makes the choices for one schema.
type planner struct {
	schema *schema.Schema
	names  *names
	inCall bool                                 // all recorders add up in the call: the schema chooses "direct" or "otel"
	otel   bool                                 // the schema chooses "otel"
	taken  map[*schema.Tag]bool                 // the tags that generated recorders and observers use
	uses   map[*schema.Tag]tagUse               // by them
	ends   map[*schema.Tag]bool                 // the open tags of series that end
	checks map[*schema.Measure]*templates.Check // the value check; nil if no value is refused
	limits map[*schema.Measure][]string         // variables that limit the series of its views; empty for recorders that add up in the call
	order  map[*schema.View]int                 // the order in which recorders that add up in the call write views

	zeroRows bool // a view has zero rows that need FormatZeroRows
}

// addsUp reports whether the recorder of a measure adds up in the call itself. OpenCensus
// has no up-down counts, so with all recorders their series are ours.
func (p *planner) addsUp(m *schema.Measure) bool { return m.Recorded() && (p.inCall || m.UpDown) }

func planGo(s *schema.Schema) goPlan {
	p := &planner{
		schema: s,
		names:  newNames(s),
		taken:  s.TakenTags(),
		inCall: s.Generate.InCall(),
		otel:   s.Generate.OpenTelemetry(),
		checks: map[*schema.Measure]*templates.Check{},
		limits: map[*schema.Measure][]string{},
	}
	p.uses, p.ends = p.tagUses(), endingTags(s)
	p.order = writeOrder(s)
	plan := goPlan{file: p.planFile()}
	for _, t := range s.Tags {
		plan.tags = append(plan.tags, p.planTag(t))
	}
	for _, m := range s.Measures {
		plan.measures = append(plan.measures, p.planMeasure(m))
		if m.Existing != nil {
			plan.existing = append(plan.existing, existingMeasure(m))
		}
	}
	for _, e := range s.Events {
		plan.events = append(plan.events, *p.planEvent(e))
	}
	plan.pack = p.planPackage(plan)
	plan.zeroRows = p.zeroRows
	return plan
}

func (p *planner) planFile() templates.GoFile {
	name := schemaName(p.schema.File)
	return templates.GoFile{
		Header:  outfiles.GoHeader(name),
		Schema:  name,
		Package: p.schema.Package,
		Command: p.schema.Package == "main",
		Doc:     templates.Doc{Text: p.schema.Description},
		Imports: p.names.fileImports(p.schema),
	}
}

// schemaName returns the base name of the schema's file for comments. It is quoted if
// it contains a line break or similar.
func schemaName(file string) string {
	name := path.Base(filepath.ToSlash(file))
	if quoted := strconv.Quote(name); quoted[1:len(quoted)-1] != name {
		return quoted
	}
	return name
}

// format returns the oldest format that has all that the file uses.
func (g goPlan) format() templates.Format {
	if slices.ContainsFunc(g.measures, func(m measurePlan) bool { return m.recorder != nil && m.recorder.forget != nil }) {
		return templates.FormatForget
	}
	if slices.ContainsFunc(g.pack.Descriptors, func(d templates.Descriptor) bool { return d.UpDown }) {
		return templates.FormatUpDown
	}
	if g.zeroRows {
		return templates.FormatZeroRows
	}
	if len(g.pack.Environments) > 0 {
		return templates.FormatEnvironments
	}
	if slices.ContainsFunc(g.pack.SLOs, func(s templates.GoSLO) bool { return s.Alerts != nil }) {
		return templates.FormatAlerts
	}
	return templates.FormatBasic
}

// declare adds the declarations of the file, in order.
func (g goPlan) declare(source *templates.GoSource) {
	source.Add(templates.Support(g.format()))
	for _, t := range g.tags {
		source.Add(t.decls()...)
	}
	for _, m := range g.measures {
		source.Add(m.decls()...)
	}
	for _, e := range g.events {
		source.Add(e.decls()...)
	}
	for _, e := range g.existing {
		source.Add(templates.TypeCheck(e))
	}
	source.Add(templates.PackageVar(g.pack))
	if g.pack.HasViews() {
		source.Add(templates.ViewsFunc(g.pack))
	}
	source.Add(
		templates.RegisterFunc(g.pack),
		templates.UnregisterFunc(g.pack),
		templates.DescriptorsFunc(g.pack),
	)
	if len(g.pack.SLOs) > 0 {
		source.Add(templates.SLOsFuncs(g.pack)...)
	}
}

// goFile returns the Go package of a schema as a file.
func goFile(s *schema.Schema) (outfiles.File, error) {
	plan := planGo(s)
	source := templates.NewGoSource(plan.file)
	plan.declare(source)
	data, err := source.Bytes()
	if err != nil {
		return outfiles.File{}, err
	}
	return outfiles.File{Path: s.Generate.Go, Data: data}, nil
}
