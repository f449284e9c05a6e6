package series

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/wait"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// ofSet returns the values of a set by their labels, joined by commas.
func ofSet(set Set) map[string]any {
	all := map[string]any{}
	m := set.read(time.Now(), nil)
	if m == nil {
		return all
	}
	for _, ts := range m.Series {
		labels := ""
		for i, l := range ts.LabelValues {
			if i > 0 {
				labels += ","
			}
			labels += l.Value
		}
		if _, twice := all[labels]; twice {
			panic("two series of " + labels)
		}
		all[labels] = ts.Point.Value
	}
	return all
}

func wantSet(t testing.TB, set Set, want map[string]any) {
	t.Helper()
	if got := ofSet(set); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func openTag(most int) *record.Tag {
	return record.NewOpenTag(unique("open"), record.OpenTag{MaxValues: most}).Ending()
}

// lasting is a set of last values by one open tag and a closed tag.
type lasting struct {
	*Int64LastValues
	fleet, letter *record.Tag
	forgetting    *Forgetting
}

func newLasting(most, maxSeries int) lasting {
	l := lasting{fleet: openTag(most), letter: letters()}
	l.Int64LastValues = started(NewInt64LastValues(SeriesInfo{
		Name: unique("last"), Tags: []*record.Tag{l.fleet, l.letter}, Size: 5 << 32, Keyed: true, MaxSeries: maxSeries,
	}))
	if err := l.check(); err != nil {
		panic(err)
	}
	l.forgetting = NewForgetting([]*record.Tag{l.fleet, l.letter}, l)
	return l
}

func (l lasting) at(fleet string, letter uint32) *Int64LastValue {
	return l.Keyed(l.fleet.OpenIndex(fleet) + 1<<32*l.letter.Index(letter))
}

func (l lasting) forgetOne(fleet string, letter uint8) {
	l.forgetting.Forget(record.Open(fleet), record.Closed(letter))
}

// TestForget: a series ends at once, others stay, and a later record begins it anew.
func TestForget(t *testing.T) {
	l := newLasting(10, 0)
	l.at("blue", 1).Set(1)
	l.at("blue", 2).Set(2)
	l.at("green", 1).Set(3)
	wantSet(t, l, map[string]any{"a,blue": int64(1), "b,blue": int64(2), "a,green": int64(3)})
	l.forgetOne("blue", 1)
	wantSet(t, l, map[string]any{"b,blue": int64(2), "a,green": int64(3)})
	l.forgetOne("blue", 1)
	l.forgetOne("red", 1)  // never recorded
	l.forgetOne("blue", 9) // no value of the tag
	wantSet(t, l, map[string]any{"b,blue": int64(2), "a,green": int64(3)})
	l.at("blue", 1).Set(4)
	wantSet(t, l, map[string]any{"a,blue": int64(4), "b,blue": int64(2), "a,green": int64(3)})
	l.stop()
	started(l.Int64LastValues)
	l.at("red", 4).Set(5)
	wantSet(t, l, map[string]any{"d,red": int64(5)})
}

// TestForgetBeginsAnew: a series that is recorded again has a new start and none of the old
// value.
func TestForgetBeginsAnew(t *testing.T) {
	for _, kind := range []struct {
		name string
		set  interface {
			Set
			ForgettingSet
		}
		add func(set any)
	}{
		{"int64", NewInt64UpDowns(SeriesInfo{Name: unique("updown"), Size: 1}), func(s any) { s.(*Int64UpDowns).At(0).Add(7) }},
		{"float64", NewFloat64UpDowns(SeriesInfo{Name: unique("updown"), Size: 1}), func(s any) { s.(*Float64UpDowns).At(0).Add(7) }},
	} {
		t.Run(kind.name, func(t *testing.T) {
			started(kind.set)
			kind.add(kind.set)
			first := kind.set.read(time.Now(), nil).Series[0]
			NewForgetting(nil, kind.set).Forget()
			if m := kind.set.read(time.Now(), nil); m != nil {
				t.Fatalf("%d series after the end", len(m.Series))
			}
			kind.add(kind.set)
			again := kind.set.read(time.Now(), nil).Series[0]
			if again.Point.Value != first.Point.Value || again.StartTime.Before(first.Point.Time) {
				t.Errorf("%v since %v, want %v since after %v", again.Point.Value, again.StartTime, first.Point.Value, first.Point.Time)
			}
		})
	}
}

// TestForgetGivesPlacesBack: the maxima of the tag and of the view count what is alive.
func TestForgetGivesPlacesBack(t *testing.T) {
	for _, c := range []struct{ values, series int }{{3, 0}, {1 << 20, 3}, {3, 3}} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			l := newLasting(c.values, c.series)
			for i := range 1000 {
				fleet := strconv.Itoa(i)
				l.at(fleet, 1).Set(int64(i))
				if i >= 2 {
					wantSet(t, l, map[string]any{"a," + fleet: int64(i), "a," + strconv.Itoa(i-1): int64(i - 1), "a," + strconv.Itoa(i-2): int64(i - 2)})
					l.forgetOne(strconv.Itoa(i-2), 1)
				}
			}
			wantCount(t, l.fleet.Key(), "", record.ReasonOverflow, 0)
			wantCount(t, "", l.name(), record.ReasonSeries, 0)
		})
	}
}

