package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
)

// A process is a child, seen from outside.
type process struct {
	cmd      *exec.Cmd
	stderr   bytes.Buffer
	messages chan message
	done     chan struct{} // closed when it has ended
	claim    *claim        // set when done
	garbled  error         // why its messages could not be read; set when done
}

// startProcess starts this program again, with an order. It is killed when ctx
// is done.
func startProcess(ctx context.Context, o order) (*process, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	p := &process{
		cmd:      exec.CommandContext(ctx, program),
		messages: make(chan message, 8), // more than a process says
		done:     make(chan struct{}),
	}
	p.cmd.Env = append(os.Environ(), orderVariable+"="+string(text))
	p.cmd.Stderr = &p.stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(p.done)
		defer close(p.messages)
		for d := json.NewDecoder(out); d.More(); {
			var m message
			if p.garbled = d.Decode(&m); p.garbled != nil {
				break
			}
			if m.Claim != nil {
				p.claim = m.Claim
			}
			p.messages <- m
		}
		_ = p.cmd.Wait() // its exit status is looked at
	}()
	return p, nil
}

// await returns when the process has come so far.
func (p *process) await(s step) error {
	for m := range p.messages {
		if m.Step == s {
			return nil
		}
	}
	<-p.done
	return fmt.Errorf("the process never came to %q: %v\n%s", s, p.cmd.ProcessState, &p.stderr)
}

// end returns when the process has ended.
func (p *process) end() error {
	<-p.done
	return p.garbled
}

// signal sends a signal.
func (p *process) signal(s os.Signal) error { return p.cmd.Process.Signal(s) }

// status returns the exit status: -1 if a signal ended it.
func (p *process) status() int { return p.cmd.ProcessState.ExitCode() }
