package prometheus

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	goruntime "runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/internal/testsource"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	directseries "github.com/ocgen/ocgen/runtime/series"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

// A slowClient is a client that reads nothing of its response until it is let go on.
type slowClient struct {
	*httptest.ResponseRecorder
	began chan struct{} // is closed when the response begins
	goOn  chan struct{}
	once  sync.Once
	fail  error // of all writes; nil: none
}

func newSlowClient() *slowClient {
	return &slowClient{ResponseRecorder: httptest.NewRecorder(), began: make(chan struct{}), goOn: make(chan struct{})}
}

func (c *slowClient) Write(p []byte) (int, error) {
	c.once.Do(func() { close(c.began) })
	<-c.goOn
	if c.fail != nil {
		return 0, c.fail
	}
	return c.ResponseRecorder.Write(p)
}

// WriteString is the way of net/http's own writer.
func (c *slowClient) WriteString(s string) (int, error) { return c.Write([]byte(s)) }

// scrape begins a scrape, and returns when its response has begun.
func (c *slowClient) scrape(h http.Handler, all *sync.WaitGroup) {
	all.Go(func() { h.ServeHTTP(c, httptest.NewRequest(http.MethodGet, "/metrics", nil)) })
	<-c.began
}

// registerShop registers a package with a count and a distribution by an open tag, and returns
// what records.
func registerShop(t *testing.T) (p *record.Package, record1 func(customer string)) {
	t.Helper()
	customer := record.NewOpenTag("customer", record.OpenTag{MaxValues: 100})
	tags := []*record.Tag{customer}
	size := customer.Indices()
	counts := directseries.NewCounts(directseries.SeriesInfo{Name: "shop/orders", Tags: tags, Size: size})
	spread := directseries.NewDistributions(directseries.SeriesInfo{Name: "shop/latency", Tags: tags, Size: size, Bounds: []float64{1, 10}})
	descriptors := []metric.Descriptor{counted("shop/orders", "customer"), newMetric("shop/latency", metric.TypeCumulativeDistribution, []string{"customer"}).Descriptor}
	p = record.NewPackage(record.PackageInfo{Name: "shop", Parts: []record.Part{directseries.Sets(counts, spread)},
		Descriptors: func() []metric.Descriptor { return descriptors }})
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Unregister)
	return p, func(name string) {
		i := customer.OpenIndex(name)
		counts.At(i).Inc()
		spread.At(i).Record(5)
	}
}

// A response that is being written does not change when others are scraped.
func TestResponsesDoNotChange(t *testing.T) {
	_, recordOrder := registerShop(t)
	h, log := newHandler(t, Options{})
	recordOrder("a")
	want := get(t, h, "")
	var all sync.WaitGroup
	slow := newSlowClient()
	slow.scrape(h, &all)
	for range 3 {
		recordOrder("a")
		recordOrder("b")
		if text := get(t, h, ""); text == want || !strings.Contains(text, `shop_orders{customer="b"}`) {
			t.Errorf("got\n%s", text)
		}
	}
	close(slow.goOn)
	all.Wait()
	if got := slow.Body.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	wantReports(t, log, nil)
}

// The next scrape uses the messages of the last one, and no more than these are kept.
func TestMessagesAreUsedAgain(t *testing.T) {
	_, recordOrder := registerShop(t)
	h, _ := newHandler(t, Options{})
	recordOrder("a")
	get(t, h, "")
	kept := h.reader.spare
	recordOrder("b")
	get(t, h, "")
	if kept == nil || h.reader.spare != kept {
		t.Error("the second scrape did not use the messages of the first")
	}
	var all sync.WaitGroup
	slow := newSlowClient()
	slow.scrape(h, &all)
	get(t, h, "")
	close(slow.goOn)
	all.Wait()
	if h.reader.spare == nil || len(h.reader.writing) > 0 {
		t.Errorf("%d readings are being written", len(h.reader.writing))
	}
}

