package runtime

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"

	"go.opencensus.io/metric/metricdata"
)

// places turns a series' index into its tags and back.
type places struct {
	places []place
	size   uint64  // of the index: how many combinations there are; 0: more than 64 bits hold
	wide   *intern // then an index is that of the combination's bytes in it
}

// A place is a tag's part of the index.
type place struct {
	tag    *Tag
	radix  uint64 // 1 for a tag of the process
	fixed  bool   // a tag of the process has no part
	column int    // of the label: exporters expect them sorted by key
}

func newPlaces(tags []*Tag) *places {
	sorted := slices.SortedFunc(slices.Values(tags), func(a, b *Tag) int {
		return cmp.Compare(a.key.Name(), b.key.Name())
	})
	p := &places{size: 1}
	for _, t := range tags {
		radix := t.indices()
		p.places = append(p.places, place{t, radix, t.from == FromProcess, slices.Index(sorted, t)})
		overflow := uint64(0)
		if overflow, p.size = bits.Mul64(p.size, radix); overflow != 0 {
			p.size = 0 // and stays so
		}
	}
	if p.size == 0 {
		p.wide = newIntern(maxWide)
	}
	return p
}

// freeze reads the tags of the process, which from now on do not change.
func (p *places) freeze() {
	for _, pl := range p.places {
		if pl.fixed {
			pl.tag.freeze()
		}
	}
}

// split calls f with each place's part of an index.
func (p *places) split(index uint64, f func(i int, part uint64)) {
	if p.wide != nil {
		text := p.wide.text(uint32(index))
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

// collapsed returns the index whose open tags are "__other__". Absent ones stay
// absent.
func (p *places) collapsed(index uint64) uint64 {
	var inline [maxTags]uint64
	parts := append(inline[:0], make([]uint64, len(p.places))...)
	p.split(index, func(i int, part uint64) {
		if part != 0 && p.places[i].tag.open != nil {
			part = otherIndex
		}
		parts[i] = part
	})
	return p.join(parts)
}

// listed returns the indices of all combinations of values that are no
// replacement.
func (p *places) listed() []uint64 {
	all, stride := []uint64{0}, uint64(1)
	for _, pl := range p.places {
		if pl.fixed {
			continue
		}
		var next []uint64
		for part := range pl.tag.listed() {
			for _, index := range all {
				next = append(next, index+part*stride)
			}
		}
		all = next
		stride *= pl.radix
	}
	return all
}

// labels returns a function that fills in the labels of an index that is in use.
func (p *places) labels() func(index uint64, values []metricdata.LabelValue) {
	texts, less := make([][]string, len(p.places)), make([]uint64, len(p.places))
	for i, pl := range p.places {
		texts[i], less[i] = pl.tag.indexTexts()
	}
	return func(index uint64, values []metricdata.LabelValue) {
		for i, pl := range p.places {
			if pl.fixed {
				values[pl.column] = labelValue(texts[i][0])
			}
		}
		p.split(index, func(i int, part uint64) {
			text := ""
			if part >= less[i] {
				text = texts[i][part-less[i]]
			}
			values[p.places[i].column] = labelValue(text)
		})
	}
}

// labelValue takes the empty text for absence, as OpenCensus does.
func labelValue(text string) metricdata.LabelValue {
	return metricdata.LabelValue{Value: text, Present: text != ""}
}
