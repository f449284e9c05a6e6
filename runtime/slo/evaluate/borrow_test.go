package evaluate_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/internal/borrowed"
)

// TestKeepsNothingOfReadings: a Gather may use the memory of a reading again.
func TestKeepsNothingOfReadings(t *testing.T) {
	report := func(reuse bool) (reports string) {
		src := &source{now: noon}
		e := src.evaluator(aOfAll("m"), under("d", 10, 20))
		for i := range int64(3) {
			src.look(e, time.Minute, counter("m", noon.Add(-time.Second), 5+i, 7+2*i),
				histogram("d", noon.Add(-time.Second), []float64{10, 20}, 1+i, 2+i, 3))
			if reuse {
				borrowed.Overwrite(src.metrics)
				src.metrics = nil
			}
			for _, id := range []string{"a_of_all", "under"} {
				d, _ := e.Detail(context.Background(), id)
				text, err := json.Marshal([]any{d.SLO.SinceStart, d.SLO.Histogram})
				if err != nil {
					t.Fatal(err)
				}
				reports += string(text) + "\n"
			}
		}
		return reports
	}
	if got, want := report(true), report(false); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
