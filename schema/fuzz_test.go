package schema_test

import (
	"go/token"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/ocgen/ocgen/schema"
)

// FuzzParse checks the promises of Parse for any bytes.
func FuzzParse(f *testing.F) {
	for _, src := range seeds(f) {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		opts := schema.Options{File: "fuzz.yaml", DefaultPackage: func(string) string { return "fuzz" }}
		var s *schema.Schema
		var problems schema.Problems
		if n := schema.Allocates(func() { s, problems = schema.Parse(src, opts) }); n > schema.MostAllocated {
			t.Errorf("%d bytes allocate %d", len(src), n)
		}
		if _, again := schema.Parse(src, opts); !reflect.DeepEqual(problems, again) {
			t.Errorf("twice the same bytes, two lists:\n%v\n%v", problems, again)
		}
		checkProblems(t, src, problems)
		if (s == nil) != (problems.Errors() > 0) {
			t.Fatalf("schema is nil: %t, errors: %d", s == nil, problems.Errors())
		}
		if s != nil {
			checkSchema(t, s)
		}
	})
}

// seeds are all schemas of the test data.
func seeds(f *testing.F) [][]byte {
	var list [][]byte
	files, _ := filepath.Glob("testdata/*.yaml")
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		list = append(list, src)
	}
	archives, _ := filepath.Glob("testdata/rules/*.txtar")
	for _, file := range archives {
		a, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range a.Files {
			if strings.HasSuffix(part.Name, ".yaml") {
				list = append(list, part.Data)
			}
		}
	}
	return list
}

// checkProblems checks each problem against its file.
func checkProblems(t *testing.T, src []byte, problems schema.Problems) {
	t.Helper()
	rules := map[string]schema.Severity{}
	for _, row := range schema.Rules() {
		rules[row.ID] = row.Severity
	}
	lines := strings.Split(string(src), "\n")
	for i, p := range problems {
		severity, known := rules[p.Rule]
		switch {
		case !known || severity != p.Severity:
			t.Errorf("%v: not the rule's severity", p)
		case p.Message == "" || strings.ContainsFunc(p.Message, reorders):
			t.Errorf("%q: not a line that reads as it stands", p.Message)
		case len(p.Message) > 2000:
			t.Errorf("a message of %d bytes: %.200s", len(p.Message), p.Message)
		case p.Place.Line < 1 || p.Place.Line > len(lines)+1:
			t.Errorf("%v: the file has %d lines", p, len(lines))
		case p.Place.Col < 1 || p.Place.Line <= len(lines) && p.Place.Col > utf8.RuneCountInString(lines[p.Place.Line-1])+1:
			t.Errorf("%v: the line is not so long", p)
		case i > 0 && p == problems[i-1]:
			t.Errorf("%v: said twice", p)
		}
	}
}

// reorders reports characters that split a message into lines, or make it look like
// another.
func reorders(c rune) bool { return unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) }

// checkSchema checks what the generator relies on.
func checkSchema(t *testing.T, s *schema.Schema) {
	t.Helper()
	checkNames(t, s)
	if !token.IsIdentifier(s.Package) {
		t.Errorf("package %q", s.Package)
	}
	if s.Generate.Go == "" || filepath.IsAbs(s.Generate.Go) || strings.HasPrefix(s.Generate.Go, "..") {
		t.Errorf("Go file %q", s.Generate.Go)
	}
	for _, tag := range s.Tags {
		if tag.Key == "" || len(tag.Key) > 255 || tag.Closed() != (len(tag.Values) > 0) {
			t.Errorf("tag %+v", tag)
		}
		if tag.CatchAll != nil && !slices.Contains(tag.Values, tag.CatchAll) {
			t.Errorf("tag %q: its catch-all is not one of its values", tag.ID)
		}
	}
	for _, m := range s.Measures {
		if m.Name == "" || len(m.Name) > 255 || m.Unit == "" || m.Existing == nil && m.Description == "" {
			t.Errorf("measure %+v", m)
		}
	}
	for _, v := range s.Views() {
		checkView(t, v)
	}
	for _, e := range s.Events {
		if len(e.Measures) < 2 {
			t.Errorf("event %q has %d measures", e.ID, len(e.Measures))
		}
	}
	if len(s.SLOs) > 0 && s.Service == nil {
		t.Error("SLOs without a service")
	}
	for _, slo := range s.SLOs {
		checkSLO(t, slo)
	}
	checkEnvironments(t, s)
}

