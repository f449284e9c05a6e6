package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"

	"github.com/ocgen/ocgen/runtime/otlp"
)

// exportStallsName is what -only matches to watch recorders beside exports.
const exportStallsName = "export stalls"

// exportStalls says how many records of direct took more than 1 ms, in a second.
type exportStalls struct {
	Series     int
	Seconds    float64 // that were watched in each situation
	Copying    float64 // beside a goroutine that copies memory, all the time
	Discarding float64 // beside exports to nowhere, one after another
	Sending    float64 // beside exports by OTLP, one after another
}

// stallsOfExports watches records in alternating rounds. Their order is random and has all
// series, so that nearly every series is part of each export.
func stallsOfExports(s scale) *exportStalls {
	to := startReceiver()
	defer to.stop()
	series := s.read[len(s.read)-1]
	r := readerDirect()
	defer r.stop()
	fill(r, 0, series)
	random := rand.New(rand.NewPCG(7, 8))
	order := make([]int, 1<<17)
	for i := range order {
		order[i] = random.IntN(series)
	}

	discard := flushing(patient{&discarding{}})
	defer discard.stop()
	send := flushing(patient{must(otlp.New(context.Background(), otlp.Options{Protocol: "grpc", Endpoint: to.careless, Insecure: true}))})
	defer send.stop()
	from, copies := make([]byte, copied), make([]byte, copied)
	result := &exportStalls{Series: series, Seconds: s.beside.Seconds() * float64(min(s.rounds, exportRounds))}
	for range min(s.rounds, exportRounds) {
		for _, beside := range []struct {
			do   func()
			long *float64
		}{
			{func() { copy(copies, from) }, &result.Copying},
			{discard.export, &result.Discarding},
			{send.export, &result.Sending},
		} {
			*beside.long += watchBeside(beside.do, r, order, s.beside).Long / float64(min(s.rounds, exportRounds))
		}
	}
	return result
}

// A flusher exports what has changed.
type flusher struct{ export, stop func() }

// flushing starts exports, and exports twice, so that the memory that later exports use exists.
func flushing(exporter patient) flusher {
	telemetry := startTelemetry(exporter)
	f := flusher{
		export: func() { succeed(telemetry.ForceFlush(context.Background())) },
		stop:   func() { shutDown(telemetry) },
	}
	f.export()
	f.export()
	return f
}

// moreOften is how many times as often records take more than 1 ms beside exports to nowhere as
// beside a goroutine that copies memory. One a second is added to both, so that a machine without
// other work, where almost no record takes so long, gives no ratio of two chances.
func (e *exportStalls) moreOften() float64 { return (e.Discarding + 1) / (e.Copying + 1) }

func printExportStalls(out io.Writer, e *exportStalls) error {
	if e == nil {
		return nil
	}
	fmt.Fprintf(out, "\nrecords of %s into %d series that took over %v, a second: beside a goroutine that\n", ocgenDirect, e.Series, longOver)
	t := newTable(out)
	fmt.Fprintln(t, "copies memory\treads for exports\texports by OTLP\t")
	fmt.Fprintf(t, "%s\t%s\t%s\t\n", digits(e.Copying), digits(e.Discarding), digits(e.Sending))
	return t.Flush()
}
