//go:build go1.25

package runtime

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	stdruntime "runtime"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// printer is the exporter of a process that a test runs.
type printer struct{ metric string }

func (p printer) Export(_ context.Context, metrics []*metric.Metric) error {
	for _, m := range metrics {
		if m.Descriptor.Name == p.metric {
			fmt.Println("exported", m.Series[0].Point.Value)
		}
	}
	return nil
}

func (printer) Shutdown(context.Context) error { fmt.Println("shut down"); return nil }

// runProcess is what TestRun runs in a process of its own.
func runProcess(mode string) {
	p := newTestPackage("run")
	if err := p.Register(); err != nil {
		panic(err)
	}
	record := p.counts.At(0).Inc
	opts := Options{Exporter: printer{p.name}, Grace: 20 * time.Second, ExportReserve: 10 * time.Second}
	switch mode {
	case "stay":
		opts.Grace = time.Hour
	case "hang":
		opts.Grace, opts.ExportReserve = 11*time.Second, 10900*time.Millisecond
	}
	err := Run(context.Background(), opts, func(ctx context.Context) error {
		record()
		fmt.Println("serving")
		if mode == "panic" {
			panic("at the disco")
		}
		<-ctx.Done()
		record()
		fmt.Println("ending")
		if mode == "hang" || mode == "stay" {
			select {}
		}
		return errors.New("served: " + context.Cause(ctx).Error())
	})
	fmt.Println("Run:", err)
}

// TestRun sends a process of its own signals.
func TestRun(t *testing.T) {
	const env = "OCGEN_TEST_RUN"
	if mode := os.Getenv(env); mode != "" {
		runProcess(mode)
		os.Exit(0)
	}
	for _, c := range []struct {
		name, mode string
		signals    []os.Signal
		status     int
		want       []string
		never      string
	}{
		{"SIGTERM", "wait", []os.Signal{syscall.SIGTERM}, 0, []string{"exported 2\n", "shut down\n", `Run: served: context canceled: got the signal "terminated"`}, ""},
		{"SIGINT", "wait", []os.Signal{os.Interrupt}, 0, []string{"exported 2\n", "shut down\n", `got the signal "interrupt"`}, ""},
		{"a second signal", "stay", []os.Signal{os.Interrupt, syscall.SIGTERM}, 128 + 15, nil, "Run:"},
		{"left behind", "hang", []os.Signal{syscall.SIGTERM}, 0, []string{"exported 2\n", "shut down\n", "Run: serve had not returned 100ms after its ctx ended"}, ""},
		{"panic", "panic", nil, 2, []string{"exported 1\n", "shut down\n", "panic: ", "at the disco", "serve's stack:", "runProcess"}, "Run:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestRun$")
			cmd.Env = append(os.Environ(), env+"="+c.mode)
			out := &serving{began: make(chan struct{}), ends: make(chan struct{})}
			cmd.Stdout, cmd.Stderr = out, out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			<-out.began
			for n, s := range c.signals {
				if n > 0 {
					<-out.ends // two signals at once may come in any order
				}
				if err := cmd.Process.Signal(s); err != nil {
					t.Fatal(err)
				}
			}
			_ = cmd.Wait() // the status says it
			if got := cmd.ProcessState.ExitCode(); got != c.status {
				t.Errorf("status %d, want %d", got, c.status)
			}
			for _, want := range c.want {
				if !strings.Contains(out.text.String(), want) {
					t.Errorf("%q is missing", want)
				}
			}
			if c.never != "" && strings.Contains(out.text.String(), c.never) {
				t.Errorf("%q is there", c.never)
			}
			if t.Failed() {
				t.Log(out.text.String())
			}
		})
	}
}

// serving is the output of a process, and says when it serves and when it has had a signal.
type serving struct {
	text  strings.Builder
	began chan struct{}
	ends  chan struct{}
}

func (s *serving) Write(b []byte) (int, error) {
	before := s.text.String()
	n, err := s.text.Write(b)
	for line, told := range map[string]chan struct{}{"serving\n": s.began, "ending\n": s.ends} {
		if !strings.Contains(before, line) && strings.Contains(s.text.String(), line) {
			close(told)
		}
	}
	return n, err
}

