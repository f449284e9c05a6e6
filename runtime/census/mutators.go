package census

import (
	"sync"
	"sync/atomic"

	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/tag"
)

// A cell is a tag's value in one record, after all replacements.
type cell struct {
	ordinal uint32      // 0 is absent
	put     tag.Mutator // sets the value in a tag map; nil if the map has it already
}

// mutators are the changes that set the values of a tag in a tag map. They are kept because
// OpenCensus would make a new one for each record.
type mutators struct {
	tag       *record.Tag
	key       tag.Key
	remove    tag.Mutator
	byOrdinal atomic.Pointer[[]atomic.Pointer[tag.Mutator]] // as far as they were needed
}

var allMutators sync.Map // of *mutators, by *record.Tag: tag sets share them

// mutatorsOf returns the mutators of a tag.
func mutatorsOf(t *record.Tag) *mutators {
	if m, ok := allMutators.Load(t); ok {
		return m.(*mutators)
	}
	key := tag.MustNewKey(t.Key()) // the generated package has made it already
	m, _ := allMutators.LoadOrStore(t, &mutators{tag: t, key: key, remove: tag.Delete(key)})
	return m.(*mutators)
}

// cell returns the cell of an ordinal.
func (m *mutators) cell(ordinal uint32) cell { return cell{ordinal, m.mutator(ordinal)} }

// contextCell returns the cell of a text that ctx carries; "" is absent.
func (m *mutators) contextCell(text string) cell {
	ordinal, replaced := m.tag.ContextOrdinal(text)
	if !replaced {
		return cell{ordinal: ordinal}
	}
	return m.cell(ordinal)
}

// mutator returns the change that puts the value of an ordinal into a tag map.
func (m *mutators) mutator(ordinal uint32) tag.Mutator {
	if ordinal == 0 {
		return m.remove
	}
	made := m.byOrdinal.Load()
	for made == nil || int(ordinal) >= len(*made) {
		m.grow(made, int(ordinal))
		made = m.byOrdinal.Load()
	}
	slot := &(*made)[ordinal]
	if put := slot.Load(); put != nil {
		return *put
	}
	put := tag.Upsert(m.key, m.tag.OrdinalText(ordinal))
	slot.Store(&put)
	return put
}

// grow enlarges the list for an ordinal, unless another goroutine was faster. A mutator
// that is stored in the smaller list meanwhile may be lost, and is made again.
func (m *mutators) grow(made *[]atomic.Pointer[tag.Mutator], ordinal int) {
	size := max(8, ordinal+1)
	if made != nil {
		size = max(size, 2*len(*made))
	}
	more := make([]atomic.Pointer[tag.Mutator], size)
	if made != nil {
		for i := range *made {
			more[i].Store((*made)[i].Load())
		}
	}
	m.byOrdinal.CompareAndSwap(made, &more)
}
