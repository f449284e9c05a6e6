package census

import (
	"encoding/binary"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/ocgen/ocgen/runtime/internal/intern"
	"github.com/ocgen/ocgen/runtime/record"
)

// A SeriesLimit bounds the number of combinations of tag values of a view. It is safe
// for concurrent use, and several tag sets may share it.
type SeriesLimit struct {
	tags    []*record.Tag
	seen    *intern.Table
	dropped *record.Counter
	last    atomic.Bool // the view keeps last values: a record with "__other__" has no series in it
}

// limitsOfViews are the limits by their views, and the names of the views of last values. A
// package may declare its limits before or after its views.
var limitsOfViews = struct {
	mu     sync.Mutex
	limits map[string][]*SeriesLimit
	lasts  map[string]bool
}{limits: map[string][]*SeriesLimit{}, lasts: map[string]bool{}}

// limitLastValues says that the view of the name keeps last values.
func limitLastValues(view string) {
	limitsOfViews.mu.Lock()
	defer limitsOfViews.mu.Unlock()
	limitsOfViews.lasts[view] = true
	for _, l := range limitsOfViews.limits[view] {
		l.last.Store(true)
	}
}

// NewSeriesLimit returns the limit of the named view with these tags. Beyond max
// combinations, the open tags of a record with a new combination are recorded as
// "__other__", including known values. Closed tags stay, so sums over closed tags stay
// exact. The combinations with "__other__" or absent open tags do not count, so the view
// has at most max series and these.
func NewSeriesLimit(view string, max int, tags ...*record.Tag) *SeriesLimit {
	l := &SeriesLimit{
		tags:    tags,
		seen:    intern.New(max),
		dropped: record.CounterOfMeasure(view, record.ReasonSeries),
	}
	limitsOfViews.mu.Lock()
	defer limitsOfViews.mu.Unlock()
	limitsOfViews.limits[view] = append(limitsOfViews.limits[view], l)
	l.last.Store(limitsOfViews.lasts[view])
	return l
}

// A setLimit is a SeriesLimit with the places of its tags in a tag set.
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

// appendKey appends the key of the record's combination.
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

// collapsed reports whether the record does not count for the limit: collapsing would not change
// it, or it is left out of a view of last values.
func (l *setLimit) collapsed(cells []cell) bool {
	same, last := true, l.last.Load()
	for i, t := range l.tags {
		if !t.Collapses() || l.cells[i] < 0 {
			continue
		}
		o := cells[l.cells[i]].ordinal
		if o == record.OtherOrdinal && last {
			return true
		}
		same = same && (o == 0 || o == record.OtherOrdinal)
	}
	return same
}

// allows reports whether the combination is counted already or may be counted. It does not
// count the combination, because another limit of the record may not allow it.
func (l *setLimit) allows(key []byte) (known, allowed bool) {
	full := l.seen.Full() // before the lookup, which finds everything that was admitted until now
	if _, ok := l.seen.FindBytes(key); ok {
		return true, true
	}
	return false, !full
}
