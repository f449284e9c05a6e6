package runtime

import (
	"strconv"
	"sync"
	"testing"

	"go.opencensus.io/tag"
)

// TestMutatorsOfManyGoroutines admits values while the room for their mutators
// grows: each cell puts its own text.
func TestMutatorsOfManyGoroutines(t *testing.T) {
	const rounds, goroutines, values = 20, 8, 3000
	for range rounds {
		key := tag.MustNewKey(unique("key"))
		open := NewOpenTag(key, OpenTag{MaxValues: values})
		var wg sync.WaitGroup
		for g := range goroutines {
			wg.Go(func() {
				for i := g; i < values; i += goroutines {
					text := strconv.Itoa(i)
					c := open.openCell(text)
					ctx, err := tag.New(t.Context(), c.put)
					if err != nil {
						t.Error(err)
						return
					}
					if got, _ := tag.FromContext(ctx).Value(key); got != text {
						t.Errorf("%q is put for %q", got, text)
					}
				}
			})
		}
		wg.Wait()
	}
}
