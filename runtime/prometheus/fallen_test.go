package prometheus

import (
	"math"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime/internal/testsource"
	"github.com/ocgen/ocgen/runtime/metric"
)

const acceptOpenMetrics = "application/openmetrics-text; version=1.0.0"

// fallenMetric returns a metric of totals that has fallen, or one that has not.
func fallenMetric(name, unit string, fallen bool, all ...*metric.Series) *metric.Metric {
	m := newMetric(name, metric.TypeCumulativeInt64, []string{"kind"}, all...)
	m.Descriptor.Unit, m.Descriptor.Fallen = unit, fallen
	return m
}

// The series of a metric keep their name when it falls, in every format.
func TestFallenIsUntyped(t *testing.T) {
	for _, c := range []struct {
		name, unit           string
		fallen               bool
		text, open, openName string // lines of the types, and the name in OpenMetrics's line
	}{
		{"pool/open", "1", false, "pool_open counter", "pool_open unknown", ""},
		{"pool/open", "1", true, "pool_open untyped", "pool_open unknown", ""},
		{"open_total", "1", false, "open_total counter", "open counter", ""},
		{"open_total", "1", true, "open_total untyped", "open_total unknown", ""},
		{"open_s_total", "s", false, "open_s_total counter", "open_s counter", "open_s s"},
		{"open_s_total", "s", true, "open_s_total untyped", "open_s_total unknown", ""},
		{"open_s", "s", true, "open_s untyped", "open_s unknown", "open_s s"},
	} {
		t.Run(strings.ReplaceAll(c.text, " ", "_"), func(t *testing.T) {
			testsource.Produce(t, fallenMetric(c.name, c.unit, c.fallen, series(int64(-3), "a"), series(int64(2), "b")))
			h, log := newHandler(t, Options{OpenMetrics: true})
			name := sanitize(c.name)
			sample := name + `{kind="a"} -3`
			text, open := get(t, h, ""), get(t, h, acceptOpenMetrics)
			for _, want := range []string{"# TYPE " + c.text + "\n", sample + "\n"} {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in\n%s", want, text)
				}
			}
			for _, want := range []string{"# TYPE " + c.open + "\n", sample + ".0\n"} {
				if !strings.Contains(open, want) {
					t.Errorf("no %q in\n%s", want, open)
				}
			}
			if unit := "# UNIT " + c.openName + "\n"; strings.Contains(open, "# UNIT") != (c.openName != "") || c.openName != "" && !strings.Contains(open, unit) {
				t.Errorf("want the unit %q in\n%s", c.openName, open)
			}
			wantUntypedProto(t, h, name, c.fallen)
			if len(log.sorted()) > 0 {
				t.Errorf("%q", log.sorted())
			}
		})
	}
}

// wantUntypedProto looks at the families that a protobuf response has.
func wantUntypedProto(t *testing.T, h *Handler, name string, fallen bool) {
	t.Helper()
	want := "COUNTER"
	if fallen {
		want = "UNTYPED"
	}
	read, release := h.reader.read(t.Context())
	defer release()
	for _, f := range read.families {
		if f.GetName() != name {
			continue
		}
		if f.GetType().String() != want || len(f.Metric) != 2 || (f.Metric[0].Untyped != nil) != fallen || (f.Metric[0].Counter != nil) == fallen {
			t.Errorf("%v", f)
		}
		return
	}
	t.Errorf("no family %s", name)
}

// A total that is not finite is left out, whether it has fallen or not.
func TestFallenNotFinite(t *testing.T) {
	m := newMetric("open", metric.TypeCumulativeFloat64, nil, series(math.NaN()))
	m.Descriptor.Fallen = true
	testsource.Produce(t, m)
	h, log := newHandler(t, Options{})
	if text := withoutOwn(t, get(t, h, ""), 1); text != "" || len(log.sorted()) != 1 {
		t.Errorf("%s%q", text, log.sorted())
	}
}
