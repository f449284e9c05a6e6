package schema

import "testing"

func TestCheckUnitTakesTheAPIsGrammar(t *testing.T) {
	for _, unit := range []string{
		"bit", "By", "s", "min", "h", "d", "1", "%", "10^2.%",
		"ns", "us", "ms", "kBy", "MBy", "GBy", "TBy", "PBy", "EBy", "ZBy", "YBy",
		"ps", "fs", "as", "zs", "ys", "KiBy", "MiBy", "GiBy", "TiBy", "PiBy", "Kibit",
		"s{CPU}", "1s{CPU}", "ks{CPU}", "Kis{CPU}", "kBy/{email}", "MiBy/10ms", "GBy.d", "k{watt}.h",
		"{request}/s", "1/s", "By{transmitted}/s", "By/s", "{new-users}/d", "1000/d", "k1/d", "k{page_views}/d",
		"{EUR}", "{a/b.c}", "%{cpu}", "1{request}",
	} {
		if err := checkUnit(unit); err != nil {
			t.Errorf("checkUnit(%q): %v", unit, err)
		}
	}
}

func TestCheckUnitStatesTheCure(t *testing.T) {
	for unit, want := range map[string]string{
		"":           `unit "" is empty; write "1" for a plain number`,
		"seconds":    `unit "seconds" is not UCUM; write "s"`,
		"sec":        `unit "sec" is not UCUM; write "s"`,
		"S":          `unit "S" is not UCUM; write "s"`,
		"millis":     `unit "millis" is not UCUM; write "ms"`,
		"msec":       `unit "msec" is not UCUM; write "ms"`,
		"µs":         `unit "µs" is not UCUM; write "us"`,
		"m":          `unit "m" is not UCUM; write "min"`,
		"minutes":    `unit "minutes" is not UCUM; write "min"`,
		"hours":      `unit "hours" is not UCUM; write "h"`,
		"days":       `unit "days" is not UCUM; write "d"`,
		"bytes":      `unit "bytes" is not UCUM; write "By"`,
		"B":          `unit "B" is not UCUM; write "By"`,
		"bytes/sec":  `unit "bytes/sec" is not UCUM; write "By/s"`,
		"KB":         `unit "KB" is not UCUM; write "kBy", or "KiBy" for units of 1024`,
		"MB":         `unit "MB" is not UCUM; write "MBy", or "MiBy" for units of 1024`,
		"MiB":        `unit "MiB" is not UCUM; write "MiBy"`,
		"percent":    `unit "percent" is not UCUM; write "%"`,
		"count":      `unit "count" is not UCUM; write "1"`,
		"requests":   `unit "requests" is not UCUM; write "1", or "{requests}" to name what is counted`,
		"M":          `unit "M" is not UCUM; write "1", or "{M}" to name what is counted`,
		"requests/s": `unit "requests/s" is not UCUM; write "{requests}" instead of "requests"`,
		"/s":         `unit "/s" lacks a unit beside "." or "/"; write "1" there, as in "1/s"`,
		"By/":        `unit "By/" lacks a unit beside "." or "/"; write "1" there, as in "1/s"`,
		"1/s.m":      `unit "1/s.m" multiplies after dividing; write all "." before the first "/"`,
		" ms":        `unit " ms" has spaces around it; write "ms"`,
		"{a b}":      `unit "{a b}" has a bad annotation; write printable ASCII without spaces in its braces, after a unit or alone`,
		"{}":         `unit "{}" has a bad annotation; write printable ASCII without spaces in its braces, after a unit or alone`,
		"By{é}":      `unit "By{é}" has a bad annotation; write printable ASCII without spaces in its braces, after a unit or alone`,
		"{a":         `unit "{a" has unbalanced braces; write an annotation as "{name}"`,
		"}{":         `unit "}{" has unbalanced braces; write an annotation as "{name}"`,
		"{{a}}":      `unit "{{a}}" has unbalanced braces; write an annotation as "{name}"`,
		"0":          `unit "0" is not UCUM; write "1", or a unit such as "ms", "s", "By", "%", "{request}" or "By/s"`,
	} {
		if err := checkUnit(unit); err == nil || err.Error() != want {
			t.Errorf("checkUnit(%q):\n got %v\nwant %s", unit, err, want)
		}
	}
}

// Every proposed unit must be valid, because otherwise following the cure leads to the
// next problem.
func TestCuresAreUnits(t *testing.T) {
	for word, right := range wrongUnits {
		if err := checkUnit(right); err != nil {
			t.Errorf("the cure for %q: %v", word, err)
		}
		if err := checkUnit(word); err == nil {
			t.Errorf("%q is a unit, so that it needs no cure", word)
		}
	}
	for word, unit := range nameUnits {
		if err := checkUnit(unit); err != nil {
			t.Errorf("the unit of names that end in %q: %v", word, err)
		}
	}
}

func TestUnitInName(t *testing.T) {
	for name, want := range map[string]string{
		"latency_ms": "ms", "shop/latency_ms": "ms", "http.latency-ms": "ms", "latency_seconds": "s", "wait_millis": "ms",
		"wait_us": "us", "size_bytes": "By", "cache_kb": "kBy", "cache_mib": "MiBy", "cpu_percent": "%", "shop.example/http/response_bytes": "By",
		"bytes": "", "shop/ms": "", "bytes_per_second": "", "depth_min": "", "latency": "", "programs": "", "": "", "ms_total": "",
	} {
		if unit, ok := unitInName(name); unit != want || ok != (want != "") {
			t.Errorf("unitInName(%q) = %q, %v, want %q", name, unit, ok, want)
		}
	}
}