// Scrapes that arrive while the responses of two readings are written share a reading, which
// begins when one of these is written.
func TestReadingsWaitForResponses(t *testing.T) {
	_, recordOrder := registerShop(t)
	h, _ := newHandler(t, Options{})
	h.reader.patience = time.Hour
	var slow, waiting sync.WaitGroup
	clients := []*slowClient{newSlowClient(), newSlowClient()}
	for _, c := range clients {
		recordOrder("a")
		c.scrape(h, &slow)
	}
	recordOrder("a")
	const more = 10
	for range more {
		waiting.Go(func() {
			if text := get(t, h, ""); !strings.Contains(text, "shop_orders{customer=\"a\"} 4\n") {
				t.Errorf("got\n%s", text)
			}
		})
	}
	awaitScrapes(h, more)
	recordOrder("a") // the reading has not begun, so it has this record too
	readings := h.table.scrape
	close(clients[1].goOn)
	waiting.Wait()
	if h.table.scrape != readings+1 {
		t.Errorf("%d readings for %d scrapes", h.table.scrape-readings, more)
	}
	close(clients[0].goOn)
	slow.Wait()
	for i, c := range clients {
		if want := fmt.Sprintf("shop_orders{customer=\"a\"} %d\n", i+1); !strings.Contains(c.Body.String(), want) {
			t.Errorf("no %s in\n%s", want, c.Body)
		}
	}
}

// Clients that never read their responses do not keep others waiting for ever.
func TestSlowClientsDelayNobody(t *testing.T) {
	_, recordOrder := registerShop(t)
	for _, patience := range []time.Duration{0, time.Millisecond, 50 * time.Millisecond} {
		h, _ := newHandler(t, Options{})
		h.reader.patience = patience
		var slow sync.WaitGroup
		var clients []*slowClient
		for range 5 {
			recordOrder("a")
			c := newSlowClient()
			c.scrape(h, &slow)
			clients = append(clients, c)
		}
		get(t, h, "")
		for _, c := range clients {
			close(c.goOn)
		}
		slow.Wait()
	}
}

// A client that goes away in the middle of its response leaves the messages for others.
func TestClientLeavesInTheMiddle(t *testing.T) {
	_, recordOrder := registerShop(t)
	h, _ := newHandler(t, Options{OpenMetrics: true})
	recordOrder("a")
	want := get(t, h, "")
	for range 5 {
		c := newSlowClient()
		c.fail = errors.New("the connection is closed")
		var all sync.WaitGroup
		c.scrape(h, &all)
		close(c.goOn)
		all.Wait()
		if got := get(t, h, ""); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		if h.reader.spare == nil || len(h.reader.writing) > 0 {
			t.Errorf("%d readings are being written", len(h.reader.writing))
		}
	}
}

// panickingClient is what net/http does with a handler whose connection is aborted.
type panickingClient struct{ *httptest.ResponseRecorder }

func (panickingClient) Write([]byte) (int, error) { panic(http.ErrAbortHandler) }

