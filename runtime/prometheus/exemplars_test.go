package prometheus

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/internal/testsource"
	"github.com/ocgen/ocgen/runtime/metric"
)

var spanBounds = []float64{0, 5, 10, 500}

// spans is a distribution into which values are recorded, each in a span of its
// own, as recorders do it.
type spans struct {
	*metric.Distribution
	recorded uint64
}

func newSpans() *spans {
	return &spans{Distribution: distribution(0, spanBounds, make([]int64, len(spanBounds)+1)...)}
}

// record returns the bucket of the value.
func (s *spans) record(v float64, at time.Time) int {
	s.recorded++
	var id metric.SpanID
	binary.BigEndian.PutUint64(id[:], s.recorded)
	i := 0
	for i < len(spanBounds) && v >= spanBounds[i] {
		i++
	}
	s.Count++
	s.Sum += v
	s.Buckets[i].Count++
	s.Buckets[i].Exemplar = &metric.Exemplar{Value: v, Timestamp: at, Span: metric.Span{TraceID: metric.TraceID{1}, SpanID: id}}
	return i
}

// A seen is an exemplar as Prometheus has it.
type seen struct {
	span   uint64
	value  float64
	millis int64
}

var bucketLine = regexp.MustCompile(`^x_bucket\{le="(.*)"\} \d+ # \{span_id="([0-9a-f]{16})",trace_id="01(?:00){15}"\} (\S+) (\S+)\n$`)

// scrapeExemplars returns the exemplars of the metric x, by the texts of their bounds.
func scrapeExemplars(t *testing.T, h *Handler) map[string]seen {
	t.Helper()
	all := map[string]seen{}
	for line := range strings.Lines(get(t, h, "application/openmetrics-text; version=1.0.0")) {
		if strings.HasPrefix(line, "#") || !strings.Contains(line, " # ") {
			continue
		}
		m := bucketLine.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("not an exemplar of a bucket: %s", line)
		}
		span, err := strconv.ParseUint(m[2], 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		var numbers [2]float64
		for i := range numbers {
			if numbers[i], err = strconv.ParseFloat(m[3+i], 64); err != nil {
				t.Fatal(err)
			}
		}
		all[m[1]] = seen{span, numbers[0], int64(numbers[1] * 1000)} // as Prometheus cuts it
	}
	return all
}

// Each bucket shows its own exemplar and no other one, wherever in it the value is.
func TestExemplarsOfBuckets(t *testing.T) {
	texts := []string{"0.0", "5.0", "10.0", "500.0", "+Inf"}
	values := []float64{-3, 0, math.Nextafter(0, 1), math.Nextafter(5, 0), 5, 7, math.Nextafter(10, 0), 10, 12,
		math.Nextafter(500, 0), 500, math.Nextafter(500, 501), 1e300}
	h, log := newHandler(t, Options{OpenMetrics: true})
	for _, first := range values {
		for _, second := range values {
			t.Run(fmt.Sprint(first, " ", second), func(t *testing.T) {
				s := newSpans()
				testsource.Produce(t, newMetric("x", metric.TypeCumulativeDistribution, nil, series(s.Distribution)))
				want := map[string]seen{}
				want[texts[s.record(first, at)]] = seen{1, first, at.UnixMilli()}
				want[texts[s.record(second, at)]] = seen{2, second, at.UnixMilli()} // in one bucket, the later one
				if got := scrapeExemplars(t, h); fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("got %v, want %v", got, want)
				}
			})
			get(t, h, "") // without the series, which another run begins anew
		}
	}
	wantReports(t, log, nil)
}

// TestExemplarsStayInOrder holds every scrape to what Prometheus asks of a bucket:
// the exemplar that it had, or a newer one.
func TestExemplarsStayInOrder(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 2))
			s := newSpans()
			testsource.Produce(t, newMetric("x", metric.TypeCumulativeDistribution, nil, series(s.Distribution)))
			h, log := newHandler(t, Options{OpenMetrics: true})
			last, now, taken := map[string]seen{}, at, 0
			for range 200 {
				now = now.Add(time.Duration(rnd.Int64N(int64(1500 * time.Microsecond))))
				if seed%2 == 1 { // whole milliseconds, which a float64 of seconds may not reach
					now = now.Add(time.Millisecond / 2).Truncate(time.Millisecond)
				}
				s.record([]float64{-1, 0, 1, 5, 6, 10, 11, 500, 501}[rnd.IntN(9)], now)
				for bound, e := range scrapeExemplars(t, h) {
					before, ok := last[bound]
					if e == before {
						continue
					}
					if ok && e.millis <= before.millis {
						t.Fatalf("le=%q: %v after %v", bound, e, before)
					}
					last[bound] = e
					taken++
				}
			}
			if taken < 100 {
				t.Errorf("only %d of 200 exemplars were shown", taken)
			}
			wantReports(t, log, nil)
		})
	}
}

// Of exemplars that Prometheus cannot tell apart by their time the first one stays,
// and a clock that is set back brings no older one.
func TestExemplarsOfOneMillisecond(t *testing.T) {
	s := newSpans()
	testsource.Produce(t, newMetric("x", metric.TypeCumulativeDistribution, nil, series(s.Distribution)))
	h, _ := newHandler(t, Options{OpenMetrics: true})
	for i, c := range []struct {
		after time.Duration
		want  uint64
	}{
		{0, 1}, {0, 1}, {300 * time.Microsecond, 1}, {-time.Hour, 1}, {-1, 1},
		{2 * time.Millisecond, 6}, {2 * time.Millisecond, 6}, {time.Second, 8},
	} {
		s.record(7, at.Add(c.after))
		for range 2 {
			if got := scrapeExemplars(t, h)["10.0"].span; got != c.want {
				t.Errorf("%d: got that of span %d, want %d", i, got, c.want)
			}
		}
	}
}

// A producer may give what no recorder makes: it is not shown.
func TestStrangeExemplars(t *testing.T) {
	for what, change := range map[string]func(*metric.Exemplar){
		"above its bucket": func(e *metric.Exemplar) { e.Value = 10.5 },
		"not a number":     func(e *metric.Exemplar) { e.Value = math.NaN() },
		"infinite":         func(e *metric.Exemplar) { e.Value = math.Inf(-1) },
		"without a time":   func(e *metric.Exemplar) { e.Timestamp = time.Time{} },
		"far away":         func(e *metric.Exemplar) { e.Timestamp = time.Unix(1e12, 0) },
		"without a span":   func(e *metric.Exemplar) { e.Span = metric.Span{} },
		"with text alone": func(e *metric.Exemplar) {
			e.Span, e.Attachments = metric.Span{}, map[string]string{"SpanContext": "1"}
		},
	} {
		t.Run(what, func(t *testing.T) {
			s := newSpans()
			testsource.Produce(t, newMetric("x", metric.TypeCumulativeDistribution, nil, series(s.Distribution)))
			h, log := newHandler(t, Options{OpenMetrics: true})
			change(s.Buckets[s.record(7, at)].Exemplar)
			s.record(600, at)
			if got := scrapeExemplars(t, h); len(got) != 1 || got["+Inf"].span != 2 {
				t.Errorf("got %v", got)
			}
			wantReports(t, log, nil)
		})
	}
}
