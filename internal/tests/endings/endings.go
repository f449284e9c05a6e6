package main

import (
	"context"
	"syscall"

	"google.golang.org/grpc/codes"

	"github.com/ocgen/ocgen/internal/fakemonitoring"
)

// An ending is a way in which processes end.
type ending struct {
	name string
	note string // what the table says of it
	work work

	child  func(*child) error                  // what the process does
	parent func(context.Context, *trial) error // what is done to it
	fault  fakemonitoring.Fault                // of the backend, from before the start
	busy   bool                                // there are exports at the interval as well
	brief  bool                                // the grace is short, for it is used up
	starts int                                 // of processes, one after the other; 0: one

	want   counts
	silent bool   // the process has no say in the end
	smooth bool   // no export fails, not even one that is then tried again
	status int    // the process' exit status
	says   string // a part of what it prints for people
	told   string // a part of what OnError is told; "": OnError is not called
}

// Counts are numbers of values.
type counts struct {
	delivered                    int // the backend has them
	refused, unconfirmed, unsent int // in series that Shutdown's error lists so
}

const timeSeries = "CreateTimeSeries"

// endings is every ending there is, in the order of the table. What it wants is
// what docs/delivery.md promises.
var endings = []ending{
	{
		name: "returns without Shutdown", note: "the mistake that Shutdown is for",
		work: usual, child: withoutShutdown, parent: untilEnd, silent: true,
	},
	{
		name: "returns after Shutdown", note: "a job that comes to its end",
		work: usual, child: withShutdown, parent: untilEnd, want: counts{delivered: 1000}, smooth: true,
	},
	{
		name: "serve returns", note: "under `runtime.Run`",
		work: usual, child: running(serveAndReturn), parent: untilEnd, want: counts{delivered: 1000},
	},
	{
		name: "SIGINT", note: "under `runtime.Run`",
		work: usual, child: running(serveUntilSignal), parent: signalled(syscall.SIGINT, nil, nil), want: counts{delivered: 1000},
	},
	{
		name: "SIGTERM", note: "under `runtime.Run`, with exports at the interval",
		work: usual, busy: true, child: running(serveAWhile), parent: signalled(syscall.SIGTERM, nil, nil), want: counts{delivered: 1000},
	},
	{
		name: "SIGTERM soon after an export", note: "within the spacing, which Shutdown waits for",
		work: usual, busy: true, child: byHand(afterExport), parent: signalled(syscall.SIGTERM, pause, nil), want: counts{delivered: 1000},
		smooth: true,
	},
	{
		name: "panics in HTTP handlers, then SIGTERM", note: "`net/http` recovers; what was recorded before a panic counts",
		work: usual, child: running(serveHTTP), parent: signalled(syscall.SIGTERM, nil, nil), want: counts{delivered: 1000},
	},
	{
		name: "panic in serve", note: "`runtime.Run` delivers, and goes on panicking",
		work: usual, child: running(serveAndPanic), parent: untilEnd, want: counts{delivered: 1000},
		silent: true, status: 2, says: panicText,
	},
	{
		name: "`log.Fatal`", note: "ends the process on the spot, as `os.Exit` does: cannot be saved",
		work: usual, child: running(serveAndLogFatal), parent: untilEnd, silent: true, status: 1,
	},
	{
		name: "second signal", note: "somebody does not want to wait for a backend that hangs",
		work: usual, child: running(serveUntilSignal),
		parent: signalled(syscall.SIGTERM, failing(fakemonitoring.Fault{Method: timeSeries, Hang: true}), secondSignal),
		silent: true, status: 128 + int(syscall.SIGTERM),
	},
	{
		name: "restart at once, same identity", note: "two processes with one task label: the second waits out the spacing",
		work: usual, starts: 2, child: running(serveUntilSignal), parent: restarted, want: counts{delivered: 2000},
	},
	{
		name: "backend down, comes back", note: "within the grace; the processes' connections were reset",
		work: usual, child: running(serveUntilSignal),
		parent: signalled(syscall.SIGTERM, failing(fakemonitoring.Fault{Down: true}), recovery), want: counts{delivered: 1000},
	},
	{
		name: "backend down for good", note: "certainly not there",
		work: usual, child: byHand(untilSignal), parent: signalled(syscall.SIGTERM, nil, nil), fault: fakemonitoring.Fault{Down: true},
		brief: true, want: counts{unsent: 1000}, status: 1, told: "cannot be reached",
	},
	{
		name: "backend hangs", note: "it might have taken them",
		work: usual, child: byHand(untilSignal),
		parent: signalled(syscall.SIGTERM, failing(fakemonitoring.Fault{Method: timeSeries, Hang: true}), nil),
		brief:  true, want: counts{unconfirmed: 1000}, status: 1,
	},
	{
		name: "a connection is reset after a request", note: "sent again after the spacing, as the first may have been taken, and was",
		work: usual, child: byHand(untilSignal),
		parent: signalled(syscall.SIGTERM, failing(fakemonitoring.Fault{Method: timeSeries, Reset: true, Taken: true}), recoveryAfterRequest),
		want:   counts{delivered: 1000},
	},
	{
		name: "every connection is reset after a request", note: "delivered, and nobody can know",
		work: usual, child: byHand(untilSignal),
		parent: signalled(syscall.SIGTERM, failing(fakemonitoring.Fault{Method: timeSeries, Reset: true, Taken: true}), nil),
		brief:  true, want: counts{delivered: 1000, unconfirmed: 1000}, status: 1,
	},
	{
		name: "backend refuses one series", note: "of 20; the others are in",
		work: usual, child: byHand(untilSignal), parent: signalled(syscall.SIGTERM, nil, nil), fault: fakemonitoring.Fault{Method: timeSeries, Series: refuseOneShard},
		brief: true, want: counts{delivered: 950, refused: 50}, status: 1,
	},
	{
		name: "backend refuses descriptors", note: "reported; the backend makes its own from the first points",
		work: usual, child: withShutdown, parent: untilEnd,
		fault: fakemonitoring.Fault{Method: "CreateMetricDescriptor", Refuse: codes.PermissionDenied, Message: "Permission monitoring.metricDescriptors.create denied."},
		want:  counts{delivered: 1000}, told: "roles/monitoring.metricWriter",
	},
	{
		name: "10,000 series", note: "in 50 requests and more",
		work: lots, child: running(serveUntilSignal), parent: signalled(syscall.SIGTERM, nil, nil), want: counts{delivered: 10000},
	},
}
