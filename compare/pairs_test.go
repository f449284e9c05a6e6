package compare

import (
	"flag"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

var (
	pairs = flag.Int("pairs", 60, "how many random pairs of schemas are compared")
	first = flag.Uint64("first", 1, "seed of the first pair")
)

// TestPairs makes random edits of random schemas. The findings are those that the edits
// expect: no false alarm, and none missed. In a long run every edit must have been made.
func TestPairs(t *testing.T) {
	made := make([]int, len(edits))
	for i := range uint64(*pairs) {
		e := newEditing(*first + i)
		e.edit(made)
		result, err := Compare(e.files(t))
		if err != nil {
			t.Fatal(err)
		}
		got := keys(result)
		slices.Sort(e.want)
		if !slices.Equal(got, e.want) {
			t.Errorf("seed %d, importable %t\ngot  %q\nwant %q\n%v\nwas\n%s\nis\n%s", *first+i, e.importable, got, e.want, result.Findings, e.was.yaml(), e.is.yaml())
			return
		}
	}
	for i, n := range made {
		if n == 0 && *pairs >= 500 {
			t.Errorf("edit %d was never made", i)
		}
	}
}

// keys returns the findings as edits expect them. The growth of series is left out: it
// depends on all edits together.
func keys(result Result) []string {
	var all []string
	for _, f := range result.Findings {
		if f.Rule != "series-growth" {
			all = append(all, f.Severity.String()+" "+f.Rule+" "+f.Metric+f.SLO)
		}
	}
	slices.Sort(all)
	return all
}

func newEditing(seed uint64) *editing {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, 0))}
	e := &editing{maker: m, was: m.spec(), importable: m.chance(2), locked: map[any]bool{}}
	e.is, e.twin = e.was.clone()
	return e
}

// edit makes up to four edits, or none, and changes what means nothing.
func (e *editing) edit(made []int) {
	for range e.IntN(5) {
		for range 20 {
			i := e.IntN(len(edits))
			if !e.full && edits[i](e) {
				made[i]++
				break
			}
		}
	}
	e.expectParams()
	e.is.shuffle(e.maker)
}

// files parses both specs.
func (e *editing) files(t *testing.T) (base, now []*File) {
	t.Helper()
	file := func(s *spec, name string) []*File {
		src := s.yaml()
		parsed, problems := schema.Parse([]byte(src), schema.Options{File: name})
		if parsed == nil {
			t.Fatalf("%v\n%s", problems, src)
		}
		return []*File{{Schema: parsed, Name: name, Path: "m.yaml", Importable: e.importable}}
	}
	return file(e.was, "base.yaml"), file(e.is, "now.yaml")
}

// An arg is a parameter of a recorder: what it records, its Go type, and the constants that
// it takes.
type arg struct{ of, typ, constants string }

// args returns the parameters of the recorder of some measures.
func args(measures ...*measureSpec) (values, tags []arg) {
	for _, m := range measures {
		typ := m.typ
		if m.isTime() {
			typ = "time.Duration"
		}
		if !m.constant {
			values = append(values, arg{m.id, typ, "number"})
		}
		for _, t := range m.tags {
			constants := "text"
			if t.closed() {
				constants = "number"
			}
			a := arg{t.id, t.id, constants}
			if !slices.ContainsFunc(tags, func(x arg) bool { return x.of == a.of }) {
				tags = append(tags, a)
			}
		}
	}
	return values, tags
}

// expectParams expects what the edits have done to the parameters of each recorder.
func (e *editing) expectParams() {
	for _, was := range e.was.measures {
		i := slices.IndexFunc(e.is.measures, func(m *measureSpec) bool { return m.id == was.id })
		if i >= 0 && (e.is.measures[i].goName == "" || e.is.measures[i].alias != "") { // otherwise its names are gone
			e.expectRecorder(was.experimental, []*measureSpec{was}, e.is.measures[i:i+1])
		}
	}
	for i, was := range e.was.events {
		e.expectRecorder(false, was.measures, e.is.events[i].measures)
	}
}

func (e *editing) expectRecorder(experimental bool, was, is []*measureSpec) {
	wasValues, wasTags := args(was...)
	isValues, isTags := args(is...)
	before, after := append(wasValues, wasTags...), append(isValues, isTags...)
	if len(wasTags) > 0 && len(isTags) == 0 || hasTimer(was) && !hasTimer(is) {
		e.api(experimental, "api-removed") // the bound recorder, or the timer
	}
	bound := len(wasTags) > 0 && len(isTags) > 0 // a function has the tags alone, another the values
	sameType := func(a, b arg) bool { return a.typ == b.typ }
	switch {
	case silent(before, after), bound && (silent(wasTags, isTags) || silent(wasValues, isValues)):
		e.expect(schema.Error, "api-silent", "")
	case !slices.EqualFunc(before, after, sameType):
		e.api(experimental, "api-changed")
	}
}

// hasTimer reports whether the recorder of the measures has a timer: one of them is a time.
func hasTimer(measures []*measureSpec) bool {
	times := slices.DeleteFunc(slices.Clone(measures), func(m *measureSpec) bool { return !m.isTime() || m.constant })
	return len(times) == 1
}

func silent(before, after []arg) bool {
	if len(before) != len(after) {
		return false
	}
	moved := false
	for i, a := range before {
		if a.constants != after[i].constants {
			return false
		}
		j := slices.IndexFunc(after, func(b arg) bool { return b.of == a.of && b.typ == a.typ })
		moved = moved || j >= 0 && j != i
	}
	return moved
}

// TestSameFiles checks that nothing is reported of a schema that is only written
// otherwise.
func TestSameFiles(t *testing.T) {
	for seed := range uint64(20) {
		e := newEditing(seed)
		e.is.shuffle(e.maker)
		result, err := Compare(e.files(t))
		if err != nil || len(result.Findings) > 0 || result.Series != 0 {
			t.Errorf("seed %d: %v, %v", seed, result, err)
		}
	}
}

// TestChecks checks that every row of the table has a check, and every check a row.
func TestChecks(t *testing.T) {
	for _, row := range rules() {
		if row.check == nil {
			t.Errorf("%s has no check", row.ID)
		}
	}
	if len(checks) != len(rules()) {
		t.Errorf("%d checks for %d rows", len(checks), len(rules()))
	}
	if last := rules()[len(rules())-1].ID; last != "idle-allow" {
		t.Errorf("the last row is %s, and after it nothing may use an allow", last)
	}
	for _, id := range neverLess {
		if checks[id] == nil {
			t.Errorf("%s is no rule", id)
		}
	}
}
