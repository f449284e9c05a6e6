package prometheus

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// A dice makes random families. Its numbers are the bytes of an input of a fuzzer, or random.
type dice struct {
	bytes []byte
	rnd   *rand.Rand // when there are no more bytes; nil: zeros
}

func (d *dice) roll(n int) int {
	if len(d.bytes) > 0 {
		b := d.bytes[0]
		d.bytes = d.bytes[1:]
		return int(b) % n
	}
	if d.rnd == nil {
		return 0
	}
	return d.rnd.IntN(n)
}

func (d *dice) oneIn(n int) bool { return d.roll(n) == n-1 }

func choose[T any](d *dice, of []T) T { return of[d.roll(len(of))] }

var (
	textNames  = []string{"a", "a_total", "shop:b_ms", "_", "__total", "total"}
	textLabels = []string{"method", "outcome", "zone", "le", "quantile", "a:b"}
	textValues = []string{"", "GET", "a \"quoted\" text", "\\", "\n", "\\\n\"", "\\n", "üñ\u2028", "\xff\xfe", "\x00\r\t", "}, # {", longText[:40_000]}
	longText   = strings.Repeat("long\"", 20_000)
	textFloats = []float64{0, math.Copysign(0, -1), 1, -1, 2, 0.5, -0.5, 5, 10, 999_999, 1_000_000, 999_999.5, -999_999, -1e6, 100_000, 123_456_789, 1e20, 1e21, 1e22,
		1 << 53, 1<<53 + 2, 1e-4, 1e-5, 9.999e-5, 0.1, 1.0 / 3, math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64,
		math.Inf(1), math.Inf(-1), math.NaN(), 1 << 62, 1 << 63, -(1 << 63), 1 << 64}
	textCounts = []uint64{0, 1, 2, 9, 999_999, 1_000_000, 1_000_001, 1<<53 + 1, math.MaxInt64, math.MaxUint64}
)

func (d *dice) float() float64 {
	switch d.roll(4) {
	case 0:
		return float64(d.roll(256) * d.roll(256) * d.roll(256))
	case 1:
		return math.Float64frombits(uint64(d.roll(1<<30))<<34 | uint64(d.roll(1<<30))<<4 | uint64(d.roll(16)))
	}
	return choose(d, textFloats)
}

func (d *dice) count() uint64 {
	if d.oneIn(2) {
		return uint64(d.roll(1 << 30))
	}
	return choose(d, textCounts)
}

func (d *dice) labels() (all []*dto.LabelPair) {
	for range d.roll(4) {
		all = append(all, &dto.LabelPair{Name: new(choose(d, textLabels)), Value: new(choose(d, textValues[:len(textValues)-1]))})
	}
	if d.oneIn(200) {
		all = append(all, &dto.LabelPair{Name: new("long"), Value: new(textValues[len(textValues)-1])})
	}
	return all
}

func (d *dice) exemplar() *dto.Exemplar {
	if !d.oneIn(4) {
		return nil
	}
	x := &dto.Exemplar{Label: d.labels(), Value: new(d.float())}
	if d.oneIn(2) {
		x.Timestamp = &timestamppb.Timestamp{Seconds: int64(d.roll(1 << 30)), Nanos: int32(d.roll(1e9))}
	}
	return x
}

func (d *dice) histogram(bounds []float64) *dto.Histogram {
	h := &dto.Histogram{SampleCount: new(d.count()), SampleSum: new(d.float())}
	for _, b := range bounds {
		h.Bucket = append(h.Bucket, &dto.Bucket{UpperBound: new(b), CumulativeCount: new(d.count()), Exemplar: d.exemplar()})
	}
	if d.oneIn(5) {
		h.Bucket = append(h.Bucket, &dto.Bucket{UpperBound: new(math.Inf(1)), CumulativeCount: new(d.count()), Exemplar: d.exemplar()})
	}
	if d.oneIn(50) {
		h.Schema, h.ZeroThreshold, h.ZeroCount = new(int32(3)), new(1e-9), new(uint64(2))
		h.PositiveSpan, h.PositiveDelta = []*dto.BucketSpan{{Offset: new(int32(1)), Length: new(uint32(1))}}, []int64{2}
	}
	if d.oneIn(20) {
		h.CreatedTimestamp = timestamppb.New(at)
	}
	return h
}

