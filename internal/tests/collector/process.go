package collector

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// patience ends a wait for a Collector that does not end. Nothing is judged by it.
const patience = time.Minute

// Addresses are those at which a Collector listens, host:port.
type addresses struct{ grpc, http string }

// A process is a Collector that was started.
type process struct {
	cmd   *exec.Cmd
	stdin io.Closer
	ready chan addresses // gets one value when the receivers listen
	ended chan struct{}  // closed when the process has ended

	// For use after ended is closed.
	problems bytes.Buffer // lines of the log that are not information
	err      error        // of the process
}

// startProcess starts this program again, as a Collector with a configuration.
func startProcess(config string) (*process, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.Command(program), ready: make(chan addresses, 1), ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), configVariable+"="+config)
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	log, err := p.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(p.ended)
		p.follow(log)
		p.err = p.cmd.Wait()
	}()
	return p, nil
}

// A logLine is the part of a line of the Collector's log that says where it listens.
type logLine struct {
	Level    string `json:"level"`
	Message  string `json:"msg"`
	Endpoint string `json:"endpoint"`
}

// follow reads the log until the process closes it. The Collector logs the address of each
// receiver, with the port that it got, and then that all of them run.
func (p *process) follow(log io.Reader) {
	var listening addresses
	lines := bufio.NewReader(log)
	for {
		text, err := lines.ReadBytes('\n')
		var line logLine
		_ = json.Unmarshal(text, &line) // a panic is not JSON
		if line.Level != "info" {
			p.problems.Write(text)
		}
		switch {
		case line.Message == "Starting GRPC server":
			listening.grpc = line.Endpoint
		case line.Message == "Starting HTTP server":
			listening.http = line.Endpoint
		case strings.HasPrefix(line.Message, "Everything is ready."):
			p.ready <- listening
		}
		if err != nil {
			return
		}
	}
}

// await returns the addresses when the Collector is ready.
func (p *process) await() (addresses, error) {
	select {
	case listening := <-p.ready:
		if listening.grpc != "" && listening.http != "" {
			return listening, nil
		}
		return addresses{}, fmt.Errorf("the Collector does not log its addresses: it logged %q and %q", listening.grpc, listening.http)
	case <-p.ended:
		return addresses{}, fmt.Errorf("the Collector did not start: %w\n%s", p.err, &p.problems)
	}
}

// kill ends the process at once.
func (p *process) kill() error {
	err := p.cmd.Process.Kill()
	<-p.ended
	return err
}

// stop ends the Collector as a signal would: it answers what it has received and closes
// its components.
func (p *process) stop() error {
	late := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() })
	defer late.Stop()
	_ = p.stdin.Close()
	<-p.ended
	if p.err != nil {
		return fmt.Errorf("the Collector ended with: %w", p.err)
	}
	return nil
}
