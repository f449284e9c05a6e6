package series

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/ocgen/ocgen/runtime/internal/intern"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// places turns a series' index into its tags and back.
type places struct {
	places []place
	size   uint64        // number of combinations, which bounds the index; 0: it exceeds 64 bits
	wide   *intern.Table // of a wide set: numbers the combinations, whose number is the index
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
		overflow := uint64(0)
		if overflow, p.size = bits.Mul64(p.size, radix); overflow != 0 {
			p.size = 0 // and stays so
		}
	}
	if p.size == 0 {
		p.wide = intern.New(maxWide)
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
		text := p.wide.Text(uint32(index))
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

// maxTags is above how many tags a view may have, so that no memory is needed.
const maxTags = 32

// collapsed returns the index of the same tags with "__other__" for each open tag. Absent
// tags stay absent.
func (p *places) collapsed(index uint64) uint64 {
	var inline [maxTags]uint64
	parts := append(inline[:0], make([]uint64, len(p.places))...)
	p.split(index, func(i int, part uint64) {
		if part != 0 && p.places[i].tag.IsOpen() {
			part = otherIndex
		}
		parts[i] = part
	})
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
