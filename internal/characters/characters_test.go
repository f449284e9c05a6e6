package characters

import (
	"testing"
	"unicode/utf8"
)

// The set has as many characters as its comment names, and none that scripts, emoji or
// private agreements need.
func TestIsControl(t *testing.T) {
	n := 0
	for c := rune(0); c <= utf8.MaxRune; c++ {
		if utf8.ValidRune(c) && IsControl(c) {
			n++
		}
	}
	const noncharacters, controls, bidirectional, separators, mark = 66, 65, 12 + 6, 2, 1
	if n != noncharacters+controls+bidirectional+separators+mark {
		t.Errorf("the set has %d characters", n)
	}
	for _, c := range "aé日\u200c\u200d\ufe0f\u00ad\ue000\U000E007F" {
		if IsControl(c) {
			t.Errorf("%U is in the set", c)
		}
	}
}
