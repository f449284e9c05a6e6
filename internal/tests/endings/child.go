package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/ocgen/ocgen/golden/many"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/stackdriver"
)

// orderVariable has a process' order. Without it the program starts processes.
const orderVariable = "OCGEN_ENDING"

// An order says what a process has to do.
type order struct {
	Ending   string
	Backend  string // host:port
	Spacing  time.Duration
	Interval time.Duration
	Grace    time.Duration // how long Shutdown has
	Reserve  time.Duration // of it, for runtime.Run
	Task     string        // "": one of its own
}

// A message is a line that a process prints, when it has come so far.
type message struct {
	Step  step
	Claim *claim `json:",omitempty"` // with ended
}

type step string

const (
	recorded step = "recorded" // everything is recorded
	draining step = "draining" // serve returns, because of a signal
	ended    step = "ended"    // Shutdown has returned
)

// A claim is what a process says of its end.
type claim struct {
	Refused, Unconfirmed, Unsent []string // series, from Shutdown's error
	Error                        string   // what else went wrong

	Took, Limit time.Duration // of Shutdown
	Health      *health       // nil: runtime.Run does not tell
	Reported    []string      // what OnError was told
}

// Health is the part of runtime.Health that counts.
type health struct {
	Failures                                uint64
	Delivered, Refused, Unconfirmed, Unsent uint64
}

// A child is a process that is to end.
type child struct {
	order
	work     work
	out      *json.Encoder
	drained  time.Time // when serve returned
	reported []string
}

// live does what an order says, and returns the exit status. Some endings do
// not come back.
func live(text string, out, stderr io.Writer) int {
	c := &child{out: json.NewEncoder(out)}
	err := json.Unmarshal([]byte(text), &c.order)
	if err == nil {
		err = c.live()
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

func (c *child) live() error {
	found, err := named(c.Ending)
	if err != nil {
		return err
	}
	c.work = found[0].work
	if err := many.RegisterViews(); err != nil {
		return err
	}
	return found[0].child(c)
}

// options returns those that a program would choose, but for the backend.
func (c *child) options(ctx context.Context) (runtime.Options, error) {
	exporter, err := stackdriver.New(ctx, stackdriver.Options{
		ProjectID:     "endings",
		TaskLabel:     c.Task,
		Spacing:       c.Spacing,
		ClientOptions: fakemonitoring.ClientOptions(c.Backend),
	})
	return runtime.Options{
		Exporter: exporter, Interval: c.Interval, Grace: c.Grace, ExportReserve: c.Reserve,
		OnError: func(err error) { c.reported = append(c.reported, err.Error()) },
	}, err
}

func (c *child) start(ctx context.Context) (*runtime.Telemetry, error) {
	opts, err := c.options(ctx)
	if err != nil {
		return nil, err
	}
	return runtime.Start(ctx, opts)
}

// say prints a message. A process that cannot is no use to anybody.
func (c *child) say(m message) {
	if err := c.out.Encode(m); err != nil {
		panic(err)
	}
}

// recordAll records everything and says so.
func (c *child) recordAll(ctx context.Context) {
	c.work.record(ctx, 0, c.work.Values)
	c.say(message{Step: recorded})
}

// untilSignal returns when ctx ends, which is the end of serving.
func (c *child) untilSignal(ctx context.Context) error {
	<-ctx.Done()
	c.say(message{Step: draining})
	c.drained = time.Now()
	return nil
}

// shutDown ends telemetry and says what came of it.
func (c *child) shutDown(t *runtime.Telemetry) error {
	ctx, cancel := context.WithTimeout(context.Background(), c.Grace)
	defer cancel()
	began := time.Now()
	err := t.Shutdown(ctx)
	took := time.Since(began)
	h := t.Health()
	c.claims(err, took, &health{h.Failures, h.Delivered, h.Refused, h.Unconfirmed, h.Unsent})
	return err
}

// claims says what the error of Shutdown, or of Run, says.
func (c *child) claims(err error, took time.Duration, h *health) {
	said := &claim{Took: took, Limit: c.Grace, Health: h, Reported: slices.Clone(c.reported)}
	if shut, ok := errors.AsType[*runtime.ShutdownError](err); ok {
		said.Refused, said.Unconfirmed, said.Unsent = names(shut.Refused), names(shut.Unconfirmed), names(shut.Unsent)
		err = shut.Err
	}
	if err != nil {
		said.Error = err.Error()
	}
	c.say(message{Step: ended, Claim: said})
}

func names(failures []runtime.SeriesFailure) []string {
	var all []string
	for _, f := range failures {
		all = append(all, f.Series)
	}
	return all
}
