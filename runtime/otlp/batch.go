package otlp

import (
	"unsafe"

	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/grpc/mem"
)

// maxRequest is the maximum size of a request in bytes, unless a single series is larger. The
// default limit of the Collector's gRPC receiver is 4 MiB.
const maxRequest = 2 << 20

// A batch is the series of one request, with their points. An export fills and sends it again
// and again, so the memory of an export does not grow with the number of series.
type batch struct {
	encoder encoder
	items   []item
	points  []byte // of the items, one after the other
	size    int    // of the items in a request, or a little more
	runs    []run  // of the request that is being written
	peak    int    // the largest size of points in this export
}

// add encodes a series. A series that cannot be sent is not added.
func (b *batch) add(m *metric.Metric, s *metric.Series) error {
	start := len(b.points)
	points, err := b.encoder.appendPoint(b.points, m, s)
	if err != nil {
		b.points = points[:start]
		return err
	}
	b.points = points
	b.peak = max(b.peak, len(points))
	b.append(item{metric: m, series: s, start: start, end: len(points)})
	return nil
}

// append appends an item whose point is already among the points.
func (b *batch) append(i item) {
	if n := len(b.items); n == 0 || b.items[n-1].metric != i.metric {
		b.size += overhead(i.metric)
	}
	b.size += i.size()
	b.items = append(b.items, i)
}

// overhead returns the most bytes that a metric takes in a request, without its points.
func overhead(m *metric.Metric) int {
	const tagsAndLengths = 6 * 6 // of two messages and three texts, and a suffix
	return tagsAndLengths + len(m.Descriptor.Name) + len(m.Descriptor.Description) + len(m.Descriptor.Unit)
}

// full reports whether the last item does not fit into the request.
func (b *batch) full(v *envelope) bool { return len(b.items) > 1 && b.size+v.overhead() > maxRequest }

// overhead returns the most bytes that a request has without metrics.
func (v *envelope) overhead() int {
	const tagsAndLengths = 4 * 6
	return tagsAndLengths + len(v.resource) + len(v.scope)
}

// keepLast removes all items but the last.
func (b *batch) keepLast() {
	last := b.items[len(b.items)-1]
	n := copy(b.points, b.points[last.start:last.end])
	last.start, last.end = 0, n
	b.points = b.points[:n]
	b.items, b.size = b.items[:0], 0
	b.append(last)
}

// clear removes all items.
func (b *batch) clear() {
	b.points, b.items, b.size = b.points[:0], b.items[:0], 0
}

// memory returns the size in bytes of the memory that the batch keeps.
func (b *batch) memory() int {
	return cap(b.points) + cap(b.items)*int(unsafe.Sizeof(item{})) + cap(b.runs)*int(unsafe.Sizeof(run{}))
}

// forget removes all items, and all references to the metrics, which an export only borrows.
func (b *batch) forget() {
	b.clear()
	b.encoder = encoder{}
	clear(b.items[:cap(b.items)])
	clear(b.runs[:cap(b.runs)])
}

// request returns a request with some of the items, in memory that it takes from m.
func (b *batch) request(v *envelope, items []item, m *memory) mem.Buffer {
	b.runs = appendRuns(b.runs[:0], items)
	bytes := m.Get(v.size(b.runs))
	*bytes = v.appendTo((*bytes)[:0], b.runs, b.points)
	return mem.NewBuffer(bytes, m)
}
