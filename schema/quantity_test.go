package schema

import (
	"math/big"
	"strings"
	"testing"
	"unicode"
)

func rat(t *testing.T, text string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is no fraction", text)
	}
	return r
}

func TestParseNumber(t *testing.T) {
	for text, want := range map[string]string{
		"5": "5", "+5": "5", "-2": "-2", "0": "0", "-0": "0", "2.5": "5/2", ".5": "1/2", "5.": "5", "0.1": "1/10",
		"1e3": "1000", "1E+3": "1000", "25e-1": "5/2", "1e400": "1" + strings.Repeat("0", 400),
		// The longest text that is read as an int64, and the shortest that is not.
		"987654321987654321": "987654321987654321", "9876543219876543210": "9876543219876543210",
	} {
		got, err := parseNumber(text)
		if err != nil || got.Cmp(rat(t, want)) != 0 {
			t.Errorf("parseNumber(%q) = %v, %v, want %s", text, got, err, want)
		}
	}
}

func TestParseNumberRefuses(t *testing.T) {
	long := strings.Repeat("9", 401)
	for text, want := range map[string]string{
		"1_000":        `"1_000" contains a "_"; write 1000`,
		"-1_000":       `"-1_000" contains a "_"; write -1000`,
		"0x10":         `"0x10" is not a decimal number; write it in base ten`,
		"010":          `"010" has a leading zero, which some YAML parsers read as octal; write 10`,
		"00":           `"00" has a leading zero, which some YAML parsers read as octal; write 0`,
		"1e999999999":  `"1e999999999" has an exponent beyond ±400; write a smaller one`,
		"1e-401":       `"1e-401" has an exponent beyond ±400; write a smaller one`,
		"1e" + long:    `"1e` + strings.Repeat("9", 58) + `…" has 403 bytes, and a number has at most 400; write a shorter one`,
		".nan":         `".nan" is not finite; write a decimal number`,
		"-.inf":        `"-.inf" is not finite; write a decimal number`,
		"Infinity":     `"Infinity" is not finite; write a decimal number`,
		"":             `"" is not a number; write a decimal such as 5, 2.5 or 1e3`,
		"1/2":          `"1/2" is not a number; write a decimal such as 5, 2.5 or 1e3`,
		"1,5":          `"1,5" is not a number; write a decimal such as 5, 2.5 or 1e3`,
		"--5":          `"--5" is not a number; write a decimal such as 5, 2.5 or 1e3`,
		".":            `"." is not a number; write a decimal such as 5, 2.5 or 1e3`,
		"1e":           `"1e" is not a number; write a decimal such as 5, 2.5 or 1e3`,
		"5\n":          `"5\n" is not a number; write a decimal such as 5, 2.5 or 1e3`,
		"\u0663":       `"٣" is not a number; write a decimal such as 5, 2.5 or 1e3`,
		"5ms":          `"5ms" is not a number; write a decimal such as 5, 2.5 or 1e3`,
		"1p5":          `"1p5" is not a number; write a decimal such as 5, 2.5 or 1e3`,
		"four hundred": `"four hundred" is not a number; write a decimal such as 5, 2.5 or 1e3`,
	} {
		if got, err := parseNumber(text); err == nil || err.Error() != want {
			t.Errorf("parseNumber(%q) = %v\n got %v\nwant %s", clip(text), got, err, want)
		}
	}
}

func TestParseQuantity(t *testing.T) {
	for _, row := range []struct{ text, unit, want string }{
		{"10", "ms", "10"}, {"-2.5", "1", "-5/2"}, {"10", "{EUR}", "10"}, {"10", "", "10"},
		{"5ms", "ms", "5"}, {"1.5s", "ms", "1500"}, {"2m", "s", "120"}, {"2min", "s", "120"}, {"2m", "min", "2"}, {"1h", "ms", "3600000"},
		{"1d", "h", "24"}, {"10us", "ms", "1/100"}, {"10\u00b5s", "ms", "1/100"}, {"10\u03bcs", "ms", "1/100"}, {"1ns", "d", "1/86400000000000"},
		{"1m30s", "s", "90"}, {"-1m30s", "s", "-90"}, {"1h1m1s1ms", "ms", "3661001"}, {"1e3ms", "s", "1"},
		{"1KiBy", "By", "1024"}, {"1MBy", "kBy", "1000"}, {"1MiBy", "KiBy", "1024"}, {"1By", "kBy", "1/1000"}, {"1GBy", "GiBy", "1953125/2097152"},
	} {
		got, err := parseQuantity(row.text, row.unit)
		if err != nil || got.Cmp(rat(t, row.want)) != 0 {
			t.Errorf("parseQuantity(%q, %q) = %v, %v, want %s", row.text, row.unit, got, err, row.want)
		}
	}
}