func TestResponsePanics(t *testing.T) {
	_, recordOrder := registerShop(t)
	h, _ := newHandler(t, Options{})
	recordOrder("a")
	func() {
		defer func() { _ = recover() }()
		h.ServeHTTP(panickingClient{httptest.NewRecorder()}, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	}()
	if h.reader.spare == nil || len(h.reader.writing) > 0 {
		t.Error("the messages are lost")
	}
	get(t, h, "")
}

// Series that a scrape no longer finds leave nothing behind, and equal labels of a later
// registration are found again.
func TestSeriesVanish(t *testing.T) {
	p, recordOrder := registerShop(t)
	h, log := newHandler(t, Options{})
	empty := get(t, h, "")
	const customers = 90
	for i := range customers {
		recordOrder(fmt.Sprint(i))
	}
	full := get(t, h, "")
	if n := h.table.count(); n != 2*customers+1 {
		t.Errorf("%d slots", n)
	}
	p.Unregister()
	if got := get(t, h, ""); got != empty || h.table.count() != 1 || len(h.table.order) != 1 || len(h.table.metrics) != 0 {
		t.Errorf("%d slots, %d metrics, got\n%s", h.table.count(), len(h.table.metrics), got)
	}
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	for i := range customers {
		recordOrder(fmt.Sprint(customers - 1 - i)) // in another order
	}
	if got := get(t, h, ""); got != full {
		t.Errorf("got\n%s\nwant\n%s", got, full)
	}
	wantReports(t, log, nil)
}

// After a fall of the number of series the memory falls too.
func TestMemoryShrinks(t *testing.T) {
	h, _ := newHandler(t, Options{})
	to := newMessages()
	expose := func(series int) {
		bounds := make([]float64, 50)
		for i := range bounds {
			bounds[i] = float64(i)
		}
		counts := newMetric("counts", metric.TypeCumulativeInt64, []string{"a"})
		spread := newMetric("spread", metric.TypeCumulativeDistribution, []string{"a"})
		for i := range series {
			counts.Series = append(counts.Series, seriesOf(int64(1), i))
			spread.Series = append(spread.Series, seriesOf(distribution(1, bounds, make([]int64, 51)...), i))
		}
		h.expose([]*metric.Metric{counts, spread}, h.packages(), to)
	}
	expose(20_000)
	before := capacity(to.counters) + capacity(to.histograms) + capacity(to.buckets) + capacity(to.lists) + cap(to.metrics)
	expose(10)
	after := capacity(to.counters) + capacity(to.histograms) + capacity(to.buckets) + capacity(to.lists) + cap(to.metrics)
	if before < 20_000*103 || after > 20_000 {
		t.Errorf("room for %d messages, then for %d", before, after)
	}
	if n := h.table.count(); n != 21 || cap(h.table.order) > 100 || cap(h.table.metrics["counts"][0].rows) > 100 {
		t.Errorf("%d slots, room for %d in order, for %d rows", n, cap(h.table.order), cap(h.table.metrics["counts"][0].rows))
	}
	expose(20)
	if again := capacity(to.counters); again < 20 {
		t.Errorf("%d counters", again)
	}
}

// Messages that are not in use refer to no labels: their series may have ended.
func TestFreeMessagesAreEmpty(t *testing.T) {
	h, _ := newHandler(t, Options{})
	to := newMessages()
	for _, n := range []int{100, 60, 61, 40, 0} {
		counts := newMetric("counts", metric.TypeCumulativeInt64, []string{"a"})
		gauges := newMetric("gauges", metric.TypeGaugeInt64, []string{"a"})
		fallen := newMetric("fallen", metric.TypeCumulativeInt64, []string{"a"})
		fallen.Descriptor.Fallen = true
		spread := newMetric("spread", metric.TypeCumulativeDistribution, []string{"a"})
		for i := range n {
			for _, m := range []*metric.Metric{counts, gauges, fallen} {
				m.Series = append(m.Series, seriesOf(int64(1), i))
			}
			spread.Series = append(spread.Series, seriesOf(distribution(1, []float64{1, 2}, 1, 0, 1), i))
		}
		h.expose([]*metric.Metric{counts, gauges, fallen, spread}, h.packages(), to)
		wantFree(t, n, to.counters, func(c *counterMessage) bool { return c.metric.Label == nil })
		wantFree(t, n+1, to.gauges, func(g *gaugeMessage) bool { return g.metric.Label == nil })
		wantFree(t, n, to.untyped, func(u *untypedMessage) bool { return u.metric.Label == nil })
		wantFree(t, n, to.histograms, func(h *histogramMessage) bool { return h.metric.Label == nil && h.histogram.Bucket == nil })
		wantFree(t, 2*n, to.buckets, func(b *bucketMessage) bool { return b.bucket.UpperBound == nil })
		wantFree(t, 2*n, to.lists, func(b **dto.Bucket) bool { return *b == nil })
		for _, m := range to.metrics[:cap(to.metrics)][len(to.metrics):] {
			if m != nil {
				t.Error("a list of messages has more than its series")
			}
		}
	}
}

// wantFree checks that all elements but a number of them are empty.
func wantFree[T any](t *testing.T, used int, s slab[T], empty func(*T) bool) {
	t.Helper()
	full := 0
	for _, c := range s.chunks {
		for i := range c {
			if !empty(&c[i]) {
				full++
			}
		}
	}
	if full != used {
		t.Errorf("%d elements refer to something, want %d", full, used)
	}
}

func seriesOf(value any, i int) *metric.Series { return series(value, fmt.Sprint(i)) }

func capacity[T any](s slab[T]) (n int) {
	for _, c := range s.chunks {
		n += len(c)
	}
	return n
}

// WriteTimeout of a server ends a response whose client has stopped reading, and its memory is
// used again.
func TestWriteTimeout(t *testing.T) {
	value := strings.Repeat("a", 1<<20)
	many := newMetric("x/many", metric.TypeCumulativeInt64, []string{"a"})
	for i := range 20 { // more than a connection buffers
		many.Series = append(many.Series, series(int64(1), value+fmt.Sprint(i)))
	}
	testsource.Produce(t, many)
	h, log := newHandler(t, Options{})
	s := httptest.NewUnstartedServer(h)
	s.Config.WriteTimeout = 100 * time.Millisecond
	s.Start()
	defer s.Close()
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := fmt.Fprint(c, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	free := func() bool {
		h.reader.mu.Lock()
		defer h.reader.mu.Unlock()
		return h.reader.spare != nil && len(h.reader.writing) == 0
	}
	for !free() {
		time.Sleep(time.Millisecond)
	}
	wantReports(t, log, nil)
}

// A scrape that panics leaves a table that the next one can use.
func TestScrapeIsInterrupted(t *testing.T) {
	h, _ := newHandler(t, Options{})
	broken := func(more ...*metric.Series) []*metric.Metric {
		return []*metric.Metric{newMetric("x/a", metric.TypeCumulativeInt64, []string{"a"}, append([]*metric.Series{series(int64(1), "x")}, more...)...)}
	}
	exposed := func(metrics []*metric.Metric) string {
		e := h.expose(metrics, h.packages(), newMessages())
		return ourResponses(t, e.families)["text/plain"]
	}
	want := exposed(broken())
	wantMore := exposed(broken(series(int64(2), "y")))
	exposed(broken())
	for i := range 6 {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			exposed(broken(series(int64(2), "y"), nil)) // after a new series
		}()
		if i%2 == 0 { // the new series is found again
			if got := exposed(broken(series(int64(2), "y"))); got != wantMore {
				t.Errorf("got\n%s\nwant\n%s", got, wantMore)
			}
		}
		if got := exposed(broken()); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		if h.table.count() != 2 || len(h.table.order) != 2 {
			t.Errorf("%d slots, %d in order", h.table.count(), len(h.table.order))
		}
	}
}

// Without scrapes the memory is released, and the next scrape serves the same.
func TestMemoryIsReleased(t *testing.T) {
	_, recordOrder := registerShop(t)
	h, _ := newHandler(t, Options{})
	recordOrder("a")
	want := get(t, h, "")
	var all sync.WaitGroup
	slow := newSlowClient()
	slow.scrape(h, &all)
	h.reader.release() // a response is being written
	close(slow.goOn)
	all.Wait()
	if h.reader.spare == nil || h.reader.idle == nil {
		t.Error("the memory was released during a scrape")
	}
	h.reader.release()
	if h.reader.spare != nil {
		t.Error("the memory was not released")
	}
	for range 2 {
		if got := get(t, h, ""); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

// Slots of one hash are a list.
func TestSlotsOfOneHash(t *testing.T) {
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 0, 2}, {1, 2, 0}} {
		h := newTable()
		slots := []*slot{{hash: 7}, {hash: 7}, {hash: 7}}
		for _, s := range slots {
			h.insert(s)
		}
		for i, which := range order {
			h.remove(slots[which])
			if h.count() != len(slots)-1-i {
				t.Errorf("%v: %d slots after %d were removed", order, h.count(), i+1)
			}
			for s := h.slots[7]; s != nil; s = s.next {
				if s == slots[which] {
					t.Errorf("%v: slot %d is still there", order, which)
				}
			}
		}
	}
}

// Scrapes that overlap, in all formats, while series are recorded, begin and end, while a
// package comes and goes, and while clients leave; for the race detector.
func TestOverlappingScrapes(t *testing.T) {
	p, recordOrder := registerShop(t)
	testsource.Produce(t, sampleMetrics()...)
	h, log := newHandler(t, Options{OpenMetrics: true})
	accepts := []string{"", acceptOpenMetrics, string(expfmt.NewFormat(expfmt.TypeProtoDelim))}
	stop := make(chan struct{})
	var background, scrapes sync.WaitGroup
	background.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			recordOrder(fmt.Sprint(i % 80))
			if i%500 == 499 {
				p.Unregister()
				if err := p.Register(); err != nil {
					t.Error(err)
				}
			}
			goruntime.Gosched()
		}
	})
	for i := range 12 {
		scrapes.Go(func() {
			for n := range 20 {
				if (i+n)%4 == 0 { // leaves in the middle
					c := newSlowClient()
					c.fail = errors.New("the connection is closed")
					close(c.goOn)
					h.ServeHTTP(c, httptest.NewRequest(http.MethodGet, "/metrics", nil))
					continue
				}
				text := get(t, h, accepts[i%3])
				if i%3 == 0 {
					wantWhole(t, text)
				}
			}
		})
	}
	scrapes.Wait()
	close(stop)
	background.Wait()
	for _, report := range log.sorted() {
		if !strings.Contains(report, "the connection is closed") {
			t.Error(report)
		}
	}
}

