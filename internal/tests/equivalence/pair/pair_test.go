package pair_test

import (
	"bytes"
	"testing"

	"github.com/ocgen/ocgen/internal/tests/equivalence/exports"
	"github.com/ocgen/ocgen/internal/tests/equivalence/pair/direct"
	"github.com/ocgen/ocgen/internal/tests/equivalence/pair/otel"
	"github.com/ocgen/ocgen/internal/tests/equivalence/pair/views"
	"github.com/ocgen/ocgen/internal/tests/equivalence/trial"
)

var committed = trial.Packages{Views: views.Target, Direct: direct.Target, Otel: otel.Target}

// TestCalls makes random calls of the committed packages.
func TestCalls(t *testing.T) {
	o, err := committed.Compare(trial.Plan{Seed: 1, Calls: 4000, Goroutines: 4, Export: exports.Texts})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range o.Differences {
		t.Error(d)
	}
	if o.Series < 1000 || o.Points < 2000 {
		t.Errorf("only %d series and %d points were compared", o.Series, o.Points)
	}
}

// FuzzCalls: the bytes choose the calls and their arguments.
func FuzzCalls(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("every byte chooses a little"))
	for _, b := range []byte{0, 1, 0x55, 0xff} {
		f.Add(bytes.Repeat([]byte{b, b + 1, b / 3}, 100))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := committed.Compare(trial.Plan{Data: data, Calls: 1000})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range o.Differences {
			t.Error(d)
		}
	})
}