func (d *dice) bounds() []float64 {
	bounds := make([]float64, choose(d, []int{0, 1, 3, 12, 12, 300}))
	for i := range bounds {
		bounds[i] = d.float()
	}
	return bounds
}

func (d *dice) metric(t dto.MetricType, bounds []float64) *dto.Metric {
	m := &dto.Metric{Label: d.labels()}
	switch t {
	case dto.MetricType_COUNTER:
		m.Counter = &dto.Counter{Value: new(d.float())}
		if d.oneIn(20) {
			m.Counter.CreatedTimestamp = timestamppb.New(at)
		}
	case dto.MetricType_GAUGE:
		m.Gauge = &dto.Gauge{Value: new(d.float())}
	case dto.MetricType_HISTOGRAM:
		m.Histogram = d.histogram(bounds)
	default:
		m.Untyped = &dto.Untyped{Value: new(d.float())}
	}
	return m
}

func (d *dice) family() *dto.MetricFamily {
	f := &dto.MetricFamily{Name: new(choose(d, textNames)), Type: d.typ().Enum()}
	if !d.oneIn(10) {
		f.Help = new(choose(d, textValues))
	}
	if d.oneIn(4) {
		f.Unit = new(choose(d, []string{"ms", "", "a\"\\\n"}))
	}
	bounds := d.bounds()
	series := 1 + d.roll(40)
	if d.oneIn(10) {
		series *= 5
	}
	for range series {
		if d.oneIn(30) {
			bounds = d.bounds()
		}
		f.Metric = append(f.Metric, d.metric(f.GetType(), bounds))
	}
	return f
}

func (d *dice) typ() dto.MetricType {
	return choose(d, []dto.MetricType{dto.MetricType_COUNTER, dto.MetricType_GAUGE, dto.MetricType_UNTYPED, dto.MetricType_HISTOGRAM, dto.MetricType_HISTOGRAM})
}

// formatsOf returns all formats that a scrape can get, with an escaping scheme.
func formatsOf(scheme string) (all []expfmt.Format) {
	for _, f := range expfmt.DefaultOpenMetricsAcceptedFormats() {
		all = append(all, f+expfmt.Format("; escaping="+scheme))
	}
	return all
}

var schemes = []string{"allow-utf-8", "underscores", "dots", "values"}

// encoded returns the text and the errors of families.
func encoded(e expfmt.Encoder, to *bytes.Buffer, families []*dto.MetricFamily) (text string, errs []error) {
	for _, f := range families {
		errs = append(errs, e.Encode(f))
	}
	errs = append(errs, e.(expfmt.Closer).Close())
	return to.String(), errs
}

// compareEncoders compares our encoder with expfmt's: the bytes, and the error of each family.
func compareEncoders(t *testing.T, format expfmt.Format, families []*dto.MetricFamily) {
	t.Helper()
	var ours, theirs bytes.Buffer
	want, wantErrs := encoded(expfmt.NewEncoder(&theirs, format), &theirs, families)
	got, gotErrs := encoded(newEncoder(&ours, format), &ours, families)
	if got != want {
		i := 0
		for i < min(len(got), len(want)) && got[i] == want[i] {
			i++
		}
		around := func(s string) string { return s[max(0, i-100):min(len(s), i+100)] }
		t.Errorf("%s, byte %d: got\n%q\nwant\n%q", format, i, around(got), around(want))
	}
	if got, want := fmt.Sprint(gotErrs), fmt.Sprint(wantErrs); got != want {
		t.Errorf("%s: errors %.1000q, want %.1000q", format, got, want)
	}
}

