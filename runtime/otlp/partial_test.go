package otlp

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
)

// labels returns the value of the first label of each failed series.
func labels(t *testing.T, err error) map[string]runtime.Fate {
	t.Helper()
	all := map[string]runtime.Fate{}
	var failed *runtime.ExportError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	if failed != nil {
		for _, f := range failed.Failures {
			all[f.Series.LabelValues[0].Value] = f.Fate
		}
	}
	return all
}

// The receiver says how many points it refused. Which ones is found out, and
// every other one is there.
func TestPartialSuccess(t *testing.T) {
	for _, refused := range [][]string{{"s0"}, {"s999"}, {"s17", "s18"}, {"s1", "s500", "s998"}} {
		t.Run(strings.Join(refused, " "), func(t *testing.T) {
			overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
				bad := map[string]bool{}
				for _, r := range refused {
					bad[r] = true
				}
				receiver.SetFault(fakeotlp.Fault{Reject: func(p fakeotlp.Point) bool { return bad[p.Attributes["k"]] }, Advice: "label k is taboo"})
				failed := labels(t, e.Export(t.Context(), []*metric.Metric{numbered("m", 1000)}))
				if len(failed) != len(refused) {
					t.Errorf("%d points failed, want %v", len(failed), refused)
				}
				for _, r := range refused {
					if fate, ok := failed[r]; !ok || fate != runtime.Refused {
						t.Errorf("%s: %v, %v", r, fate, ok)
					}
				}
				if totals := receiver.Totals("m"); len(totals) != 1000-len(refused) || totals["k=s2"].Sum != 3 {
					t.Errorf("%d series arrived", len(totals))
				}
				// What is refused again and again costs one request more.
				before := len(receiver.Requests())
				again := labels(t, e.Export(t.Context(), []*metric.Metric{numbered("m", 1000)}))
				if len(again) != len(refused) || len(receiver.Requests())-before != 2 {
					t.Errorf("next export: %d failed, %d requests", len(again), len(receiver.Requests())-before)
				}
				// An export without them, such as a retry of others, leaves that so.
				if err := e.Export(t.Context(), []*metric.Metric{numbered("other", 0)}); err != nil {
					t.Error(err)
				}
				before = len(receiver.Requests())
				again = labels(t, e.Export(t.Context(), []*metric.Metric{numbered("m", 1000)}))
				if len(again) != len(refused) || len(receiver.Requests())-before != 2 {
					t.Errorf("the export after: %d failed, %d requests", len(again), len(receiver.Requests())-before)
				}
				// And is taken as soon as the receiver takes it.
				receiver.SetFault(fakeotlp.Fault{})
				if err := e.Export(t.Context(), []*metric.Metric{numbered("m", 1000)}); err != nil {
					t.Error(err)
				}
				if totals := receiver.Totals("m"); len(totals) != 1000 || len(e.refused) != 0 {
					t.Errorf("%d series arrived in the end, %d are still held for refused", len(totals), len(e.refused))
				}
			})
		})
	}
}

// TestRefusedSeriesThatEnd: an exporter does not remember refused series forever.
func TestRefusedSeriesThatEnd(t *testing.T) {
	receiver := fakeotlp.New(t)
	e := newTest(t, Options{Endpoint: "http://" + receiver.GRPC()})
	receiver.SetFault(fakeotlp.Fault{Reject: func(fakeotlp.Point) bool { return true }})
	for i := range 15 {
		_ = e.Export(t.Context(), []*metric.Metric{numbered(fmt.Sprint("m", i), 10_000)})
		if i == 5 && len(e.refused) != 60_000 || len(e.refused) > maxRefused {
			t.Fatalf("export %d: %d series are remembered", i, len(e.refused))
		}
	}
}