// TestLastValuesPastALimit: values of different things do not overwrite each other: they are
// dropped and counted, until a place is free: by the tag or by the view, whose maximum it is. A
// bound recorder counts when it is made and at each record.
func TestLastValuesPastALimit(t *testing.T) {
	for _, c := range []struct{ values, series int }{{2, 0}, {1 << 20, 2}} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			l := newLasting(c.values, c.series)
			for i, fleet := range []string{"red", "blue", "green", "green"} {
				if i == 2 {
					l.forgetOne("green", 1) // was not recorded: it has no series, and no place
				}
				l.at(fleet, 1).Set(int64(i))
			}
			bound := BindEnding(func() *Int64LastValue { return l.at("green", 1) })
			(*bound.Found()).Set(8)
			wantSet(t, l, map[string]any{"a,red": int64(0), "a,blue": int64(1)})
			dropped := func(want uint64) {
				t.Helper()
				byTag, byView := want, uint64(0)
				if c.series > 0 {
					byTag, byView = byView, byTag
				}
				wantCount(t, l.fleet.Key(), "", record.ReasonOverflow, byTag)
				wantCount(t, "", l.name(), record.ReasonSeries, byView)
			}
			dropped(4)
			l.forgetOne("red", 1)
			(*bound.Found()).Set(9)
			wantSet(t, l, map[string]any{"a,green": int64(9), "a,blue": int64(1)})
			l.at("red", 1).Set(10)
			wantSet(t, l, map[string]any{"a,green": int64(9), "a,blue": int64(1)})
			dropped(5)
		})
	}
}

// TestForgottenBoundRecorders: a bound recorder that keeps its series records into the one
// that begins anew.
func TestForgottenBoundRecorders(t *testing.T) {
	letter := letters()
	set := started(NewInt64LastValues(SeriesInfo{Name: unique("last"), Tags: []*record.Tag{letter}, Size: 5}))
	bound := set.Bind(1)
	forgetting := NewForgetting([]*record.Tag{letter}, set)
	for i := range int64(5) {
		bound.Set(i)
		wantSet(t, set, map[string]any{"b": i})
		forgetting.Forget(record.Closed(uint8(2)))
		wantSet(t, set, map[string]any{})
	}
}

// TestForgetWhatBegan: the end of something whose series was forgotten changes nothing.
func TestForgetWhatBegan(t *testing.T) {
	peer := openTag(3)
	set := started(NewInt64UpDowns(SeriesInfo{Name: unique("updown"), Tags: []*record.Tag{peer}, Size: 1 << 32, Keyed: true}))
	all := started(NewInt64UpDowns(SeriesInfo{Name: unique("updown"), Size: 1}))
	begin := func() func() { return Begin(set.Keyed(peer.OpenIndex("a")), all.At(0)) }
	end := begin()
	NewForgetting([]*record.Tag{peer}, set).Forget(record.Open("a"))
	wantSet(t, set, map[string]any{})
	wantSet(t, all, map[string]any{"": int64(1)})
	second := begin()
	end()
	wantSet(t, set, map[string]any{"a": int64(1)})
	wantSet(t, all, map[string]any{"": int64(1)})
	second()
	wantSet(t, set, map[string]any{"a": int64(0)})
}

