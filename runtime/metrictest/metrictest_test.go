package metrictest_test

import (
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metrictest"
)

// TestWanted asserts what was recorded; nothing of what was recorded before the
// start counts.
func TestWanted(t *testing.T) {
	request(time.Second, ok, onA)
	recordRevenue(1e6)
	sell(onA, 7)

	m := metrictest.Start(t)
	request(20*time.Millisecond, ok, none)
	request(25*time.Millisecond, ok, onA)
	request(time.Minute, failed, onA)
	recordRevenue(0.1)
	recordRevenue(0.2)
	queueDepth.At(0).Set(-4)
	sell(onA, 1)
	sell(onB, 2)

	requests, fine := m.Metric("shop/request_count"), metrictest.Tags{"outcome": "ok"}
	requests.WantCount(3)
	requests.With(fine).WantCount(2)
	requests.With(fine).With(metrictest.Tags{"shelf": "a"}).WantCount(1)
	requests.With(fine).With(metrictest.Tags{"outcome": "error"}).WantCount(1)
	requests.With(metrictest.Tags{"shelf": ""}).WantCount(1)
	requests.With(metrictest.Tags{"shelf": "b"}).WantNoChange()

	latency := m.Metric("shop/request_latency")
	latency.WantCount(3)
	latency.WantSum(60045)
	latency.With(fine).WantSum(45)
	latency.With(fine).WantBuckets(metrictest.Buckets{10: 1, 25: 1})
	latency.WantBuckets(metrictest.Buckets{0: 0, 10: 1, 25: 1, 100: 1})

	m.Metric("shop/revenue").WantSum(0.3)
	m.Metric("shop/queue_depth").WantLast(-4)
	m.Metric("shop/sold").WantSum(3)
	m.Metric("shop/sold").With(metrictest.Tags{"shelf": "b"}).WantSum(2)
	m.Metric("shop/cart_abandoned").WantNoChange()
	metrictest.Start(t).Metric("shop/sold").WantNoChange()
}

func TestGetters(t *testing.T) {
	m := metrictest.Start(t)
	request(2*time.Millisecond, ok, none)
	request(time.Millisecond/2, ok, none)
	latency := m.Metric("shop/request_latency")
	if count, sum := latency.Count(), latency.Sum(); count != 2 || sum != 2.5 {
		t.Errorf("count %d, sum %v", count, sum)
	}
	setStock(onA, 2.5)
	setStock(onB, 1)
	stock := m.Metric("shop/stock")
	if got, ok := stock.With(metrictest.Tags{"shelf": "a"}).Last(); got != 2.5 || !ok {
		t.Errorf("last %v, %v", got, ok)
	}
	if got, ok := stock.With(metrictest.Tags{"shelf": "nowhere"}).Last(); ok {
		t.Errorf("last %v of no series", got)
	}
	if got, ok := stock.Last(); ok {
		t.Errorf("last %v of several series", got)
	}
}

// A package that was registered anew counts from zero, and so does the test.
func TestRegisteredAnew(t *testing.T) {
	for range 3 {
		abandoned.At(0).Inc()
	}
	m := metrictest.Start(t)
	shop.Unregister()
	time.Sleep(time.Millisecond) // series that begin at the same time cannot be told apart
	if err := shop.Register(); err != nil {
		t.Fatal(err)
	}
	abandoned.At(0).Inc()
	m.Metric("shop/cart_abandoned").WantCount(1)
}

func TestString(t *testing.T) {
	m := metrictest.Start(t)
	if got := m.String(); got != "nothing" {
		t.Errorf("before anything was recorded: %s", got)
	}
	sell(onA, 2)
	abandoned.At(0).Inc()
	want := `shop/cart_abandoned [1]  Carts given up.
  value
      1

shop/sold [1]  Goods sold.
  shelf  value
  a          2
`
	if got := m.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
