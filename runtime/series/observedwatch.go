package series

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/ocgen/ocgen/runtime/record"
)

// observePatience is how long a function that observes may take before it is
// logged. The default timeout of a Prometheus scrape is 10 s.
const observePatience = 5 * time.Second

// takeAll calls the functions of the samples, one after another. It logs where a function
// panicked, because a count does not say where, and a function that does not return,
// because all exports and scrapes wait for it.
func (o *Observed[T]) takeAll(samples []sample[T]) {
	for rest := samples; len(rest) > 0; {
		rest = rest[o.takeSome(rest):]
	}
	for i := range samples {
		o.log(&samples[i])
	}
}

// takeSome takes samples in a goroutine, until a function ends the goroutine. It returns
// the number of samples that it has taken.
func (o *Observed[T]) takeSome(samples []sample[T]) int {
	taken := make(chan int, 1)
	go func() {
		n := 0
		defer func() { taken <- n }()
		for n < len(samples) {
			n++
			o.watch(&samples[n-1])
		}
	}()
	return <-taken
}

// watch takes the sample, and logs if the function does not return in time.
func (o *Observed[T]) watch(s *sample[T]) {
	timer := time.AfterFunc(observePatience, func() {
		if !s.of.late.Swap(true) {
			slog.Error("ocgen: a function that observes has not returned: all exports and scrapes wait for it; make it return quickly",
				"metric", o.metric(), "after", observePatience)
		}
	})
	defer func() { s.inTime = timer.Stop() }()
	s.take()
}

// log logs a panic, an end of the goroutine, and a late return. The slog.Handler is the
// program's: it may panic or end the goroutine, which is the reader's.
func (o *Observed[T]) log(s *sample[T]) {
	if s.inTime && s.of.late.Swap(false) {
		slog.Info("ocgen: a function that observes returns in time again", "metric", o.metric())
	}
	if s.failed != record.ReasonPanicked || s.of.panicked.Swap(true) {
		return
	}
	if s.panic == nil {
		slog.Error("ocgen: a function that observes ended its goroutine with runtime.Goexit; further times are counted, not logged",
			"metric", o.metric(), "at", s.place)
		return
	}
	slog.Error("ocgen: a function that observes panicked; its further panics are counted, not logged",
		"metric", o.metric(), "panic", fmt.Sprint(s.panic), "at", s.place)
}

func (o *Observed[T]) metric() string { return strings.Join(o.names(), ", ") }
