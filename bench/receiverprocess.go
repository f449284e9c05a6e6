package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// A receiver is a process of bench that receives exports.
type receiver struct {
	grpc     string // address of the services of OTLP and Cloud Monitoring
	careless string // address of a server that answers every request without decoding it
	http     string // address of the receiver of pushed text

	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

// startReceiver starts this program again. The process ends with its standard input, so also if
// this process is killed.
func startReceiver() *receiver {
	r := &receiver{process: exec.Command(must(os.Executable()))}
	r.process.Env = append(os.Environ(), receiverVariable+"=1")
	r.process.Stderr = os.Stderr
	r.in = must(r.process.StdinPipe())
	r.out = bufio.NewReader(must(r.process.StdoutPipe()))
	succeed(r.process.Start())
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
	succeed(r.in.Close())
	succeed(r.process.Wait())
}
