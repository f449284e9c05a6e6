package schema

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

func TestRatFloatRoundsOnce(t *testing.T) {
	for text, want := range map[string]float64{
		"0.3": 0.3, "1e308": 1e308, "5e-324": 5e-324, "0": 0, "-2.5": -2.5,
		"1.7976931348623157e308": math.MaxFloat64, "9007199254740993": 9007199254740992,
	} {
		if got, err := ratFloat(rat(t, text)); err != nil || got != want {
			t.Errorf("ratFloat(%s) = %v, %v, want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{"1e309": "beyond", "-1e400": "beyond", "1e-400": "closer to 0", "-1e-325": "closer to 0"} {
		if got, err := ratFloat(rat(t, text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ratFloat(%s) = %v, %v, want an error that says %q", text, got, err, want)
		}
	}
}

func TestFormatNumber(t *testing.T) {
	for want, f := range map[string]float64{
		"1000": 1000, "0.3": 0.3, "2.5": 2.5, "1000000": 1e6, "1000000000000000": 1e15, "1e+16": 1e16, "-1000000": -1e6,
		"0.000001": 1e-6, "1e-07": 1e-7, "123456789.123": 123456789.123, "0": math.Copysign(0, -1), ".inf": math.Inf(1), "-.inf": math.Inf(-1),
	} {
		got := formatNumber(f)
		if got != want {
			t.Errorf("formatNumber(%v) = %q, want %q", f, got, want)
		}
		if math.IsInf(f, 0) {
			continue
		}
		if back, err := strconv.ParseFloat(got, 64); err != nil || back != f {
			t.Errorf("formatNumber(%v) reads back as %v, %v", f, back, err)
		}
	}
}

// A value that a message proposes must be valid in a schema.
func TestFormatQuantityReadsBack(t *testing.T) {
	units := []string{"1", "{EUR}", "%", "bit", "By/s"}
	for unit := range timeUnits {
		units = append(units, unit)
	}
	for unit := range sizeUnits {
		units = append(units, unit)
	}
	for _, unit := range units {
		for _, f := range []float64{250, 1000, 0.3, 1e-9, 1e300, -5} {
			text := formatQuantity(f, unit)
			if strings.HasSuffix(text, unit) != (dimension(unit) != "") {
				t.Errorf("formatQuantity(%v, %q) = %q", f, unit, text)
			}
			r, err := parseQuantity(text, unit)
			if err != nil {
				t.Errorf("formatQuantity(%v, %q) = %q: %v", f, unit, text, err)
				continue
			}
			if back, err := ratFloat(r); err != nil || back != f {
				t.Errorf("%q reads back as %v, %v", text, back, err)
			}
		}
	}
}

func TestPercent(t *testing.T) {
	for text, want := range map[string]string{
		"0.999": "99.9%", "0.98": "98%", "0.9999": "99.99%", "1/2": "50%", "1": "100%", "0.0001": "0.01%", "1/3": "33.33333333333333%",
	} {
		if got := percent(rat(t, text)); got != want {
			t.Errorf("percent(%s) = %q, want %q", text, got, want)
		}
	}
}

func TestClipKeepsMessagesShort(t *testing.T) {
	if got := clip(strings.Repeat("é", 100)); got != strings.Repeat("é", 30)+"…" {
		t.Errorf("clip cut to %q", got)
	}
	if got := clip("x" + strings.Repeat("é", 100)); got != "x"+strings.Repeat("é", 29)+"…" {
		t.Errorf("clip cut a letter in two: %q", got)
	}
}