// wantWhole checks that each histogram of a text has its count in its last bucket: a message
// that is used by two readings at once would not.
func wantWhole(t *testing.T, text string) {
	t.Helper()
	last := ""
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case strings.HasPrefix(name, "shop_latency_bucket") && strings.Contains(name, `le="+Inf"`):
			last = value
		case strings.HasPrefix(name, "shop_latency_count") && value != last:
			t.Errorf("%s is in the last bucket of %s", last, line)
		}
	}
}

// TestIdleAfterLeave: a scrape whose client left during the reading sets the time after which
// memory is released.
func TestIdleAfterLeave(t *testing.T) {
	g := newGate(t)
	h, _ := newHandler(t, Options{})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil).WithContext(ctx))
	}()
	for h.reader.took() == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	<-done
	close(g.pass)
	for h.reader.took() != 0 {
		time.Sleep(time.Millisecond)
	}
	h.reader.mu.Lock()
	if h.reader.spare == nil || h.reader.idle == nil {
		t.Errorf("memory is kept: %t, a timer releases it: %t, want both", h.reader.spare != nil, h.reader.idle != nil)
	}
	h.reader.mu.Unlock()
}

// TestTableShrinksSlowly: the table follows the number of series, also if no single scrape
// loses half of them.
func TestTableShrinksSlowly(t *testing.T) {
	h, _ := newHandler(t, Options{})
	to := newMessages()
	for n := 20000; n > 10; n = n * 6 / 10 {
		m := newMetric("counts", metric.TypeCumulativeInt64, []string{"a"})
		for i := range n {
			m.Series = append(m.Series, seriesOf(int64(1), i))
		}
		h.expose([]*metric.Metric{m}, h.packages(), to)
	}
	if cap(h.table.order) > 1000 {
		t.Errorf("cap(order) %d", cap(h.table.order))
	}
}

// TestGrowingBounds: buckets that are too few for more bounds are not kept.
func TestGrowingBounds(t *testing.T) {
	h, _ := newHandler(t, Options{})
	to := newMessages()
	for n := 1100; n < 1150; n++ {
		bounds := make([]float64, n)
		for i := range bounds {
			bounds[i] = float64(i)
		}
		m := newMetric("spread", metric.TypeCumulativeDistribution, []string{"a"})
		for i := range 10 {
			m.Series = append(m.Series, seriesOf(distribution(1, bounds, make([]int64, n+1)...), i))
		}
		h.expose([]*metric.Metric{m}, h.packages(), to)
	}
	if capacity(to.buckets) > 100000 {
		t.Errorf("room for %d buckets, and at most 11,500 are in use", capacity(to.buckets))
	}
}