func TestAllRefused(t *testing.T) {
	overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
		receiver.SetFault(fakeotlp.Fault{Reject: func(fakeotlp.Point) bool { return true }, Advice: "closed on Sundays"})
		counts, why := fates(t, e.Export(t.Context(), []*metric.Metric{numbered("m", 50)}))
		if counts[runtime.Refused] != 50 || len(counts) != 1 || !strings.Contains(why.Error(), "closed on Sundays") {
			t.Errorf("%v, %v", counts, why)
		}
		if n := len(receiver.Requests()); n != 1 {
			t.Errorf("%d requests", n)
		}
	})
}

// Too many to find: what may have been taken says so.
func TestTooManyToFind(t *testing.T) {
	overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
		odd := func(p fakeotlp.Point) bool { return strings.ContainsAny(p.Attributes["k"], "13579") }
		receiver.SetFault(fakeotlp.Fault{Reject: odd})
		const series = 2000
		var want int
		for i := range series {
			if odd(fakeotlp.Point{Attributes: map[string]string{"k": fmt.Sprintf("s%d", i)}}) {
				want++
			}
		}
		failed := labels(t, e.Export(t.Context(), []*metric.Metric{numbered("m", series)}))
		if n := len(receiver.Requests()); n > 2+maxResends {
			t.Errorf("%d requests", n)
		}
		if len(failed) < want || len(failed) > series {
			t.Errorf("%d points are not confirmed, want at least the %d refused", len(failed), want)
		}
		for label, fate := range failed {
			if fate == runtime.Refused && !odd(fakeotlp.Point{Attributes: map[string]string{"k": label}}) {
				t.Errorf("%s was not refused", label)
			}
		}
	})
}

// A receiver that refuses what it has taken already cannot be asked which it
// refused at first. In the second case its numbers agree with each other until
// the end.
func TestRefusesRepeats(t *testing.T) {
	for _, bad := range []string{"s3", "s4 s5 s6 s7"} {
		overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
			var mu sync.Mutex
			seen := map[string]bool{}
			receiver.SetFault(fakeotlp.Fault{Reject: func(p fakeotlp.Point) bool {
				mu.Lock()
				defer mu.Unlock()
				key := p.Attributes["k"]
				refuse := strings.Contains(bad, key) || seen[key]
				seen[key] = true
				return refuse
			}})
			counts, _ := fates(t, e.Export(t.Context(), []*metric.Metric{numbered("m", 8)}))
			if counts[runtime.Refused] != 0 || counts[runtime.Unconfirmed] != 8 {
				t.Errorf("%s: %v", bad, counts)
			}
		})
	}
}

func TestAdviceIsSuccess(t *testing.T) {
	overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
		receiver.SetFault(fakeotlp.Fault{Advice: "units should be in UCUM"})
		if err := e.Export(t.Context(), []*metric.Metric{numbered("m", 3)}); err != nil {
			t.Error(err)
		}
	})
}

// The Collector takes 4 MiB over gRPC; others may take less, which is found out.
func TestTooLarge(t *testing.T) {
	overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
		receiver.SetFault(fakeotlp.Fault{MaxBytes: 4 << 20})
		m := numbered("m", 20_000)
		if err := e.Export(t.Context(), []*metric.Metric{m, numbered("n", 10)}); err != nil {
			t.Error(err)
		}
		for _, r := range receiver.Requests() {
			if r.Bytes > maxRequest {
				t.Errorf("a request of %d bytes", r.Bytes)
			}
		}
		if n := len(receiver.Totals("m")); n != 20_000 {
			t.Errorf("%d series arrived", n)
		}
		receiver.SetFault(fakeotlp.Fault{MaxBytes: 100_000})
		if err := e.Export(t.Context(), []*metric.Metric{numbered("small", 5000)}); err != nil {
			t.Error(err)
		}
		if n := len(receiver.Totals("small")); n != 5000 {
			t.Errorf("%d series arrived at the receiver that takes little", n)
		}
		receiver.SetFault(fakeotlp.Fault{MaxBytes: 1})
		if counts, why := fates(t, e.Export(t.Context(), []*metric.Metric{numbered("m", 3)})); counts[runtime.Refused] != 3 || len(counts) != 1 {
			t.Errorf("%v, %v", counts, why)
		}
	})
}
