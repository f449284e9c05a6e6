package series

import (
	"slices"
	"unsafe"
	"weak"

	"github.com/ocgen/ocgen/runtime/metric"
)

// labels finds the labels of the series of a set, for readings.
//
// A reader may recognize a series by the memory of its labels. As long as the reader keeps a
// reading, or a pointer to the labels, later readings return the same memory for the same
// series, and other memory for all others.
//
// The labels are in blocks of memory. A block is for series that follow one another in the set's
// list. The set has only a weak pointer to it, so the garbage collector frees a block that no
// reader keeps, and the next reading makes a new one. So a set that nobody reads, or only Gather,
// keeps no labels. A program's exporter keeps its last reading.
//
// When a series ends, later ones get other places in the list, and blocks would no longer fit. So
// a set whose open tags end has no blocks, and neither has another set once a series has ended
// whose block was kept. It keeps the labels of each series apart, until the series ends.
type labels struct {
	blocks []labelBlock
	apart  [][]metric.LabelValue // of each series; nil unless series have ended or can end
}

// A labelBlock has the labels of up to as many series as blockSize returns.
type labelBlock struct {
	first weak.Pointer[metric.LabelValue] // its Value is nil after the block was freed
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

// of returns the labels of the first n series of the set's list, in blocks. index returns the
// index of the i-th series. The list may have grown since the last call.
func (l *labels) of(p *places, n int, index func(i int) uint64) [][]metric.LabelValue {
	if p.ends || l.apart != nil {
		for i := len(l.apart); i < n; i++ {
			l.apart = append(l.apart, p.labelValues(index(i)))
		}
		return l.apart[:n:n]
	}
	all := make([][]metric.LabelValue, 0, len(l.blocks)+1) // enough unless series have begun in several new blocks
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

// keep prepares the labels for the list without the series that have ended. If a reader may keep
// labels, the labels of each series are apart from then on. n is the length of the list, in which
// the ended series still are.
func (l *labels) keep(p *places, n int, index func(i int) uint64, ended func(i int) bool) {
	if l.apart == nil && !slices.ContainsFunc(l.blocks, labelBlock.isKept) {
		*l = labels{}
		return
	}
	known := n
	if l.apart != nil {
		known = min(n, len(l.apart)) // no reading has had the labels of the others
	}
	all := labelCursor{size: len(p.places), blocks: l.of(p, known, index)}
	apart := make([][]metric.LabelValue, 0, known)
	for i := range known {
		if values := all.next(); !ended(i) {
			apart = append(apart, values)
		}
	}
	*l = labels{apart: apart}
}

// fill returns the labels of the first n series of a block, which has room for room series.
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

// isKept reports whether a reader keeps labels of the block.
func (b labelBlock) isKept() bool { return b.first.Value() != nil }

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
