package series

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// places turns a series' index into its tags and back.
type places struct {
	places []place
	size   uint64        // number of combinations, which bounds the index; 0: it exceeds 64 bits
	wide   *combinations // of a wide set: numbers the combinations, whose number is the index
	ends   bool          // the series and the indices of their open tags end: see hold
}

// otherIndex is the index of "__other__", of every open tag.
const otherIndex = record.OtherOrdinal

// A place is a tag's part of the index.
type place struct {
	tag    *record.Tag
	radix  uint64 // 1 for a tag of the process
	fixed  bool   // a tag of the process has no part
	column int    // of the label: exporters expect them sorted by key
}

func newPlaces(tags []*record.Tag) *places {
	sorted := slices.SortedFunc(slices.Values(tags), func(a, b *record.Tag) int {
		return cmp.Compare(a.Key(), b.Key())
	})
	p := &places{size: 1}
	for _, t := range tags {
		radix := t.Indices()
		p.places = append(p.places, place{t, radix, t.From() == record.FromProcess, slices.Index(sorted, t)})
		p.ends = p.ends || t.Ends()
		overflow := uint64(0)
		if overflow, p.size = bits.Mul64(p.size, radix); overflow != 0 {
			p.size = 0 // and stays so
		}
	}
	if p.size == 0 {
		p.wide = newCombinations(p.ends)
	}
	return p
}

// freeze reads the tags of the process, which do not change afterwards.
func (p *places) freeze() {
	for _, pl := range p.places {
		if pl.fixed {
			pl.tag.Freeze()
		}
	}
}

// split calls f with each place's part of an index.
func (p *places) split(index uint64, f func(i int, part uint64)) {
	if p.wide != nil {
		text := p.wide.text(index)
		if text == "" {
			return // see parts
		}
		for i, pl := range p.places {
			if !pl.fixed {
				f(i, binary.LittleEndian.Uint64([]byte(text[:8])))
				text = text[8:]
			}
		}
		return
	}
	for i, pl := range p.places {
		if !pl.fixed {
			f(i, index%pl.radix)
			index /= pl.radix
		}
	}
}

// parts appends each place's part of an index, 0 for a tag of the process. It reports false
// if it is not known any more which combination of a wide set had the index.
func (p *places) parts(to []uint64, index uint64) (parts []uint64, ok bool) {
	parts = append(to, make([]uint64, len(p.places))...)
	ok = p.wide == nil || len(p.wide.text(index)) > 0
	p.split(index, func(i int, part uint64) { parts[i] = part })
	return parts, ok
}

// join is the reverse of split.
func (p *places) join(parts []uint64) uint64 {
	if p.wide != nil {
		var inline [maxTags]uint64
		return p.number(p.given(inline[:0], parts))
	}
	index, stride := uint64(0), uint64(1)
	for i, pl := range p.places {
		index += parts[i] * stride
		stride *= pl.radix
	}
	return index
}

// pastLimit reports whether an open tag is "__other__", which stands for different values.
func (p *places) pastLimit(index uint64) (past bool) {
	if p.wide != nil && index == widePast {
		return true
	}
	p.split(index, func(i int, part uint64) {
		past = past || part == otherIndex && p.places[i].tag.IsOpen()
	})
	return past
}

// maxTags is above how many tags a view may have, so that no memory is needed.
const maxTags = 32

// collapsed returns the index of the same tags with "__other__" for each open tag. Absent
// tags stay absent.
func (p *places) collapsed(index uint64) uint64 {
	var inline [maxTags]uint64
	parts, ok := p.parts(inline[:0], index)
	if !ok {
		return index
	}
	for i, part := range parts {
		if part != 0 && p.places[i].tag.IsOpen() {
			parts[i] = otherIndex
		}
	}
	return p.join(parts)
}

// listed returns the indices of all combinations of listed values and, of open tags, known
// values.
func (p *places) listed() []uint64 {
	all := [][]uint64{make([]uint64, len(p.places))}
	for i, pl := range p.places {
		if pl.fixed {
			continue
		}
		var next [][]uint64
		for part := range pl.tag.ListedIndices() {
			for _, parts := range all {
				parts = slices.Clone(parts)
				parts[i] = part
				next = append(next, parts)
			}
		}
		all = next
	}
	var indices []uint64
	for _, parts := range all {
		indices = append(indices, p.join(parts))
	}
	return indices
}

// labelValues returns the labels of an index that is in use, in the order of their keys.
func (p *places) labelValues(index uint64) []metric.LabelValue {
	values := make([]metric.LabelValue, len(p.places))
	p.putLabels(values, index)
	return values
}

// putLabels fills in the labels of an index that is in use, in the order of their keys.
func (p *places) putLabels(values []metric.LabelValue, index uint64) {
	for _, pl := range p.places {
		if pl.fixed {
			values[pl.column] = labelValue(pl.tag.IndexText(0))
		}
	}
	p.split(index, func(i int, part uint64) {
		values[p.places[i].column] = labelValue(p.places[i].tag.IndexText(part))
	})
}

// labelValue returns an absent label for the empty text, as OpenCensus does.
func labelValue(text string) metric.LabelValue {
	return metric.LabelValue{Value: text, Present: text != ""}
}
