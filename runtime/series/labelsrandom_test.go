package series

import (
	"fmt"
	"math/rand/v2"
	goruntime "runtime"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// A labelModel is a set, the series that it must have, and what a reader remembers of them.
type labelModel struct {
	*rand.Rand
	t          *testing.T
	set        *Counts
	forgetting *Forgetting // nil: series do not end
	values     int         // of each closed tag

	alive map[int]int // numbers of living series, and their lives: a series that begins anew has another life
	lives int

	kept  *metric.Metric             // the last reading, whose memory the next one uses again
	first map[int]*metric.LabelValue // of the kept reading, by life
}

// labelModels returns sets with all kinds of indices.
func labelModels(t *testing.T) map[string]*labelModel {
	open := func(n int) (tags []*record.Tag) {
		for range n {
			tags = append(tags, record.NewOpenTag(unique("open"), record.OpenTag{MaxValues: 1 << 12}))
		}
		return tags
	}
	ending := func(tags []*record.Tag) (all []*record.Tag) {
		for _, tag := range tags {
			all = append(all, tag.Ending())
		}
		return all
	}
	closed := record.ClosedTag{}
	for i := range 60 {
		closed.Values = append(closed.Values, fmt.Sprintf("v%d", i))
	}
	one := record.NewClosedTag(unique("closed"), closed)
	models := map[string]*labelModel{}
	add := func(name string, forgets bool, info SeriesInfo) {
		info.Name, info.Keyed = unique("labels"), true
		m := &labelModel{t: t, set: NewCounts(info), values: 60}
		if forgets {
			m.forgetting = NewForgetting(info.Tags, m.set)
		}
		m.restart()
		models[name] = m
	}
	add("closed tags that stay", false, SeriesInfo{Tags: []*record.Tag{one}})
	add("closed tags that end", true, SeriesInfo{Tags: []*record.Tag{one}})
	add("zero rows that end", true, SeriesInfo{Tags: []*record.Tag{one}, ZeroRows: true})
	add("open tags that stay", false, SeriesInfo{Tags: append(open(1), one)})
	add("open tags that end", true, SeriesInfo{Tags: append(ending(open(1)), one)})
	add("wide and stays", false, SeriesInfo{Tags: append(open(8), one)})
	add("wide and ends", true, SeriesInfo{Tags: append(ending(open(8)), one)})
	return models
}

// text returns the label of the i-th series for a tag.
func (m *labelModel) text(tag *record.Tag, i int) string {
	if tag.IsOpen() {
		return fmt.Sprint(i)
	}
	return fmt.Sprintf("v%d", i%m.values)
}

// record records into the i-th series.
func (m *labelModel) record(i int) {
	parts := make([]uint64, len(m.set.places.places))
	for at, pl := range m.set.places.places {
		if pl.tag.IsOpen() {
			parts[at] = pl.tag.OpenIndex(m.text(pl.tag, i))
		} else {
			parts[at] = pl.tag.Index(uint32(i%m.values) + 1)
		}
	}
	m.set.Keyed(m.set.places.join(parts)).Inc()
	if m.alive[i] == 0 {
		m.lives++
		m.alive[i] = m.lives
	}
}

// forget ends the i-th series.
func (m *labelModel) forget(i int) {
	var values []record.TagValue
	for _, tag := range m.set.info.Tags {
		if tag.IsOpen() {
			values = append(values, record.Open(m.text(tag, i)))
		} else {
			values = append(values, record.Closed(uint8(i%m.values+1)))
		}
	}
	m.forgetting.Forget(values...)
	delete(m.alive, i)
}

// restart registers the set anew.
func (m *labelModel) restart() {
	m.set.stop()
	started(m.set)
	m.alive, m.first = map[int]int{}, nil
	if m.set.info.ZeroRows {
		for i := range m.values {
			m.lives++
			m.alive[i] = m.lives
		}
	}
}

// check compares a reading with the living series, and returns the memory of their labels.
func (m *labelModel) check(read *metric.Metric) map[int]*metric.LabelValue {
	m.t.Helper()
	first := map[int]*metric.LabelValue{}
	if read == nil {
		read = &metric.Metric{}
	}
	if len(read.Series) != len(m.alive) {
		m.t.Fatalf("%d series, want %d", len(read.Series), len(m.alive))
	}
	byText := map[string]int{}
	for i := range m.alive {
		labels := make([]metric.LabelValue, len(m.set.places.places))
		for _, pl := range m.set.places.places {
			labels[pl.column] = metric.NewLabelValue(m.text(pl.tag, i))
		}
		byText[fmt.Sprint(labels)] = i
	}
	owners := map[*metric.LabelValue]int{}
	for life, label := range m.first {
		owners[label] = life
	}
	for _, ts := range read.Series {
		i, ok := byText[fmt.Sprint(ts.LabelValues)]
		if !ok {
			m.t.Fatalf("a series has the labels %v, and no living series has them", ts.LabelValues)
		}
		life, label := m.alive[i], &ts.LabelValues[0]
		if first[life] != nil {
			m.t.Fatalf("two series have the labels %v", ts.LabelValues)
		}
		if before := m.first[life]; before != nil && before != label {
			m.t.Fatalf("series %v has other memory for its labels than in the kept reading", ts.LabelValues)
		}
		if owner, ok := owners[label]; ok && owner != life {
			m.t.Fatalf("series %v has the memory of the labels of another series", ts.LabelValues)
		}
		first[life] = label
	}
	return first
}

// step does one random thing.
func (m *labelModel) step(most int) {
	switch n := m.IntN(20); {
	case n < 6:
		for range m.IntN(30) {
			m.record(m.IntN(most))
		}
	case n < 10 && m.forgetting != nil:
		for range m.IntN(most) {
			m.forget(m.IntN(most))
		}
	case n < 13:
		m.kept = m.set.read(time.Now(), m.kept)
		m.first = m.check(m.kept)
	case n < 16:
		m.check(m.set.read(time.Now(), nil))
	case n < 18:
		goruntime.GC()
	case n < 19:
		m.kept, m.first = nil, nil
	default:
		m.restart()
	}
}

// TestLabelsAtRandom: in any order of records, readings, collections of garbage, endings and
// registrations, each series has its labels, and the same memory for them as in a reading that
// is kept.
func TestLabelsAtRandom(t *testing.T) {
	for name, m := range labelModels(t) {
		t.Run(name, func(t *testing.T) {
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			m.t, m.Rand = t, rand.New(rand.NewPCG(seed, 0))
			most := m.values
			if len(m.set.info.Tags) > 1 {
				most = 400
			}
			for range 500 {
				m.step(most)
			}
		})
	}
}
