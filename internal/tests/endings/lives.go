package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/ocgen/ocgen/runtime"
)

// This file is what the processes do, each as a program of its kind would.

// withoutShutdown forgets to shut down.
func withoutShutdown(c *child) error {
	ctx := context.Background()
	if _, err := c.start(ctx); err != nil {
		return err
	}
	c.recordAll(ctx)
	return nil
}

// withShutdown is a job that runs to its end.
func withShutdown(c *child) error {
	ctx := context.Background()
	t, err := c.start(ctx)
	if err != nil {
		return err
	}
	c.recordAll(ctx)
	return c.shutDown(t)
}

// byHand is a service that watches for signals itself.
func byHand(serve func(context.Context, *child, *runtime.Telemetry) error) func(*child) error {
	return func(c *child) error {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
		defer stop()
		t, err := c.start(ctx)
		if err != nil {
			return err
		}
		served := serve(ctx, c, t)
		return errors.Join(served, c.shutDown(t))
	}
}

// untilSignal records everything and waits for a signal.
func untilSignal(ctx context.Context, c *child, _ *runtime.Telemetry) error {
	c.recordAll(ctx)
	return c.untilSignal(ctx)
}

// afterExport records half before an export and half after it.
func afterExport(ctx context.Context, c *child, t *runtime.Telemetry) error {
	half := c.work.Values / 2
	c.work.record(ctx, 0, half)
	if err := t.ForceFlush(ctx); err != nil {
		return fmt.Errorf("ForceFlush: %w", err)
	}
	c.work.record(ctx, half, c.work.Values)
	c.say(message{Step: recorded})
	return c.untilSignal(ctx)
}

// running is a service that leaves signals and Shutdown to runtime.Run.
func running(serve func(context.Context, *child) error) func(*child) error {
	return func(c *child) error {
		ctx := context.Background()
		opts, err := c.options(ctx)
		if err != nil {
			return err
		}
		err = runtime.Run(ctx, opts, func(ctx context.Context) error { return serve(ctx, c) })
		c.claims(err, time.Since(c.drained), nil)
		return err
	}
}

func serveUntilSignal(ctx context.Context, c *child) error {
	c.recordAll(ctx)
	return c.untilSignal(ctx)
}

// serveAWhile records in ten parts, over about the time of an interval.
func serveAWhile(ctx context.Context, c *child) error {
	tenth := c.work.Values / 10
	for i := range 10 {
		c.work.record(ctx, i*tenth, (i+1)*tenth)
		if err := sleep(ctx, rand.N(c.Interval/5)); err != nil {
			return err
		}
	}
	c.say(message{Step: recorded})
	return c.untilSignal(ctx)
}

func serveAndReturn(ctx context.Context, c *child) error {
	c.recordAll(ctx)
	c.drained = time.Now()
	return nil
}

// panicText is what a panic here says.
const panicText = "this panic is on purpose"

func serveAndPanic(ctx context.Context, c *child) error {
	c.recordAll(ctx)
	panic(panicText)
}

func serveAndLogFatal(ctx context.Context, c *child) error {
	c.recordAll(ctx)
	log.Fatal("this end is on purpose")
	return nil
}

// requests is how many requests record everything.
const requests = 100

// serveHTTP serves requests until a signal. A part of the handlers panics after
// recording.
func serveHTTP(ctx context.Context, c *child) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	each := c.work.Values / requests
	server := &http.Server{
		ErrorLog: log.New(io.Discard, "", 0), // it would have the panics
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var n int
			if _, err := fmt.Sscanf(r.URL.Path, "/%d", &n); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			c.work.record(r.Context(), n*each, (n+1)*each)
			if panics(n) {
				panic(panicText)
			}
		}),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	if err := askAll("http://" + l.Addr().String()); err != nil {
		return err
	}
	c.say(message{Step: recorded})
	err = c.untilSignal(ctx)
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	err = errors.Join(err, server.Shutdown(last))
	if s := <-served; s != http.ErrServerClosed {
		err = errors.Join(err, s)
	}
	return err
}

func panics(request int) bool { return request%10 == 3 }

// askAll makes all requests, a few at a time. Those whose handler panics must
// get no answer.
func askAll(url string) error {
	// A connection that is kept but never used would hold up the server's end.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	problems := make([]error, recorders)
	var asking sync.WaitGroup
	for r := range recorders {
		asking.Go(func() {
			for n := r; n < requests; n += recorders {
				answer, err := client.Post(fmt.Sprintf("%s/%d", url, n), "text/plain", nil) // not tried again, unlike GET
				if err == nil {
					_ = answer.Body.Close()
				}
				if answered := err == nil && answer.StatusCode == http.StatusOK; answered == panics(n) {
					problems[r] = fmt.Errorf("request %d: answered is %v, error %v", n, answered, err)
				}
			}
		})
	}
	asking.Wait()
	return errors.Join(problems...)
}
