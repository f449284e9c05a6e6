package census

import (
	"encoding/binary"
	"slices"

	"github.com/ocgen/ocgen/runtime/internal/intern"
	"github.com/ocgen/ocgen/runtime/record"
)

// A SeriesLimit bounds how many combinations of tag values a view gets. It is
// safe for concurrent use, and may be shared by several tag sets.
type SeriesLimit struct {
	tags    []*record.Tag
	seen    *intern.Table
	dropped *record.Counter
}

// NewSeriesLimit returns the limit of the named view, which has these tags.
// Past max combinations, the open tags of a record with a further one, known
// values included, become "__other__"; its closed tags stay, so that what is
// computed from them stays exact. What records fall into so is not counted: the
// view has at most max series, and those whose open tags are "__other__" or
// absent.
func NewSeriesLimit(view string, max int, tags ...*record.Tag) *SeriesLimit {
	return &SeriesLimit{
		tags:    tags,
		seen:    intern.New(max),
		dropped: record.CounterOfMeasure(view, record.ReasonSeries),
	}
}

// A setLimit is a SeriesLimit as a tag set sees it.
type setLimit struct {
	*SeriesLimit
	cells []int // index into the set's tags, for each tag of the limit; -1 if the set does not have it
}

func newSetLimit(l *SeriesLimit, tags []*record.Tag) setLimit {
	s := setLimit{SeriesLimit: l}
	for _, t := range l.tags {
		s.cells = append(s.cells, slices.Index(tags, t))
	}
	return s
}

// appendKey appends the bytes that stand for the record's combination.
func (l *setLimit) appendKey(key []byte, cells []cell) []byte {
	for _, i := range l.cells {
		var ordinal uint32
		if i >= 0 {
			ordinal = cells[i].ordinal
		}
		key = binary.LittleEndian.AppendUint32(key, ordinal)
	}
	return key
}

// collapsed reports whether past the limit the record would stay as it is: then
// it needs no place.
func (l *setLimit) collapsed(cells []cell) bool {
	for i, t := range l.tags {
		if !t.Collapses() || l.cells[i] < 0 {
			continue
		}
		if o := cells[l.cells[i]].ordinal; o != 0 && o != record.OtherOrdinal {
			return false
		}
	}
	return true
}

// allows reports whether the combination has a place or can get one. It takes
// no place: another limit of the same record may have none.
func (l *setLimit) allows(key []byte) (known, allowed bool) {
	full := l.seen.Full() // before the lookup: whatever was admitted until then is found
	if _, ok := l.seen.FindBytes(key); ok {
		return true, true
	}
	return false, !full
}
