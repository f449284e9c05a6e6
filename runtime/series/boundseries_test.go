package series

import (
	"fmt"
	"sync"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// A boundPair is a recorder of two views by an open tag, the first with a maximum
// of one series.
type boundPair struct {
	tags        []*record.Tag
	first, both *Counts
	limit       *RecordLimit
	pkg         *record.Package
}

func newBoundPair() *boundPair {
	tags := []*record.Tag{oneOpen(unique("user"), record.OpenTag{MaxValues: 1000})}
	first := SeriesInfo{Name: unique("first"), Tags: tags, Size: tags[0].Indices(), MaxSeries: 1}
	both := SeriesInfo{Name: unique("both"), Tags: tags, Size: tags[0].Indices()}
	p := &boundPair{tags: tags, first: NewCounts(first), both: NewCounts(both)}
	p.limit = NewRecordLimit(tags, p.first)
	p.pkg = newPackage([]metric.Descriptor{
		{Name: first.Name, Type: metric.TypeCumulativeInt64}, {Name: both.Name, Type: metric.TypeCumulativeInt64},
	}, Sets(p.first, p.both))
	return p
}

type pairSeries struct{ first, both *Count }

func (s *pairSeries) record() {
	s.first.Inc()
	s.both.Inc()
}

// bind binds a text, and calls between when the limit has decided and no series
// is found yet.
func (p *boundPair) bind(text string, between func()) *BoundSeries[pairSeries] {
	index := p.tags[0].OpenIndex(text)
	return BindSeries(func() pairSeries {
		indices := [1]uint64{index}
		p.limit.Keep(indices[:])
		between()
		return pairSeries{p.first.At(indices[0]), p.both.At(indices[0])}
	})
}

func (p *boundPair) want(t *testing.T, when string, first, both map[string]any) {
	t.Helper()
	t.Run(when, func(t *testing.T) {
		t.Helper()
		wantRows(t, p.first, p.tags, first)
		wantRows(t, p.both, p.tags, both)
	})
}

func (p *boundPair) rows(pairs ...any) map[string]any {
	rows := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		rows[p.tags[0].Key()+"="+pairs[i].(string)] = int64(pairs[i+1].(int))
	}
	return rows
}

// TestBoundSeriesAreFoundInEachRegistration: whoever was past the maximum in one
// has a place in the next, if he comes first.
func TestBoundSeriesAreFoundInEachRegistration(t *testing.T) {
	p, nothing := newBoundPair(), func() {}
	early := p.bind("early", nothing)
	early.Found().record() // dropped
	for range 2 {
		if err := p.pkg.Register(); err != nil {
			t.Fatal(err)
		}
		early.Found().record()
		late := p.bind("late", nothing)
		late.Found().record()
		late.Found().record()
		p.want(t, "late is past the maximum", p.rows("early", 1, "__other__", 2), p.rows("early", 1, "__other__", 2))
		p.pkg.Unregister()
		early.Found().record() // dropped
		if err := p.pkg.Register(); err != nil {
			t.Fatal(err)
		}
		late.Found().record()
		early.Found().record()
		early.Found().record()
		p.want(t, "early is past the maximum", p.rows("late", 1, "__other__", 2), p.rows("late", 1, "__other__", 2))
		p.pkg.Unregister()
	}
}

// TestBoundSeriesBesideRegistration registers and unregisters while a recorder is
// being bound: at most one record may go astray.
func TestBoundSeriesBesideRegistration(t *testing.T) {
	for name, before := range map[string]bool{"registered meanwhile": false, "unregistered meanwhile": true, "registered anew": true} {
		p := newBoundPair()
		fill := func() {
			p.bind("filler", func() {}).Found().record()
		}
		register := func() {
			if err := p.pkg.Register(); err != nil {
				t.Fatal(err)
			}
		}
		if before {
			register()
			fill()
		}
		var once sync.Once
		bound := p.bind("mine", func() {
			once.Do(func() {
				if before {
					p.pkg.Unregister()
				}
				if name != "unregistered meanwhile" {
					register()
					fill()
				}
			})
		})
		if name == "unregistered meanwhile" {
			register()
			for range 3 {
				bound.Found().record()
			}
			fill()
			p.want(t, name, p.rows("mine", 3, "__other__", 1), p.rows("mine", 3, "__other__", 1))
		} else {
			for range 3 {
				bound.Found().record()
			}
			p.want(t, name, p.rows("filler", 1, "__other__", 3), p.rows("filler", 1, "__other__", 3))
		}
		p.pkg.Unregister()
	}
}

// TestLimitBesideARecorderOfOneView: it takes places in the limited set without
// asking the limit, so the last one may be gone when the limit has just seen it.
func TestLimitBesideARecorderOfOneView(t *testing.T) {
	p, ended := newBoundPair(), make(chan struct{})
	p.first.info.MaxSeries = 300
	if err := p.pkg.Register(); err != nil {
		t.Fatal(err)
	}
	defer p.pkg.Unregister()
	go func() {
		defer close(ended)
		for i := range 500 {
			p.first.At(p.tags[0].OpenIndex(fmt.Sprint("one", i))).Inc()
		}
	}()
	for i := range 490 {
		text := fmt.Sprint("two", i)
		index := [1]uint64{p.tags[0].OpenIndex(text)}
		kept := index
		if p.limit.Keep(kept[:]); kept == index && p.first.lookup(index[0]) == nil {
			t.Errorf("%s is kept, and has no place", text)
		}
	}
	<-ended
}
