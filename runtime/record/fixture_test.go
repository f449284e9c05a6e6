package record

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
)

var uniqueCount atomic.Int64

// unique returns names that no other test uses: counters are global.
func unique(name string) string { return fmt.Sprintf("%s%d", name, uniqueCount.Add(1)) }

// nilContext is the ctx of a caller who has none.
var nilContext context.Context

func wantCount(t testing.TB, tagName, measure string, r Reason, want uint64) {
	t.Helper()
	got := uint64(0)
	for _, s := range Stats() {
		if s.Tag == tagName && s.Measure == measure && s.Reason == r {
			got = s.Count
		}
	}
	if got != want {
		t.Errorf("count of tag %q measure %q %s is %d, want %d", tagName, measure, r, got, want)
	}
}

// recorded returns how often each text is recorded for values of a tag; "" is absent.
func recorded(t *Tag, values ...TagValue) map[string]int {
	texts := map[string]int{}
	for _, v := range values {
		texts[t.OrdinalText(t.Ordinal(v))]++
	}
	return texts
}

// A carrier is a key under which a ctx has the text of a tag. It is not that of any
// library.
type carrier struct{ key *int }

func newCarrier() carrier { return carrier{new(int)} }

func (c carrier) Text(ctx context.Context) string {
	text, _ := ctx.Value(c).(string)
	return text
}

func (c carrier) With(ctx context.Context, text string) context.Context {
	return context.WithValue(ctx, c, text)
}
