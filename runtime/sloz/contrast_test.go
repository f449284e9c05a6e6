package sloz

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var colour = regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`)

// TestContrast holds both schemes to WCAG 2.2 AA: 4.5 for text (1.4.3), 3 for
// what pictures are read by (1.4.11).
func TestContrast(t *testing.T) {
	light, rest, _ := strings.Cut(pageCSS, "prefers-color-scheme: dark")
	dark, _, _ := strings.Cut(rest, "* {")
	for name, css := range map[string]string{"light": light, "dark": dark} {
		colours := map[string]float64{}
		for _, m := range colour.FindAllStringSubmatch(css, -1) {
			colours[m[1]] = luminance(t, m[2])
		}
		for _, c := range []struct {
			least       float64
			fore, backs string
		}{
			{4.5, "text", "page card none-tint bad-tint"},
			{4.5, "muted", "page card none-tint bad-tint"},
			{4.5, "link", "page card"},
			{4.5, "good", "good-tint"},
			{4.5, "bad", "bad-tint card"},
			{4.5, "burning", "burning-tint card"},
			{4.5, "none", "none-tint"},
			{3, "good-fill", "card"},
			{3, "bad-fill", "card"},
			{3, "focus", "page card"},
		} {
			for _, back := range strings.Fields(c.backs) {
				if got := contrast(colours[c.fore], colours[back]); got < c.least {
					t.Errorf("%s: %s on %s has a contrast of %.2f, want %v", name, c.fore, back, got, c.least)
				}
			}
		}
	}
}

// luminance is the relative luminance of WCAG.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	rgb, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	linear := func(v uint64) float64 {
		c := float64(v&255) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(rgb>>16) + 0.7152*linear(rgb>>8) + 0.0722*linear(rgb)
}

func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }
