package record

import (
	"slices"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A memory has what the reading before has put, and nothing older.
func TestMemory(t *testing.T) {
	var none *Memory
	none.Begin()
	none.Put("a", &metric.Metric{})
	if none.Take("a") != nil {
		t.Error("nil holds nothing")
	}
	m := &Memory{}
	a, b, a2 := &metric.Metric{}, &metric.Metric{}, &metric.Metric{}
	for _, step := range []struct {
		name string
		do   func()
		a, b *metric.Metric
	}{
		{"empty", func() {}, nil, nil},
		{"the first reading", func() { m.Begin(); m.Put("a", a); m.Put("b", b) }, a, b},
		{"the second begins", m.Begin, a, b},
		{"it has another a", func() { m.Put("a", a2) }, a2, b},
		{"the third begins: b was not read", m.Begin, a2, nil},
		{"it has only b", func() { m.Put("b", b) }, a2, b},
		{"the fourth", m.Begin, nil, b},
		{"the fifth", m.Begin, nil, nil},
	} {
		step.do()
		if m.Take("a") != step.a || m.Take("b") != step.b {
			t.Errorf("%s: a %p, want %p; b %p, want %p", step.name, m.Take("a"), step.a, m.Take("b"), step.b)
		}
	}
	m.Put("a", a)
	m.Put("a", a2) // a reading without Begin
	if m.Take("a") != a2 {
		t.Error("the last one put counts")
	}
}

// TestRows: they are those of the last reading as far as that goes, also those that had
// no value in it.
func TestRows(t *testing.T) {
	first := Rows(nil, 3)
	if len(first) != 3 || slices.Contains(first, nil) {
		t.Fatalf("%v", first)
	}
	last := &metric.Metric{Series: first[:2]} // one had no value
	for n := range 6 {
		rows := Rows(last, n)
		if len(rows) != n || slices.Contains(rows, nil) {
			t.Fatalf("%d rows: %v", n, rows)
		}
		for i := range min(n, 3) {
			if rows[i] != first[i] {
				t.Errorf("of %d rows, row %d is new", n, i)
			}
		}
		seen := map[*metric.Series]bool{}
		for _, r := range rows {
			if seen[r] {
				t.Errorf("of %d rows, two are the same", n)
			}
			seen[r] = true
		}
	}
	for _, r := range first {
		r.LabelValues, r.Point.Value = []metric.LabelValue{metric.NewLabelValue("x")}, int64(1)
	}
	Rows(&metric.Metric{Series: first}, 1)
	for i, r := range first {
		if full := r.LabelValues != nil || r.Point.Value != nil; full != (i == 0) {
			t.Errorf("row %d: %v, but one was needed", i, r)
		}
	}
	cleared := slices.Clone(first)
	cleared[1] = nil // whoever read it took rows out
	if rows := Rows(&metric.Metric{Series: cleared}, 3); slices.Contains(rows, nil) || rows[0] != first[0] {
		t.Errorf("%v", rows)
	}
}

// After most series have ended their memory is released.
func TestRowsAreReleased(t *testing.T) {
	all := Rows(nil, 1000)
	for _, c := range []struct {
		n    int
		kept bool
	}{{1000, true}, {468, true}, {467, false}, {0, false}} {
		rows := Rows(&metric.Metric{Series: slices.Clone(all)}, c.n)
		if kept := c.n > 0 && rows[0] == all[0]; kept != c.kept || len(rows) != c.n {
			t.Errorf("%d of 1000 rows: kept %t", len(rows), kept)
		}
	}
}