// TestForgetMeanwhile: a record that computed its index before the series was forgotten has
// the series of its own values, also if the places are in use again.
func TestForgetMeanwhile(t *testing.T) {
	fleet, peer := openTag(2), openTag(2)
	narrow := started(NewInt64UpDowns(SeriesInfo{Name: unique("narrow"), Tags: []*record.Tag{fleet}, Size: 1 << 32, Keyed: true}))
	wide := started(NewInt64UpDowns(SeriesInfo{Name: unique("wide"), Tags: []*record.Tag{fleet, peer}, Keyed: true}))
	if wide.places.wide == nil || narrow.places.wide != nil {
		t.Fatal("the sets are not as wide as expected")
	}
	atWide := func(f, p string) uint64 { return wide.Wide(fleet.OpenIndex(f), peer.OpenIndex(p)) }
	early, earlyWide := fleet.OpenIndex("a"), atWide("a", "x")
	narrow.Keyed(early).Add(1)
	wide.Keyed(earlyWide).Add(1)
	NewForgetting([]*record.Tag{fleet}, narrow).Forget(record.Open("a"))
	NewForgetting([]*record.Tag{fleet, peer}, wide).Forget(record.Open("a"), record.Open("x"))
	narrow.Keyed(fleet.OpenIndex("b")).Add(2)
	wide.Keyed(atWide("b", "y")).Add(2)
	narrow.Keyed(early).Add(3)
	wide.Keyed(earlyWide).Add(3)
	wantSet(t, narrow, map[string]any{"a": int64(3), "b": int64(2)})
	wantSet(t, wide, map[string]any{"a,x": int64(3), "b,y": int64(2)})
	wide.Keyed(earlyWide).Add(4)
	wantSet(t, wide, map[string]any{"a,x": int64(7), "b,y": int64(2)})
	if wide.places.wide.ending.Len() != 2 {
		t.Errorf("%d combinations for 2 series", wide.places.wide.ending.Len())
	}
}

// TestForgetEveryContext: the series end whatever their tags from ctx. Those of views with
// fewer tags, and of other values, go on.
func TestForgetEveryContext(t *testing.T) {
	fleet, tenant := openTag(10), record.NewOpenTag(unique("tenant"), record.OpenTag{MaxValues: 10, From: record.FromContext, Carrier: newCarrier()}).Ending()
	set := started(NewFloat64LastValues(SeriesInfo{Name: unique("last"), Tags: []*record.Tag{tenant, fleet}, Keyed: true, MaxSeries: 4}))
	carrier := func(text string) context.Context { return tenant.With(context.Background(), record.Open(text)) }
	for i, f := range []string{"a", "a", "b", "a"} {
		set.Keyed(set.Wide(tenant.ContextIndex(carrier([]string{"x", "y", "x", ""}[i])), fleet.OpenIndex(f))).Set(float64(i))
	}
	wantSet(t, set, map[string]any{"a,x": 0.0, "a,y": 1.0, "b,x": 2.0, "a,": 3.0})
	NewForgetting([]*record.Tag{fleet}, set).Forget(record.Open("a"))
	wantSet(t, set, map[string]any{"b,x": 2.0})
	for i, f := range []string{"c", "d", "e"} {
		set.Keyed(set.Wide(tenant.ContextIndex(carrier("z")), fleet.OpenIndex(f))).Set(float64(i))
	}
	wantSet(t, set, map[string]any{"b,x": 2.0, "c,z": 0.0, "d,z": 1.0, "e,z": 2.0})
	wantCount(t, "", set.name(), record.ReasonSeries, 0)
}

