package census

import (
	"strconv"
	"sync"
	"testing"

	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/tag"

	"github.com/ocgen/ocgen/internal/wait"
)

// TestMutatorsOfManyGoroutines admits values while the room for their mutators
// grows: each cell puts its own text.
func TestMutatorsOfManyGoroutines(t *testing.T) {
	const rounds, goroutines, values = 200, 8, 800
	key := tag.MustNewKey("mutators")
	for range rounds {
		open := mutatorsOf(record.NewOpenTag(key.Name(), record.OpenTag{MaxValues: values}))
		put := func(text string) tag.Mutator { return open.cell(open.tag.Ordinal(record.Open(text))).put }
		var wg sync.WaitGroup
		for g := range goroutines {
			wait.Go(&wg, func() {
				for i := g; i < values; i += goroutines {
					put(strconv.Itoa(i))
				}
			})
		}
		wg.Wait()
		for i := range values {
			text := strconv.Itoa(i)
			ctx, err := tag.New(t.Context(), put(text))
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := tag.FromContext(ctx).Value(key); got != text {
				t.Errorf("%q is put for %q", got, text)
			}
		}
	}
}