// checkEnvironments checks that an environment differs in nothing that code depends on.
func checkEnvironments(t *testing.T, s *schema.Schema) {
	t.Helper()
	names := map[string]bool{"": true}
	for _, in := range s.Environments {
		if names[in.Environment] || in.Environments != nil || s.In(in.Environment) != in || !filepath.IsLocal(in.Environment) || in.Environment != strings.ToLower(in.Environment) {
			t.Errorf("the environment %q", in.Environment)
		}
		names[in.Environment] = true
		checkSchema(t, in)
		if !reflect.DeepEqual(in.Names(), s.Names()) || !reflect.DeepEqual(in.Views(), s.Views()) || !reflect.DeepEqual(in.Generate, s.Generate) {
			t.Errorf("the environment %q has other metrics", in.Environment)
		}
		for i, slo := range in.SLOs {
			if was := s.SLOs[i]; slo.ID != was.ID || slo.PeriodDays() != was.PeriodDays() || !reflect.DeepEqual(slo.SLI, was.SLI) {
				t.Errorf("the environment %q: slo %+v", in.Environment, slo)
			}
		}
	}
}

// checkNames checks that all declared names are valid in Go, and that each is declared
// once.
func checkNames(t *testing.T, s *schema.Schema) {
	t.Helper()
	declared := map[string]bool{}
	for _, n := range s.Names() {
		if !n.Declared {
			continue
		}
		exported := token.IsExported(n.Go) || strings.HasSuffix(n.Go, "Series") // of a view of the direct recorder
		if !token.IsIdentifier(n.Go) || !exported || declared[n.Go] {
			t.Errorf("the Go name %q of %s is bad or taken", n.Go, n.Of)
		}
		declared[n.Go] = true
	}
}

func checkView(t *testing.T, v *schema.View) {
	t.Helper()
	if v.Aggregation != schema.Distribution && len(v.Bounds) > 0 || len(v.Bounds) > 198 {
		t.Errorf("view %q: a %v with %d bounds", v.ID, v.Aggregation, len(v.Bounds))
	}
	for i, b := range v.Bounds {
		if b <= 0 || math.IsInf(b, 0) || i > 0 && b <= v.Bounds[i-1] {
			t.Errorf("view %q: bounds %v", v.ID, v.Bounds)
			break
		}
	}
	for _, tag := range v.Tags {
		if !slices.Contains(v.Measure.Tags, tag) {
			t.Errorf("view %q: the tag %q is not its measure's", v.ID, tag.ID)
		}
	}
	if v.Name == "" || len(v.Name) > 255 || (v.MaxSeries < 1) != v.Measure.Observe || v.Series() < 1 || len(v.Tags) > 29 {
		t.Errorf("view %+v", v)
	}
}

func checkSLO(t *testing.T, slo *schema.SLO) {
	t.Helper()
	sli := slo.SLI
	forms := []bool{sli.Ratio != nil, sli.Cut != nil, sli.Windows != nil, sli.Basic != nil}
	if w := sli.Windows; w != nil {
		forms = append(forms, false)
		inner := 0
		for _, is := range []bool{w.SLI.Ratio != nil, w.SLI.Cut != nil, w.SLI.Basic != nil, w.Mean != nil, w.Sum != nil} {
			if is {
				inner++
			}
		}
		if inner != 1 || w.SLI.Windows != nil || w.Length < time.Minute || (24*time.Hour)%w.Length != 0 {
			t.Errorf("slo %q: windows %+v", slo.ID, w)
		}
	}
	n := 0
	for _, is := range forms {
		if is {
			n++
		}
	}
	if n != 1 || slo.Goal <= 0 || slo.Goal > 0.9999 || (slo.Days == 0) == (slo.Calendar == "") || slo.Days < 0 || slo.Days > 30 {
		t.Errorf("slo %+v", slo)
	}
	if cut := sli.Cut; cut != nil && (cut.Min >= cut.Max || cut.Selection.View.Aggregation != schema.Distribution) {
		t.Errorf("slo %q: %+v", slo.ID, cut)
	}
	if r := sli.Ratio; r != nil {
		sides := 0
		for _, s := range []*schema.Selection{r.Good, r.Bad, r.Total} {
			if s != nil && s.View != nil {
				sides++
				checkConditions(t, s.Where)
			}
		}
		if sides != 2 {
			t.Errorf("slo %q: %+v", slo.ID, r)
		}
	}
}

// checkConditions checks that a condition has a tag, something to compare with, and
// only texts that a value can have.
func checkConditions(t *testing.T, where []schema.Condition) {
	tags := map[*schema.Tag]bool{}
	for _, c := range where {
		texts := slices.Concat(c.Values, c.Prefixes)
		if c.Tag == nil || tags[c.Tag] || len(texts) == 0 {
			t.Errorf("condition %+v", c)
		}
		tags[c.Tag] = true
		for _, text := range texts {
			if text == "" || len(text) > 255 || !utf8.ValidString(text) {
				t.Errorf("condition %+v", c)
			}
		}
	}
}