// TestForgettingByAModel compares sets with a model of what is alive, over many random
// records, ends and registrations.
func TestForgettingByAModel(t *testing.T) {
	const values, most = 6, 9
	fleet, peer, letter := openTag(values), openTag(values), letters()
	wide := started(NewInt64LastValues(SeriesInfo{Name: unique("wide"), Tags: []*record.Tag{fleet, letter, peer}, Keyed: true, MaxSeries: most}))
	fleets := started(NewInt64LastValues(SeriesInfo{Name: unique("fleets"), Tags: []*record.Tag{letter, fleet}, Size: 5 << 32, Keyed: true}))
	forgetting := NewForgetting([]*record.Tag{fleet, peer, letter}, wide)
	forgetFleet := NewForgetting([]*record.Tag{letter, fleet}, fleets)
	limit := NewRecordLimit([]*record.Tag{fleet, peer, letter}, wide)
	r := rand.New(rand.NewPCG(21, 22))
	inWide, inFleets := map[string]any{}, map[string]any{}
	alive := func(model map[string]any, column int) map[string]bool {
		set := map[string]bool{}
		for key := range model {
			set[splitLabels(key)[column]] = true
		}
		return set
	}
	fits := func(text string, places ...map[string]bool) bool {
		all := map[string]bool{}
		for _, p := range places {
			maps.Copy(all, p)
		}
		delete(all, "")
		return text == "" || all[text] || len(all) < values
	}
	for i := range int64(20_000) {
		f, p, l := strconv.Itoa(r.IntN(12)), strconv.Itoa(r.IntN(12)), r.IntN(4)
		if r.IntN(10) == 0 {
			p = ""
		}
		key := "abcd"[l:l+1] + "," + f
		switch r.IntN(5) {
		case 0:
			forgetting.Forget(record.Open(f), record.Open(p), record.Closed(uint8(l+1)))
			delete(inWide, key+","+p)
		case 1:
			forgetFleet.Forget(record.Closed(uint8(l+1)), record.Open(f))
			delete(inFleets, key)
		case 2:
			ok := fits(f, alive(inWide, 1), alive(inFleets, 1))
			fleets.Keyed(uint64(l) + 5*fleet.OpenIndex(f)).Set(i)
			if ok {
				inFleets[key] = i
			}
		case 3:
			fok := fits(f, alive(inWide, 1), alive(inFleets, 1))
			pok := fits(p, alive(inWide, 2))
			_, had := inWide[key+","+p]
			indices := []uint64{fleet.OpenIndex(f), peer.OpenIndex(p), uint64(l)}
			if r.IntN(2) == 0 {
				limit.Keep(indices)
			}
			wide.Keyed(wide.Wide(indices[0], indices[2], indices[1])).Set(i)
			if fok && pok && (had || len(inWide) < most) {
				inWide[key+","+p] = i
			}
		case 4:
			if r.IntN(200) == 0 {
				wide.stop()
				started(wide)
				clear(inWide)
			}
		}
		if i%7 == 0 {
			wantSet(t, wide, inWide)
			wantSet(t, fleets, inFleets)
		}
		if t.Failed() {
			t.Fatalf("after step %d", i)
		}
	}
}

// splitLabels returns the labels of a key of ofSet.
func splitLabels(key string) []string {
	var labels []string
	for label := range strings.SplitSeq(key, ",") {
		labels = append(labels, label)
	}
	return labels
}

// TestForgetConcurrently: goroutines record, bind, forget and read at once. No record goes to the
// series of another goroutine, and afterwards all places are free. For the race detector too.
func TestForgetConcurrently(t *testing.T) {
	const goroutines, rounds = 4, 1000
	fleet, peer := openTag(2*goroutines), openTag(2*goroutines)
	lasts := started(NewInt64LastValues(SeriesInfo{Name: unique("last"), Tags: []*record.Tag{fleet}, Size: 1 << 32, Keyed: true}))
	ups := started(NewInt64UpDowns(SeriesInfo{Name: unique("up"), Tags: []*record.Tag{fleet, peer}, Keyed: true, MaxSeries: 2 * goroutines}))
	forgetLast := NewForgetting([]*record.Tag{fleet}, lasts)
	forgetUp := NewForgetting([]*record.Tag{fleet, peer}, ups)
	var group sync.WaitGroup
	stop := make(chan bool)
	var readers sync.WaitGroup
	wait.Go(&readers, func() {
		var memory *metric.Metric
		for {
			select {
			case <-stop:
				return
			default:
				if m := lasts.read(time.Now(), memory); m != nil {
					memory = m
					for _, ts := range m.Series {
						if got := strconv.FormatInt(ts.Point.Value.(int64), 10); got != ts.LabelValues[0].Value {
							t.Errorf("series of %s has the value of %s", ts.LabelValues[0].Value, got)
						}
					}
				}
				ofSet(ups)
			}
		}
	})
	for g := range goroutines {
		wait.Go(&group, func() {
			for i := range rounds {
				number := g*rounds + i
				text := strconv.Itoa(number)
				bound := BindEnding(func() *Int64LastValue { return lasts.Keyed(fleet.OpenIndex(text)) })
				(*bound.Found()).Set(int64(number))
				lasts.Keyed(fleet.OpenIndex(text)).Set(int64(number))
				end := Begin(ups.Keyed(ups.Wide(fleet.OpenIndex(text), peer.OpenIndex(text))))
				if got, ok := ofSet(lasts)[text]; !ok || got != int64(number) {
					t.Errorf("fleet %s lives and has the value %v", text, got)
				}
				if i%2 == 0 {
					end()
				}
				forgetLast.Forget(record.Open(text))
				forgetUp.Forget(record.Open(text), record.Open(text))
				end()
				if got, ok := ofSet(lasts)[text]; ok {
					t.Errorf("fleet %s was forgotten and has the value %v", text, got)
				}
			}
		})
	}
	group.Wait()
	close(stop)
	readers.Wait()
	wantSet(t, lasts, map[string]any{})
	wantSet(t, ups, map[string]any{})
	for _, tag := range []*record.Tag{fleet, peer} {
		wantCount(t, tag.Key(), "", record.ReasonOverflow, 0)
	}
	wantCount(t, "", ups.name(), record.ReasonSeries, 0)
}

