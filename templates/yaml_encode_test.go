package templates

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestEncodeYAML compares the writer of blocks with the library, for texts of every kind.
func TestEncodeYAML(t *testing.T) {
	pieces := []string{
		"a", "word", "Yes", "no", "on", "y", "true", "null", "~", "1", "1.5", "0x1d", "1e3", "1:30", "5m", "1h30m", "2001-01-01", "0x60 60+60x24", ".inf", ".nan",
		" ", "  ", "\n", "\t", ":", ": ", " #", "#", "-", "- ", "?", "? ", "{", "}", "[", "]", ",", "&", "*", "!", "|", ">", "'", "\"", "%", "@", "`", "\\", "=", "<<",
		"(", ")", "ö", "𝄞", "\u00a0", "\u2028", "\ufeff", "\x7f", "{{ $value }}", `le=~"500(\\.0)?"`, "sum(rate(x[5m])) > 0",
	}
	random := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		var s string
		for range 1 + random.IntN(5) {
			s += pieces[random.IntN(len(pieces))]
		}
		return s
	}
	fast := 0
	for range 5_000 {
		value := text()
		if random.IntN(4) > 0 {
			value = pieces[random.IntN(len(pieces))]
		}
		document := mapping(
			pair{"name", scalar(value)},
			pair{text(), sequence(mapping(pair{"labels", textMap(map[string]string{text(): text()})}, pair{"none", orNone(sequence())}), scalar(text()))},
		)
		got, err := encodeYAML(nil, document)
		if err != nil {
			t.Fatal(err)
		}
		want := bytes.NewBufferString("\n")
		if err := encodeWithLibrary(want, document); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want.Bytes()) {
			t.Fatalf("%q is written as\n%s\nand by the library as\n%s", value, got, want)
		}
		w := blockWriter{b: &bytes.Buffer{}, quoted: map[string]string{}}
		if w.mapping(document, ""); !w.failed {
			fast++
		}
	}
	if fast < 500 {
		t.Errorf("only %d documents are written without the library", fast)
	}
}