// Without signals: how the grace is divided, and what Run returns.
func TestRunWithoutSignals(t *testing.T) {
	errServe := errors.New("cannot listen")
	for _, c := range []struct {
		name   string
		opts   Options
		ctx    time.Duration // ends then; 0: never
		serve  func(b *backend, ctx context.Context) error
		answer func(ctx context.Context, e export) error
		want   string // lists
		is     error
		text   string
		took   time.Duration
	}{
		{name: "returns", serve: func(b *backend, _ context.Context) error { b.set("a", 1); return nil }},
		{name: "fails", serve: func(b *backend, _ context.Context) error { b.set("a", 1); return errServe }, is: errServe, text: "cannot listen"},
		{name: "ctx ends", ctx: time.Second, took: 3 * time.Second,
			serve: func(b *backend, ctx context.Context) error {
				<-ctx.Done()
				time.Sleep(2 * time.Second)
				b.set("a", 1)
				return nil
			}},
		{name: "left behind", ctx: time.Second, took: 5 * time.Second, text: "serve had not returned 4s after its ctx ended",
			serve: func(b *backend, ctx context.Context) error { b.set("a", 1); time.Sleep(time.Hour); return errServe }},
		{name: "backend down", ctx: time.Second, took: 11 * time.Second, text: "serve had not returned", want: "unconfirmed m{s=a}; ",
			serve:  func(b *backend, _ context.Context) error { b.set("a", 1); time.Sleep(time.Hour); return nil },
			answer: func(ctx context.Context, _ export) error { <-ctx.Done(); return context.Cause(ctx) }},
		{name: "the whole grace", took: 10 * time.Second, want: "unconfirmed m{s=a}; ", is: context.DeadlineExceeded,
			serve:  func(b *backend, _ context.Context) error { b.set("a", 1); return nil },
			answer: func(ctx context.Context, _ export) error { <-ctx.Done(); return context.Cause(ctx) }},
		{name: "Goexit", text: "runtime.Goexit", serve: func(*backend, context.Context) error { stdruntime.Goexit(); return nil }},
		{name: "reserve", opts: Options{Grace: time.Second, ExportReserve: 2 * time.Second}, text: "set the reserve to at least 0 and at most the grace",
			serve: func(*backend, context.Context) error { panic("never called") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBackend(testSpacing)
				b.answer = c.answer
				c.opts.Exporter, c.opts.source, c.opts.Interval = b, b.source(), 1000*time.Hour
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				if c.ctx > 0 {
					time.AfterFunc(c.ctx, cancel)
				}
				began := time.Now()
				err := serveUntil(ctx, c.opts, func(ctx context.Context) error { return c.serve(b, ctx) })
				if took := time.Since(began); took != c.took {
					t.Errorf("took %v, want %v", took, c.took)
				}
				if c.is != nil && !errors.Is(err, c.is) || c.text != "" && (err == nil || !strings.Contains(err.Error(), c.text)) {
					t.Errorf("Run: %v, want %v %q", err, c.is, c.text)
				}
				if c.is == nil && c.text == "" && c.want == "" && err != nil {
					t.Errorf("Run: %v", err)
				}
				if c.want != "" && lists(err) != c.want {
					t.Errorf("Run: %q, want %q", lists(err), c.want)
				}
				time.Sleep(2 * time.Hour) // whoever was left behind returns
			})
		})
	}
}

// Run goes on panicking with the value.
func TestRunPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(testSpacing)
		defer func() {
			err, ok := recover().(error)
			if !ok || !errors.Is(err, errDown) || !strings.Contains(err.Error(), "TestRunPanics") {
				t.Errorf("recovered %v", err)
			}
			b.wantHas(t, "a", 1)
			if !b.shut {
				t.Error("not shut down")
			}
		}()
		_ = serveUntil(context.Background(), Options{Exporter: b, source: b.source()}, func(context.Context) error {
			b.set("a", 1)
			panic(errDown)
		})
	})
}
