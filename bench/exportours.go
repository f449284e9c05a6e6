package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ocgen/ocgen/bench/directscrape"
	"github.com/ocgen/ocgen/bench/viewsscrape"
	ocgen "github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/otlp"
	"github.com/ocgen/ocgen/runtime/stackdriver"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// An ownPackage is a generated package of one of our recorders.
type ownPackage struct {
	name       string
	register   func() error
	unregister func()
	record     func(i int)
}

var (
	ourDirect = ownPackage{"directscrape", directscrape.RegisterViews, directscrape.UnregisterViews, recordDirect}
	ourViews  = ownPackage{"viewsscrape", viewsscrape.RegisterViews, viewsscrape.UnregisterViews, recordViews}
)

func exportOTLP(p ownPackage) func(int, *receiver) *exportTarget {
	return func(_ int, to *receiver) *exportTarget {
		succeed(p.register())
		exporter := must(otlp.New(context.Background(), otlp.Options{Protocol: "grpc", Endpoint: to.grpc, Insecure: true}))
		return p.exportTo(exporter, to)
	}
}

func exportCloud(p ownPackage) func(int, *receiver) *exportTarget {
	return func(_ int, to *receiver) *exportTarget {
		succeed(p.register())
		exporter := must(stackdriver.New(context.Background(), stackdriver.Options{
			ProjectID:     "bench",
			Spacing:       time.Nanosecond, // else an export waits for 5 s
			ClientOptions: googleOptions(to),
		}))
		return p.exportTo(exporter, to)
	}
}

// googleOptions lets a client of Google's API call the receiver.
func googleOptions(to *receiver) []option.ClientOption {
	return []option.ClientOption{
		option.WithEndpoint(to.grpc),
		option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())),
	}
}

// exportTo exports as a service does, with runtime.Start.
func (p ownPackage) exportTo(exporter ocgen.Exporter, to *receiver) *exportTarget {
	losing := &losingExporter{patient: patient{exporter}}
	telemetry := startTelemetry(losing)
	return &exportTarget{
		record:  p.record,
		export:  func() cost { return losing.flush(telemetry) },
		lose:    func() { losing.lose(telemetry) },
		arrived: to.arrived,
		stop: func() {
			shutDown(telemetry)
			p.unregister()
		},
	}
}

// startTelemetry starts exports that only ForceFlush begins.
func startTelemetry(exporter ocgen.Exporter) *ocgen.Telemetry {
	return must(ocgen.Start(context.Background(), ocgen.Options{
		Exporter:        exporter,
		NoHealthMetrics: true, // no other library has them
	}))
}

// shutDown ends exports without a last one.
func shutDown(t *ocgen.Telemetry) {
	done, cancel := context.WithCancel(context.Background())
	cancel()
	_ = t.Shutdown(done) // the error lists what was not exported
}

// A patient exporter proposes an interval that is longer than the measurement. The first
// export would come after a random part of another interval.
type patient struct{ ocgen.Exporter }

func (patient) DefaultInterval() time.Duration { return 24 * time.Hour }

func (p patient) Spacing() time.Duration {
	if s, ok := p.Exporter.(ocgen.Spacer); ok {
		return s.Spacing()
	}
	return 0
}

func (p patient) Prepare(ctx context.Context, descriptors []metric.Descriptor) error {
	if e, ok := p.Exporter.(ocgen.Preparer); ok {
		return e.Prepare(ctx, descriptors)
	}
	return nil
}

// A losingExporter can hide the answer of an export. An export at the interval sends every series,
// but ForceFlush sends only those whose value the backend may lack. After a hidden answer it may lack
// all of them, so the next ForceFlush sends what an export at the interval sends.
type losingExporter struct {
	patient
	lost    context.CancelFunc // of an export whose answer is hidden; else nil
	exports int
}

var errLost = errors.New("the answer is hidden")

func (l *losingExporter) Export(ctx context.Context, metrics []*metric.Metric) error {
	err := l.Exporter.Export(ctx, metrics)
	l.exports++
	if l.lost != nil && err == nil {
		l.lost() // ForceFlush would try again
		return errLost
	}
	return err
}

// flush measures a whole ForceFlush, also what it remembers after the answer.
func (l *losingExporter) flush(t *ocgen.Telemetry) cost {
	ctx, cancel := context.WithTimeout(context.Background(), exportTimeout)
	defer cancel()
	l.lost, l.exports = nil, 0
	c := costOf(func(done func()) {
		succeed(t.ForceFlush(ctx))
		done()
	})
	l.sawOne()
	return c
}

// lose exports and hides the answer.
func (l *losingExporter) lose(t *ocgen.Telemetry) {
	ctx, cancel := context.WithTimeout(context.Background(), exportTimeout)
	defer cancel()
	l.lost, l.exports = cancel, 0
	if err := t.ForceFlush(ctx); !errors.Is(err, errLost) {
		panic(fmt.Sprintf("an export whose answer is hidden: %v", err))
	}
	l.sawOne()
}

func (l *losingExporter) sawOne() {
	if l.exports != 1 {
		panic(fmt.Sprintf("%d exports, not one", l.exports))
	}
}

// exportTimeout is enough for an export of any library.
const exportTimeout = 5 * time.Minute