// TestBoundWithoutAPlaceForAMoment: a bound recorder that found no place looks again, also if
// the place came free without an end of a series.
func TestBoundWithoutAPlaceForAMoment(t *testing.T) {
	peer := openTag(1)
	set := started(NewInt64LastValues(SeriesInfo{Name: unique("last"), Tags: []*record.Tag{peer}, Size: 1 << 32, Keyed: true}))
	held := peer.OpenIndex("dropped")
	peer.Use(held) // as a record does that is dropped for want of another place
	bound := BindEnding(func() *Int64LastValue { return set.Keyed(peer.OpenIndex("mine")) })
	peer.Release(held)
	(*bound.Found()).Set(4)
	wantSet(t, set, map[string]any{"mine": int64(4)})
}

// TestPastALimitTakesNoPlaces: a last value that is dropped because one tag has no place takes none
// of the others, and does not collapse the other views of the record.
func TestPastALimitTakesNoPlaces(t *testing.T) {
	for _, kind := range []string{"ends", "stays"} {
		t.Run(kind, func(t *testing.T) {
			fleet := record.NewOpenTag(unique("fleet"), record.OpenTag{MaxValues: 1})
			peer := record.NewOpenTag(unique("peer"), record.OpenTag{MaxValues: 100})
			counted := peer
			if kind == "ends" {
				fleet, peer = fleet.Ending(), peer.Ending()
			}
			counts := started(NewCounts(SeriesInfo{Name: unique("count"), Tags: []*record.Tag{counted}, Size: counted.Indices()}))
			info := SeriesInfo{Name: unique("last"), Tags: []*record.Tag{fleet, peer}, Size: fleet.Indices() * peer.Indices(), Keyed: true, MaxSeries: 1}
			last := started(NewInt64LastValues(info))
			limit := NewRecordLimit([]*record.Tag{fleet, peer, counted}, last)
			recorded := func(f, p string) {
				indices := []uint64{fleet.OpenIndex(f), peer.OpenIndex(p), counted.OpenIndex(p)}
				limit.Keep(indices)
				counts.At(indices[2]).Inc()
				index := indices[0] + fleet.Indices()*indices[1]
				if last.places.wide != nil {
					index = last.Wide(indices[0], indices[1])
				}
				last.Keyed(index).Set(1)
			}
			recorded("a", "p1")
			recorded("b", "p2")
			wantSet(t, counts, map[string]any{"p1": int64(1), "p2": int64(1)})
			wantSet(t, last, map[string]any{"a,p1": int64(1)})
			wantCount(t, fleet.Key(), "", record.ReasonOverflow, 1)
			wantCount(t, "", last.name(), record.ReasonSeries, 0)
		})
	}
}

// BenchmarkPastALimit is a last value that is dropped: it should take no lock, since there may be
// many.
func BenchmarkPastALimit(b *testing.B) {
	fleet, peer := openTag(1), openTag(1000)
	set := started(NewInt64LastValues(SeriesInfo{Name: unique("last"), Tags: []*record.Tag{fleet, peer}, Keyed: true}))
	set.Keyed(set.Wide(fleet.OpenIndex("one"), 0)).Set(1)
	b.ReportAllocs()
	for b.Loop() {
		set.Keyed(set.Wide(fleet.OpenIndex("more"), peer.OpenIndex("p"))).Set(1)
	}
}
