package runtime

import (
	"fmt"
	"log/slog"
	goruntime "runtime"
	"strings"
	"time"
)

// observePatience is how long a function that observes may take before it is
// logged. Prometheus gives a scrape up after 10 s unless it is told otherwise.
const observePatience = 5 * time.Second

// watch takes the sample, and logs what an operator has to know, for a count of
// panics does not say where, and a function that does not return holds up
// everything that reads the metrics.
func (o *Observed[T]) watch(s *sample[T]) {
	metric := strings.Join(o.names(), ", ")
	timer := time.AfterFunc(observePatience, func() {
		if !s.of.late.Swap(true) {
			slog.Error("ocgen: a function that observes has not returned, and all exports and scrapes wait for it",
				"metric", metric, "after", observePatience)
		}
	})
	s.take()
	if timer.Stop() && s.of.late.Swap(false) {
		slog.Info("ocgen: a function that observes returns in time again", "metric", metric)
	}
	if s.panic != nil && !s.of.panicked.Swap(true) {
		slog.Error("ocgen: a function that observes panicked; from now on its panics are only counted",
			"metric", metric, "panic", fmt.Sprint(s.panic), "at", s.place)
	}
}

// panicPlace returns where the panic that is being recovered began, e.g.
// "main.open.func1 (/src/shop/pool.go:12)".
func panicPlace() string {
	pcs := make([]uintptr, 64)
	frames := goruntime.CallersFrames(pcs[:goruntime.Callers(1, pcs)])
	for panicking := false; ; {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic":
			panicking = true
		case panicking && !strings.HasPrefix(f.Function, "runtime."): // Go's own, of a nil pointer and its like
			return fmt.Sprintf("%s (%s:%d)", f.Function, f.File, f.Line)
		}
		if !more {
			return "?"
		}
	}
}
