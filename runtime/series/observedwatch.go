package series

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/ocgen/ocgen/runtime/record"
)

// observePatience is how long a function that observes may take before it is
// logged. Prometheus gives a scrape up after 10 s unless it is told otherwise.
const observePatience = 5 * time.Second

// takeAll calls the functions of the samples, one after another, and logs what an
// operator has to know: a count of panics does not say where, and a function that
// does not return holds up everything that reads the metrics.
func (o *Observed[T]) takeAll(samples []sample[T]) {
	for rest := samples; len(rest) > 0; {
		rest = rest[o.takeSome(rest):]
	}
	for i := range samples {
		o.log(&samples[i])
	}
}

// takeSome takes samples in a goroutine until one ends it, and returns how many it
// has taken.
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

// watch takes the sample, and logs if that lasts too long.
func (o *Observed[T]) watch(s *sample[T]) {
	timer := time.AfterFunc(observePatience, func() {
		if !s.of.late.Swap(true) {
			slog.Error("ocgen: a function that observes has not returned: all exports and scrapes wait for it",
				"metric", o.metric(), "after", observePatience)
		}
	})
	defer func() { s.inTime = timer.Stop() }()
	s.take()
}

// log says how the sample was taken. A slog.Handler is the program's, and may do
// what it likes with the goroutine, which is the reader's.
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
