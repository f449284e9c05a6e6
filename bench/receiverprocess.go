package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync/atomic"
)

// A receiver is a process of bench that receives exports.
type receiver struct {
	grpc     string // address of the services of OTLP and Cloud Monitoring
	careless string // address of a server that answers every request without decoding it
	http     string // address of the receiver of pushed text

	in   io.WriteCloser
	out  *bufio.Reader
	wait func() error // until the process has ended

	stopping atomic.Bool
}

// startReceiver starts this program again. The process ends with its standard input, so also if
// this process is killed. If the receiver ends earlier, bench ends: an exporter would wait for minutes.
func startReceiver() *receiver {
	return startReceiverOr(func(err error) { panic(fmt.Sprintf("the receiver of exports has ended: %v", err)) })
}

func startReceiverOr(lost func(error)) *receiver {
	process := exec.Command(must(os.Executable()))
	process.Env = append(os.Environ(), receiverVariable+"=1")
	process.Stderr = os.Stderr
	in, out := must(process.StdinPipe()), must(process.StdoutPipe())
	succeed(process.Start())
	ended := make(chan error, 1)
	r := newReceiver(in, out, func() error { return <-ended })
	go func() {
		err := process.Wait()
		if !r.stopping.Load() {
			lost(err)
		}
		ended <- err
	}()
	return r
}

// newReceiver reads the addresses of a receiver.
func newReceiver(in io.WriteCloser, out io.Reader, wait func() error) *receiver {
	r := &receiver{in: in, out: bufio.NewReader(out), wait: wait}
	must(fmt.Fscanln(r.out, &r.grpc, &r.careless, &r.http))
	return r
}

// arrived returns how many series have arrived since the last call.
func (r *receiver) arrived() (series int) {
	must(fmt.Fprintln(r.in))
	must(fmt.Fscanln(r.out, &series))
	return series
}

func (r *receiver) stop() {
	r.stopping.Store(true)
	succeed(r.in.Close())
	succeed(r.wait())
}
