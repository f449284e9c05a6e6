package record

import (
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

// Rows has the rows of an earlier reading first, those beyond its last series too.
func TestRows(t *testing.T) {
	first := Rows(nil, 3)
	if len(first) != 3 || first[0] == nil || first[0] == first[1] {
		t.Fatalf("%v", first)
	}
	read := &metric.Metric{Series: first[:1]} // two had no value
	for _, n := range []int{0, 1, 2, 3, 7} {
		rows := Rows(read, n)
		if len(rows) != n {
			t.Fatalf("%d rows, want %d", len(rows), n)
		}
		for i, row := range rows {
			if row == nil || i < 3 && row != first[i] {
				t.Errorf("%d rows: row %d is not that of the reading before", n, i)
			}
		}
	}
}
