package series

import (
	"unsafe"
	"weak"

	"github.com/ocgen/ocgen/runtime/metric"
)

// labels has the labels of the series of a set, as readings return them. Two readings of a series
// have the same memory for its labels, and another series has other memory, as long as the first
// reading is kept: readers recognize a series by it.
//
// The labels are in blocks of memory, each for some series that follow one another in the set's
// list. A block is kept only as long as a reading that has its labels, such as the last one of a
// program's exporter. Without such a reading it is made again. So a set that nobody reads, or only
// with Gather, keeps no labels.
//
// If series end, the others get new places in the list. The labels of each series are kept apart
// then, as long as the series.
type labels struct {
	blocks []labelBlock
	apart  [][]metric.LabelValue // of each series; nil unless series have ended, or can
}

// A labelBlock has the labels of up to as many series as blockSize returns.
type labelBlock struct {
	first weak.Pointer[metric.LabelValue] // nil after a collection of garbage
	n     int                             // series whose labels are filled in
}

const (
	leastBlock = 4    // a set may have few series
	mostBlock  = 1024 // one kept series keeps the labels of its block
)

// blockSize returns how many series the i-th block is for.
func blockSize(i int) int {
	if i < 8 { // 4 << 8 is 1024
		return leastBlock << i
	}
	return mostBlock
}

// of returns blocks with the labels of n series, of which index returns the index, in their
// order. The list may have grown since the last call.
func (l *labels) of(p *places, n int, index func(i int) uint64) [][]metric.LabelValue {
	if p.ends || l.apart != nil {
		for i := len(l.apart); i < n; i++ {
			l.apart = append(l.apart, p.labelValues(index(i)))
		}
		return l.apart[:n:n]
	}
	var all [][]metric.LabelValue
	for i, first := 0, 0; first < n && len(p.places) > 0; i++ {
		if i == len(l.blocks) {
			l.blocks = append(l.blocks, labelBlock{})
		}
		room := blockSize(i)
		all = append(all, l.blocks[i].fill(p, room, min(n-first, room), func(i int) uint64 { return index(first + i) }))
		first += room
	}
	return all
}

// keep drops the labels of the series that have left the list, of which there were n. A set
// without open tags, which has few series, keeps the labels of each apart from now on.
func (l *labels) keep(p *places, n int, index func(i int) uint64, left func(i int) bool) {
	known := n
	if p.ends || l.apart != nil {
		known = min(n, len(l.apart)) // the rest have none yet
	}
	all := labelCursor{size: len(p.places), blocks: l.of(p, known, index)}
	apart := make([][]metric.LabelValue, 0, known)
	for i := range known {
		if values := all.next(); !left(i) {
			apart = append(apart, values)
		}
	}
	*l = labels{apart: apart}
}

// fill returns the labels of the first n series of a block with room for some more.
func (b *labelBlock) fill(p *places, room, n int, index func(i int) uint64) []metric.LabelValue {
	size := len(p.places)
	first := b.first.Value()
	if first == nil {
		first = unsafe.SliceData(make([]metric.LabelValue, room*size))
		*b = labelBlock{first: weak.Make(first)}
	}
	values := unsafe.Slice(first, room*size)
	for ; b.n < n; b.n++ {
		p.putLabels(values[b.n*size:][:size], index(b.n))
	}
	return values[: n*size : n*size]
}

// A labelCursor goes through the labels of a reading.
type labelCursor struct {
	size   int // labels of a series
	blocks [][]metric.LabelValue
	block  []metric.LabelValue // what is left of the current block
}

// next returns the labels of the next series.
func (c *labelCursor) next() []metric.LabelValue {
	if c.size == 0 {
		return noLabels
	}
	if len(c.block) == 0 {
		c.block, c.blocks = c.blocks[0], c.blocks[1:]
	}
	values := c.block[:c.size:c.size]
	c.block = c.block[c.size:]
	return values
}

var noLabels = []metric.LabelValue{}
