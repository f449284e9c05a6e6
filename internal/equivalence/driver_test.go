package equivalence_test

import (
	"fmt"
	"go/format"
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/schema"
)

// generate returns the Go file of a schema, as a package that names itself so,
// and its driver.
func generate(t *testing.T, src, name, recorder string, tight bool) (source, driver []byte) {
	t.Helper()
	src += fmt.Sprintf("package: %s\ngenerate: {recorder: %s}\n", name, recorder)
	s, problems := schema.Parse([]byte(src), schema.Options{File: "metrics.yaml"})
	if s == nil {
		t.Fatalf("%v\n%s", problems, src)
	}
	files, err := generator.Generate(s)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(files, func(f generator.File) bool { return strings.HasSuffix(f.Path, ".go") })
	driver, err = format.Source([]byte(driverOf(s, tight)))
	if err != nil {
		t.Fatalf("%v\n%s", err, driverOf(s, tight))
	}
	return files[i].Data, driver
}

// driverOf returns a file beside a generated one, that lets a trial drive it.
func driverOf(s *schema.Schema, tight bool) string {
	d := driver{tight: tight}
	d.line("package %s\n\nimport (\n\"context\"\n\"time\"\n\n\"github.com/ocgen/ocgen/internal/equivalence/trial\"\n)\n", s.Package)
	d.line("// Target lets a trial drive this package.\nvar Target = &trial.Target{\nName: %q,\nRegister: RegisterViews,\nUnregister: UnregisterViews,", s.Package)
	d.tags(s)
	d.line("Calls: []func(*trial.Draw){")
	for _, m := range s.Measures {
		d.measure(m)
	}
	for _, e := range s.Events {
		d.event(e)
	}
	d.line("},\n}\n\nvar (\n_ context.Context\n_ time.Duration\n)")
	return d.String()
}

// A driver is one being written.
type driver struct {
	strings.Builder
	tight bool
}

func (d *driver) line(format string, args ...any) { fmt.Fprintf(d, format+"\n", args...) }

// tags writes what is not of a recorder.
func (d *driver) tags(s *schema.Schema) {
	var set, contexts, keys, texts, process []string
	for _, t := range s.Tags {
		if t.Existing != nil {
			continue
		}
		keys = append(keys, t.Key)
		for _, v := range t.Values {
			texts = append(texts, v.Text)
		}
		texts = append(texts, t.Known...)
		switch t.From {
		case schema.FromProcess:
			process = append(process, t.Key)
			set = append(set, fmt.Sprintf("func(d *trial.Draw) { %s(%s) },", t.SetName(), value(t)))
		case schema.FromContext:
			contexts = append(contexts, fmt.Sprintf("func(d *trial.Draw, ctx context.Context) context.Context { return %s(ctx, %s) },", t.WithName(), value(t)))
		}
	}
	d.line("Set: []func(*trial.Draw){\n%s\n},", strings.Join(set, "\n"))
	d.line("Contexts: []func(*trial.Draw, context.Context) context.Context{\n%s\n},", strings.Join(contexts, "\n"))
	d.line("Keys: []string{%s},\nTexts: []string{%s},\nProcess: []string{%s},", quoted(keys), quoted(texts), quoted(process))
}

// value returns the drawing of a tag's value.
func value(t *schema.Tag) string {
	if t.Closed() {
		return fmt.Sprintf("%s(d.Ordinal(%d))", t.GoName, len(t.Values))
	}
	return fmt.Sprintf("%s(d.Text(%s))", t.GoName, quoted(t.Known))
}

// measure writes the calls of a measure.
func (d *driver) measure(m *schema.Measure) {
	var tags []string
	for _, t := range m.Tags {
		if t.From == schema.FromCall && t.Existing == nil {
			tags = append(tags, value(t))
		}
	}
	switch {
	case m.Existing != nil:
		d.line("(*trial.Draw).Elsewhere,")
	case m.Observe:
		d.line("trial.Observed(func(d *trial.Draw, read func() %s) func() { return %s(%s) }),", m.Type, m.ObserveName(), strings.Join(append(tags, "read"), ", "))
	default:
		d.recorder(m.RecordName(), m.ForName(), m.BoundName(), m.Bound(), amounts(false, m), amounts(d.tight, m), tags)
	}
}

// event writes the calls of an event.
func (d *driver) event(e *schema.Event) {
	var tags []string
	for _, t := range e.Tags {
		if t.Param() {
			tags = append(tags, value(t.Tag))
		}
	}
	d.recorder(e.RecordName(), e.ForName(), e.BoundName(), e.Bound(), amounts(d.tight, e.Measures...), amounts(d.tight, e.Measures...), tags)
}

// recorder writes the calls of a recorder and of its bound one, with values for
// each.
func (d *driver) recorder(record, bind, bound string, has bool, values, boundValues, tags []string) {
	ctx := []string{"d.Context()"}
	d.line("func(d *trial.Draw) { %s(%s) },", record, strings.Join(slices.Concat(ctx, values, tags), ", "))
	if has {
		d.line("trial.Bound(func(d *trial.Draw) %s { return %s(%s) },\nfunc(d *trial.Draw, b %s) { b.Record(%s) }),",
			bound, bind, strings.Join(tags, ", "), bound, strings.Join(append(ctx, boundValues...), ", "))
	}
}

// amounts returns the drawing of the measures' values.
func amounts(recordable bool, measures ...*schema.Measure) []string {
	var all []string
	for _, m := range measures {
		if m.Constant != nil {
			continue
		}
		var about []string
		kind := map[schema.ValueType]string{schema.Int64: "Int64", schema.Float64: "Float64"}[m.Type]
		if unit := m.Duration(); unit > 0 {
			kind = "Duration"
			about = append(about, fmt.Sprintf("Unit: %d", unit))
		}
		var bounds []string
		last := false
		for _, v := range m.Views {
			for _, b := range v.Bounds {
				bounds = append(bounds, fmt.Sprint(b))
			}
			last = last || v.Aggregation == schema.LastValue
		}
		if len(bounds) > 0 {
			about = append(about, "Bounds: []float64{"+strings.Join(bounds, ", ")+"}")
		}
		for _, flag := range []struct {
			set  bool
			name string
		}{{m.Type == schema.Int64, "Whole"}, {last, "Last"}, {m.NonNegative(), "NonNegative"}, {recordable, "Recordable"}} {
			if flag.set {
				about = append(about, flag.name+": true")
			}
		}
		all = append(all, fmt.Sprintf("d.%s(trial.Values{%s})", kind, strings.Join(about, ", ")))
	}
	return all
}
