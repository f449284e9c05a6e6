package main

import (
	"context"
	"fmt"
	"io"

	"github.com/ocgen/ocgen/bench/directread"
	"github.com/ocgen/ocgen/bench/viewsread"
	"github.com/ocgen/ocgen/runtime/metric"
)

// exportReadingName is what -only matches to measure readings for exports.
const exportReadingName = "export reading"

var (
	readDirect = ownPackage{"directread", directread.RegisterViews, directread.UnregisterViews, recordDirectRead}
	readViews  = ownPackage{"viewsread", viewsread.RegisterViews, viewsread.UnregisterViews, recordViewsRead}
)

func recordDirectRead(i int) {
	_, subscriber := readSeries(i)
	directread.RecordLatency(context.Background(), latencies[i&mask], directread.Method(i%4+1), directread.Subscriber(subscriber))
}

func recordViewsRead(i int) {
	_, subscriber := readSeries(i)
	viewsread.RecordLatency(context.Background(), latencies[i&mask], viewsread.Method(i%4+1), viewsread.Subscriber(subscriber))
}

// A discarding exporter counts the series of an export.
type discarding struct{ series int }

func (d *discarding) Export(_ context.Context, metrics []*metric.Metric) error {
	d.series = 0
	for _, m := range metrics {
		d.series += len(m.Series)
	}
	return nil
}

func (*discarding) Shutdown(context.Context) error { return nil }

// An exportReading has the bytes that exports allocate before the exporter gets the metrics: for
// the reading, and for what runtime.Telemetry remembers of each series.
type exportReading struct {
	Library string
	Series  int
	First   float64
	Later   float64 // the most of later exports, before which every series was recorded into
	Alone   float64 `json:",omitempty"` // of views: what OpenCensus's reading alone allocates
}

// readForExports measures exports of the most series.
func readForExports(s scale) []exportReading {
	series := s.read[len(s.read)-1]
	views := readForExport(ocgenViews, readViews, series)
	views.Alone = readAlone(readViews, series)
	return []exportReading{views, readForExport(ocgenDirect, readDirect, series)}
}

// laterExports is how many exports after the first are measured.
const laterExports = 3

func readForExport(library string, p ownPackage, series int) exportReading {
	succeed(p.register())
	defer p.unregister()
	exporter := &discarding{}
	telemetry := startTelemetry(patient{exporter})
	defer shutDown(telemetry)
	once := func() float64 {
		for i := range series {
			p.record(i)
		}
		drain()
		c := costOf(func(done func()) {
			succeed(telemetry.ForceFlush(context.Background()))
			done()
		})
		if exporter.series != series {
			panic(fmt.Sprintf("%s: %d series were exported, not %d", library, exporter.series, series))
		}
		return c.Bytes
	}
	r := exportReading{Library: library, Series: series, First: once()}
	for range laterExports {
		r.Later = max(r.Later, once())
	}
	return r
}

// readAlone returns the bytes that OpenCensus's reading allocates of the same views.
func readAlone(p ownPackage, series int) float64 {
	succeed(p.register())
	defer p.unregister()
	for i := range series {
		p.record(i)
	}
	drain()
	return costOf(func(done func()) {
		if got := readProducers(defaultProducers); got != series {
			panic(fmt.Sprintf("OpenCensus read %d series, not %d", got, series))
		}
		done()
	}).Bytes
}

func printExportReadings(out io.Writer, all []exportReading) error {
	if len(all) == 0 {
		return nil
	}
	fmt.Fprintf(out, "\nMB that an export of %d distributions allocates until the exporter is called\n", all[0].Series)
	t := newTable(out)
	fmt.Fprintln(t, "\tfirst\tlater\tOpenCensus's reading alone\t")
	for _, r := range all {
		alone := ""
		if r.Alone > 0 {
			alone = digits(r.Alone / 1e6)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t\n", r.Library, digits(r.First/1e6), digits(r.Later/1e6), alone)
	}
	return t.Flush()
}
