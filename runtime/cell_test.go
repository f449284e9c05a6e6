package runtime

import (
	"strconv"
	"sync"
	"testing"

	"go.opencensus.io/tag"

	"github.com/ocgen/ocgen/internal/wait"
)

// TestMutatorsOfManyGoroutines admits values while the room for their mutators
// grows: each cell puts its own text.
func TestMutatorsOfManyGoroutines(t *testing.T) {
	const rounds, goroutines, values = 200, 8, 800
	for range rounds {
		key := tag.MustNewKey(unique("key"))
		open := NewOpenTag(key, OpenTag{MaxValues: values})
		var wg sync.WaitGroup
		for g := range goroutines {
			wait.Go(&wg, func() {
				for i := g; i < values; i += goroutines {
					open.openCell(strconv.Itoa(i))
				}
			})
		}
		wg.Wait()
		for i := range values {
			text := strconv.Itoa(i)
			ctx, err := tag.New(t.Context(), open.openCell(text).put)
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := tag.FromContext(ctx).Value(key); got != text {
				t.Errorf("%q is put for %q", got, text)
			}
		}
	}
}
