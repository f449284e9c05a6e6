package main

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// TestRecordBusily: each of the goroutines records into each series.
func TestRecordBusily(t *testing.T) {
	const series = 40
	var records [series]atomic.Int64
	recordBusily(&filling{record: func(i, _ int) { records[i].Add(1) }}, scale{series: series, contended: time.Microsecond})
	for i := range records {
		if n := records[i].Load(); n < busyGoroutines {
			t.Errorf("series %d has %d records, want at least %d", i, n, busyGoroutines)
		}
	}
}

// TestWeighContended: the scheduler has manyProcessors while the goroutines record, and what it
// had afterwards.
func TestWeighContended(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	during, kept := 0, [][]byte{}
	f := filler{library: "a library", start: func(open bool) *filling {
		return &filling{record: func(i, value int) {
			if value == 0 && during == 0 {
				during = runtime.GOMAXPROCS(0)
				kept = append(kept, make([]byte, 1<<20))
			}
		}, read: func() { kept = append(kept, make([]byte, 1<<19)) }, stop: func() { runtime.KeepAlive(kept) }}
	}}
	contended, atRest := weighContended(f, heap(), scale{series: 16, contended: time.Microsecond})
	if during != manyProcessors {
		t.Errorf("GOMAXPROCS is %d during the records, not %d", during, manyProcessors)
	}
	if after := runtime.GOMAXPROCS(0); after != before {
		t.Errorf("GOMAXPROCS is %d afterwards, not %d", after, before)
	}
	const most = 3 << 18 / 16 // of 1 MB; other memory of the test may be freed meanwhile
	if contended < most || atRest < contended+most {
		t.Errorf("a record that makes 1 MB and reads that make 1 MB take %.0f and then %.0f bytes a series", contended, atRest)
	}
}