// TestEncodersAreTheSame compares encoded random families with expfmt's, byte for byte.
func TestEncodersAreTheSame(t *testing.T) {
	rounds := 100
	if testing.Short() {
		rounds = 40
	}
	for seed := range uint64(rounds) {
		d := &dice{rnd: rand.New(rand.NewPCG(seed, 5))}
		families := make([]*dto.MetricFamily, 1+d.roll(8))
		for i := range families {
			families[i] = d.family()
		}
		wantPlain(t, families)
		for _, format := range formatsOf(choose(d, schemes)) {
			compareEncoders(t, format, families)
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func FuzzEncoders(f *testing.F) {
	f.Add([]byte{})
	for seed := range uint64(20) {
		rnd := rand.New(rand.NewPCG(seed, 6))
		b := make([]byte, 400)
		for i := range b {
			b[i] = byte(rnd.Uint32())
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		d := &dice{bytes: input}
		formats := formatsOf(choose(d, schemes))
		families := []*dto.MetricFamily{d.family(), d.family()}
		for _, format := range formats {
			compareEncoders(t, format, families)
		}
	})
}

// FuzzTextValues compares the texts of numbers and of strings.
func FuzzTextValues(f *testing.F) {
	for i, v := range textFloats {
		f.Add(v, uint64(v), textValues[i%len(textValues)])
	}
	f.Fuzz(func(t *testing.T, v float64, n uint64, text string) {
		label := []*dto.LabelPair{{Name: new("a"), Value: &text}}
		families := []*dto.MetricFamily{
			{Name: new("a"), Help: &text, Type: dto.MetricType_GAUGE.Enum(), Metric: []*dto.Metric{{Label: label, Gauge: &dto.Gauge{Value: &v}}}},
			{Name: new("b"), Unit: &text, Type: dto.MetricType_HISTOGRAM.Enum(), Metric: []*dto.Metric{{Label: label, Histogram: &dto.Histogram{
				SampleCount: &n, SampleSum: &v, Bucket: []*dto.Bucket{{UpperBound: &v, CumulativeCount: &n, Exemplar: &dto.Exemplar{Label: label, Value: &v}}},
			}}}},
		}
		wantPlain(t, families)
		for _, format := range formatsOf("dots") {
			compareEncoders(t, format, families)
		}
	})
}

// TestFloatsAreTheSame goes through numbers around those at which the form of a number changes.
func TestFloatsAreTheSame(t *testing.T) {
	var metrics []*dto.Metric
	add := func(v float64) { metrics = append(metrics, &dto.Metric{Gauge: &dto.Gauge{Value: &v}}) }
	for _, v := range textFloats {
		for _, near := range []float64{v, -v, math.Nextafter(v, math.Inf(1)), math.Nextafter(v, math.Inf(-1)), v + 1, v - 1} {
			add(near)
		}
	}
	rnd := rand.New(rand.NewPCG(1, 7))
	for range 10_000 {
		add(math.Float64frombits(rnd.Uint64()))
		add(float64(rnd.Int64N(1<<21) - 1<<20))
		add(float64(rnd.Int64()))
	}
	f := &dto.MetricFamily{Name: new("a"), Type: dto.MetricType_GAUGE.Enum(), Metric: metrics}
	for _, format := range formatsOf("dots") {
		compareEncoders(t, format, []*dto.MetricFamily{f})
	}
}

// TestManyBounds: of very many bounds the texts are not kept.
func TestManyBounds(t *testing.T) {
	h := &dto.Histogram{}
	for i := range 10 * maxBounds {
		h.Bucket = append(h.Bucket, &dto.Bucket{UpperBound: new(float64(i))})
	}
	f := &dto.MetricFamily{Name: new("a"), Type: dto.MetricType_HISTOGRAM.Enum(), Metric: []*dto.Metric{{Histogram: h}, {Histogram: h}}}
	compareEncoders(t, expfmt.FmtText, []*dto.MetricFamily{f})
	e := newTextEncoder(io.Discard, expfmt.FmtText)
	if err := e.Encode(f); err != nil || len(e.bounds) != maxBounds {
		t.Errorf("%v, %d bounds are kept, want %d", err, len(e.bounds), maxBounds)
	}
}

// TestWhichEncoder: only formats whose every byte is known have our encoders.
func TestWhichEncoder(t *testing.T) {
	for format, want := range map[expfmt.Format]string{
		expfmt.FmtText: "*prometheus.textEncoder", expfmt.FmtOpenMetrics_1_0_0: "*prometheus.textEncoder", expfmt.FmtOpenMetrics_0_0_1: "*prometheus.textEncoder",
		expfmt.FmtProtoDelim: "*prometheus.protoEncoder",
		expfmt.FmtProtoText:  "expfmt.encoderCloser", expfmt.FmtProtoCompact: "expfmt.encoderCloser", expfmt.FmtOpenMetrics_2_0_0: "expfmt.encoderCloser",
	} {
		for _, scheme := range []expfmt.Format{"", "; escaping=dots"} {
			if got := fmt.Sprintf("%T", newEncoder(nil, format+scheme)); got != want {
				t.Errorf("%s has the encoder %s, want %s", format+scheme, got, want)
			}
		}
	}
	for _, format := range []expfmt.Format{"text/plain; version=0.0.5", "text/html"} {
		if newTextEncoder(nil, format) != nil || newProtoEncoder(nil, format) != nil {
			t.Errorf("%s has our encoder", format)
		}
	}
}

// A failingWriter fails after some bytes.
type failingWriter struct {
	left  int
	after int // bytes after the first error
}

var errClosed = errors.New("the connection is closed")

func (w *failingWriter) Write(p []byte) (int, error) {
	if w.left < 0 {
		w.after += len(p)
	}
	if w.left -= len(p); w.left < 0 {
		return 0, errClosed
	}
	return len(p), nil
}

// largeFamily has 20 series with very long labels.
func largeFamily(name string) *dto.MetricFamily {
	f := &dto.MetricFamily{Name: &name, Type: dto.MetricType_GAUGE.Enum()}
	for range 20 {
		f.Metric = append(f.Metric, &dto.Metric{
			Label: []*dto.LabelPair{{Name: new("x"), Value: &longText}}, Gauge: &dto.Gauge{Value: new(1.0)}})
	}
	return f
}

// TestClientHasLeft: after the first error of a connection nothing more is written.
func TestClientHasLeft(t *testing.T) {
	large := largeFamily("a")
	for _, format := range formatsOf("dots") {
		for _, left := range []int{0, 200_000, 7_000_000} {
			w := &failingWriter{left: left}
			err := encode(w, format, []*dto.MetricFamily{large, large, large, large})
			if !errors.Is(err, errClosed) || w.after > 0 {
				t.Errorf("%s, after %d bytes: %v, %d bytes were written afterwards", format, left, err, w.after)
			}
		}
	}
}

// A shortWriter breaks the rule of io.Writer: it takes a part of the bytes without an error.
type shortWriter struct{ calls int }

func (w *shortWriter) Write(p []byte) (int, error) {
	w.calls++
	return len(p) / 2, nil
}

// TestShortWrites: if a middleware takes only a part of a piece, the rest of the response is not
// written after the gap.
func TestShortWrites(t *testing.T) {
	for _, format := range []expfmt.Format{expfmt.FmtText, expfmt.FmtOpenMetrics_1_0_0, expfmt.FmtProtoDelim} {
		w := &shortWriter{}
		err := encode(w, format, []*dto.MetricFamily{largeFamily("a"), largeFamily("b")})
		if !errors.Is(err, io.ErrShortWrite) || w.calls != 1 {
			t.Errorf("%s: %v, %d pieces were written", format, err, w.calls)
		}
	}
}

// TestLargeBuffersAreNotKept: a response with long labels leaves no large buffers behind.
func TestLargeBuffersAreNotKept(t *testing.T) {
	for _, format := range formatsOf("dots") {
		if err := encode(io.Discard, format, []*dto.MetricFamily{largeFamily("a")}); err != nil {
			t.Error(err)
		}
	}
	for range 10 {
		text, message := textEncoders.Get().(*textEncoder), protoEncoders.Get().(*protoEncoder)
		if n := cap(text.pending) + cap(text.labels) + cap(text.bucket); n > 2*pieceSize {
			t.Errorf("%d bytes are kept for text", n)
		}
		if n := cap(message.pending) + cap(message.series); n > 2*pieceSize {
			t.Errorf("%d bytes are kept for protobuf", n)
		}
	}
}
