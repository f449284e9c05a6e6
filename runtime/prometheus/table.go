package prometheus

import (
	"cmp"
	"encoding/binary"
	"hash/maphash"
	"slices"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A table keeps what stays the same from one scrape to the next: the families of the metrics,
// the labels of the series as client_golang has them, and the order of the exposition. It has
// only the metrics and series of the last scrape, so it forgets what a scrape no longer finds.
//
// A series is recognized by its labels, and not by the memory of its labels: a recorder may
// end a series and begin another with equal labels, and OpenCensus returns series in random
// order. At first the labels are compared with the labels that the last scrape found at the
// same place. With direct recorders they are equal, and no hash is computed.
//
// One scrape at a time uses the table.
type table struct {
	metrics map[string][]*keptMetric // by their names in the schemas
	slots   map[uint64]*slot         // by the hashes of their names and labels
	order   []*slot                  // of the last scrape, in the order of the exposition
	scrape  uint64                   // number of the current scrape, or else of the last one
	begun   bool                     // the current scrape is not finished
	most    int                      // the largest number of slots since slots was made

	// Of the current scrape.
	served int          // slots
	fresh  []*slot      // slots that are new, or have another place in the order
	moved  []*slot      // slots that a series of another metric has taken, at least for a time
	twice  []leftSeries // series whose name and labels another series has

	seed maphash.Seed
	key  []byte // memory for the keys that are hashed
}

// A leftSeries is a series that is left out.
type leftSeries struct {
	family *family
	series *metric.Series
}

func newTable() *table {
	return &table{metrics: map[string][]*keptMetric{}, slots: map[uint64]*slot{}, seed: maphash.MakeSeed()}
}

// begin begins a scrape. If the last scrape panicked, the table goes back to the slots of the last
// complete one.
func (t *table) begin() {
	if t.begun {
		clear(t.metrics)
		slices.SortFunc(t.order, (*slot).compare)
		t.rebuild()
	}
	t.begun = true
	t.scrape++
	t.served, t.fresh, t.moved, t.twice = 0, nil, nil, nil
}

// find returns a metric as the last scrape found it, or a new one. Producers may have equal
// metrics: each has a keptMetric.
func (t *table) find(n naming, m *metric.Metric) *keptMetric {
	all := t.metrics[m.Descriptor.Name]
	for _, k := range all {
		if k.scrape != t.scrape && k.is(m) {
			k.scrape = t.scrape
			return k
		}
	}
	k := newKeptMetric(n, m)
	k.scrape = t.scrape
	t.metrics[m.Descriptor.Name] = append(all, k)
	return k
}

// take adds a series to the exposition. It returns an error if the series cannot be served.
func (t *table) take(k *keptMetric, place int, series *metric.Series) error {
	s, shape, err := t.slotOf(k, place, series)
	k.put(place, s)
	if err != nil {
		return err
	}
	if k != s.metric {
		t.moved = append(t.moved, s)
	}
	switch {
	case s.scrape != t.scrape:
		s.scrape = t.scrape
		t.served++
	case precedes(s.series, series):
		t.twice = append(t.twice, leftSeries{k.family, series})
		return nil
	default:
		t.twice = append(t.twice, leftSeries{s.by.family, s.series})
	}
	s.series, s.by, s.layout = series, k, shape
	return nil
}

// precedes reports whether a is served and not b. The two have equal names and labels, and a was
// found first. The series that started first is served, so that a counter does
// not jump between two producers.
func precedes(a, b *metric.Series) bool {
	return cmp.Or(a.StartTime.Compare(b.StartTime), cmp.Compare(present(a), present(b))) <= 0
}

// slotOf returns the slot of a series, and the layout of a histogram. It returns an error if
// the series cannot be served.
func (t *table) slotOf(k *keptMetric, place int, series *metric.Series) (*slot, *layout, error) {
	if len(series.LabelValues) != len(k.family.labels) {
		return nil, nil, malformedf("its label values do not fit its label keys", "%d for %q", len(series.LabelValues), k.family.labels)
	}
	s := t.at(k, place, series)
	if s == nil {
		if err := k.family.checkTexts(series); err != nil {
			return nil, nil, err
		}
	}
	shape, err := k.check(s, &series.Point)
	if err != nil {
		return nil, nil, err
	}
	if s == nil {
		s = t.lookup(k, series.LabelValues)
	}
	return s, shape, nil
}

// at returns the slot that the last scrape had for the series of a metric at the place, if it
// is still the slot of the series; else nil.
func (t *table) at(k *keptMetric, place int, series *metric.Series) *slot {
	if place >= len(k.rows) {
		return nil
	}
	s := k.rows[place]
	if s == nil || s.scrape+1 < t.scrape { // the last scrape did not serve the slot, so it was removed
		return nil
	}
	if s.metric != k || !s.has(series.LabelValues) {
		return nil
	}
	return s
}

// lookup returns the slot with the labels, which it makes if there is none.
func (t *table) lookup(k *keptMetric, labels []metric.LabelValue) *slot {
	hash := t.hash(k, labels)
	for s := t.slots[hash]; s != nil; s = s.next {
		if s.is(k, labels) {
			return s
		}
	}
	s := &slot{hash: hash, fresh: true}
	s.setLabels(k, labels)
	t.insert(s)
	t.fresh = append(t.fresh, s)
	return s
}

// hash returns a hash of the name and of the labels that are not empty.
func (t *table) hash(k *keptMetric, labels []metric.LabelValue) uint64 {
	key := append(t.key[:0], k.family.name...)
	for i := range k.parts {
		p := &k.parts[i]
		if text := p.text(labels); text != "" {
			key = append(append(key, 0), p.pair.GetName()...)
			key = append(binary.AppendUvarint(key, uint64(len(text))), text...)
		}
	}
	t.key = key
	return maphash.Bytes(t.seed, key)
}

func (t *table) insert(s *slot) {
	s.next = t.slots[s.hash]
	t.slots[s.hash] = s
}

func (t *table) remove(s *slot) {
	first := t.slots[s.hash]
	switch {
	case first == s && s.next == nil:
		delete(t.slots, s.hash)
	case first == s:
		t.slots[s.hash] = s.next
	default:
		for first.next != s {
			first = first.next
		}
		first.next = s.next
	}
}

// finish sets the order of the exposition, and forgets metrics and series that the scrape did
// not find.
func (t *table) finish() {
	for _, s := range t.moved {
		if s.by == s.metric {
			continue
		}
		s.setLabels(s.by, s.series.LabelValues)
		if !s.fresh {
			s.fresh = true
			t.fresh = append(t.fresh, s)
		}
	}
	if len(t.fresh) > 0 || t.served != len(t.order) {
		t.reorder()
	}
	for name, all := range t.metrics {
		t.metrics[name] = slices.DeleteFunc(all, func(k *keptMetric) bool { return k.scrape != t.scrape })
		if len(t.metrics[name]) == 0 {
			delete(t.metrics, name)
		}
	}
	t.fresh, t.moved, t.twice = nil, nil, nil
	t.begun = false
}

// reorder merges the fresh slots with the others, and removes slots without a series.
func (t *table) reorder() {
	stay := t.order[:0]
	for _, s := range t.order {
		switch {
		case s.scrape != t.scrape:
			t.remove(s)
		case !s.fresh:
			stay = append(stay, s)
		}
	}
	removed := len(t.order) - len(stay)
	clear(t.order[len(stay):])
	slices.SortFunc(t.fresh, (*slot).compare)
	t.order = merged(stay, t.fresh)
	for _, s := range t.fresh {
		s.fresh = false
	}
	t.most = max(t.most, len(t.order)+removed)
	if t.most > 2*len(t.order)+minChunk { // maps and slices keep the memory of removed elements
		t.order = slices.Clone(t.order)
		t.rebuild()
	}
}

// rebuild makes the map of the slots anew.
func (t *table) rebuild() {
	t.slots, t.most = make(map[uint64]*slot, len(t.order)), len(t.order)
	for _, s := range t.order {
		s.fresh = false
		t.insert(s)
	}
}

// merged returns two sorted lists as one.
func merged(a, b []*slot) []*slot {
	if len(b) == 0 {
		return a
	}
	all := make([]*slot, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0].compare(b[0]) < 0 {
			all, a = append(all, a[0]), a[1:]
			continue
		}
		all, b = append(all, b[0]), b[1:]
	}
	return append(append(all, a...), b...)
}