func TestParseQuantityRefuses(t *testing.T) {
	for _, row := range []struct{ text, unit, want string }{
		{"5ms", "1", `"5ms" has the unit "ms", but the measure's unit "1" allows only plain numbers; write the number without a unit`},
		{"5By", "bit", `"5By" has the unit "By", but the measure's unit "bit" allows only plain numbers; write the number without a unit`},
		{"5%", "%", `"5%" has the unit "%", but the measure's unit "%" allows only plain numbers; write the number without a unit`},
		{"5ms", "By", `"5ms" has the unit "ms", which is not a unit of size; write By, kBy, MBy, GBy, KiBy, MiBy or GiBy`},
		{"5By", "ms", `"5By" has the unit "By", which is not a unit of time; write ns, us, ms, s, m, h or d`},
		{"5foo", "s", `"5foo" has the unit "foo", which is not a unit of time; write ns, us, ms, s, m, h or d`},
		{"5sec", "ms", `"5sec" has the unknown unit "sec"; write "s"`},
		{"5MS", "ms", `"5MS" has the unknown unit "MS"; write "ms"`},
		{"5KB", "By", `"5KB" has the unknown unit "KB"; write "kBy"`},
		{"5 ms", "ms", `"5 ms" contains a space; write 5ms`},
		{"1h30", "s", `"1h30" has a part without a unit; write each part with its unit, as in 1m30s`},
		{"1m-30s", "s", `"1m-30s" has a part without a unit; write each part with its unit, as in 1m30s`},
		{"1_000ms", "s", `"1_000ms" contains a "_"; write 1000ms`},
		{"1e999999999ms", "s", `"1e999999999ms" has an exponent beyond ±400; write a smaller one`},
		{"ms", "ms", `"ms" is not a number; write a decimal such as 5, 2.5 or 1e3`},
		{"", "ms", `"" is not a number; write a decimal such as 5, 2.5 or 1e3`},
		{"-", "ms", `"-" is not a number; write a decimal such as 5, 2.5 or 1e3`},
	} {
		if got, err := parseQuantity(row.text, row.unit); err == nil || err.Error() != row.want {
			t.Errorf("parseQuantity(%q, %q) = %v\n got %v\nwant %s", row.text, row.unit, got, err, row.want)
		}
	}
}

func TestParseFraction(t *testing.T) {
	for text, want := range map[string]string{
		"99.9%": "999/1000", "0.999": "999/1000", "98%": "49/50", "99.99%": "9999/10000", "0.9999": "9999/10000", "0.01%": "1/10000", ".5": "1/2",
	} {
		got, err := parseFraction(text)
		if err != nil || got.Cmp(rat(t, want)) != 0 {
			t.Errorf("parseFraction(%q) = %v, %v, want %s", text, got, err, want)
		}
	}
	const above = " is above 99.99%, the maximum of the Cloud Monitoring API; write at most 99.99% or 0.9999"
	const notAbove = " must be above 0; write a percentage such as 99.9%, or a fraction such as 0.999"
	const noShare = " is not a percentage or fraction; write a percentage such as 99.9%, or a fraction such as 0.999"
	for text, want := range map[string]string{
		"99.9": " is above 1; write 99.9% or 0.999", "1.5": " is above 1; write 1.5% or 0.015", "99": " is above 1; write 99% or 0.99",
		"100%": above, "99.995%": above, "0.99991": above, "1": above, "100": above, "1e300": above, "150%": above,
		"0": notAbove, "0%": notAbove, "-5%": notAbove,
		"%": noShare, "99,9%": noShare, "99.9 %": noShare, "most": noShare, "99.9%%": noShare, "1e999999999%": noShare,
	} {
		if got, err := parseFraction(text); err == nil || err.Error() != quote(text)+want {
			t.Errorf("parseFraction(%q) = %v\n got %v\nwant %s", text, got, err, quote(text)+want)
		}
	}
}

// A number that is refused for its size must be refused before it is built: 1e999999999
// would take 400 MB. The limit leaves room for the race detector, which reuses less
// memory.
func TestHostileNumbersAreNotBuilt(t *testing.T) {
	for _, text := range []string{
		"1e999999999", "-1e-999999999", "1e" + strings.Repeat("9", 1<<20), strings.Repeat("9", 1<<20), strings.Repeat("1h", 1<<20),
		strings.Repeat("1e400d", 66), "1e999999999%", "1e999999999d",
	} {
		for name, parse := range map[string]func(){
			"number":   func() { _, _ = parseNumber(text) },
			"quantity": func() { _, _ = parseQuantity(text, "ms") },
			"fraction": func() { _, _ = parseFraction(text) },
			"length":   func() { _, _ = parseLength(text) },
			"days":     func() { _, _ = parseDays(text) },
		} {
			if n := Allocates(parse); n > uint64(100*len(text)+16<<20) {
				t.Errorf("%s %s allocates %d bytes for %d", name, clip(text), n, len(text))
			}
		}
	}
}

func FuzzParseQuantity(f *testing.F) {
	for _, text := range []string{"5ms", "1m30s", "-1e3", "1_0", "1KiBy", "99.9%", "0x1p3", "5 ms", "4w"} {
		f.Add(text, "ms")
		f.Add(text, "KiBy")
	}
	f.Fuzz(func(t *testing.T, text, unit string) {
		r, err := parseQuantity(text, unit)
		if (r == nil) != (err != nil) {
			t.Fatalf("parseQuantity(%q, %q) = %v, %v", text, unit, r, err)
		}
		if err != nil && strings.ContainsFunc(err.Error(), unicode.IsControl) {
			t.Fatalf("the message holds control characters: %q", err)
		}
		if share, err := parseFraction(text); err == nil && (share.Sign() <= 0 || share.Cmp(maxFraction) > 0) {
			t.Fatalf("parseFraction(%q) = %v", text, share)
		}
		if n, err := parseDays(text); err == nil && (n < 1 || n > 30) {
			t.Fatalf("parseDays(%q) = %d", text, n)
		}
		if length, err := parseLength(text); err == nil && length <= 0 {
			t.Fatalf("parseLength(%q) = %v", text, length)
		}
		_ = checkUnit(unit)
	})
}
