package schema

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var proposedUnit = regexp.MustCompile(`is not UCUM; write ("(?:[^"\\]|\\.)*")`)

// FuzzUnit checks that the unit that a problem proposes is valid, for any bytes.
func FuzzUnit(f *testing.F) {
	for _, unit := range []string{
		"ms", "By/s", "10^2.%", "{request}/min", "1", "k{watt}.h", "MiBy/10ms", "millis", "KB", "requests", "s/m", "ms.", "a{", "{}", " s", "", "\u00b5s", "KB/sec", "{a b}",
	} {
		f.Add(unit)
	}
	f.Fuzz(func(t *testing.T, unit string) {
		err := checkUnit(unit)
		if err == nil {
			if unit == "" || len(unit) > maxUnitBytes || !isPrintableASCII(unit) || strings.Contains(unit, " ") {
				t.Errorf("%q is taken for a unit", unit)
			}
			return
		}
		m := proposedUnit.FindStringSubmatch(err.Error())
		if m == nil {
			return
		}
		proposed, uerr := strconv.Unquote(m[1])
		if uerr != nil || strings.HasSuffix(proposed, "…}") || len(proposed) > maxUnitBytes {
			return // the unit is shortened in the message, or still too long
		}
		if err := checkUnit(proposed); err != nil {
			t.Errorf("for %q the problem proposes %q: %v", unit, proposed, err)
		}
	})
}
