package fakemonitoring

import (
	"context"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
)

// A Fault is what goes wrong. Faults can be combined.
type Fault struct {
	Method string // the only one that is struck, e.g. "CreateTimeSeries"; "": all
	Nth    int    // the only call of Method that is struck, counted from 1 on; 0: all
	Down   bool   // connections are reset before anything is read, whatever the method

	Delay   time.Duration // before everything below
	Hang    bool          // no answer, until the client gives up or the server stops
	Reset   bool          // the connection is reset in place of an answer
	Refuse  codes.Code    // the answer, if not OK
	Message string        // of Refuse
	Taken   bool          // with Hang, Reset or Refuse: the request is taken before

	// Series returns what a time series is refused with, "" for one that is
	// taken: the request then has a partial error.
	Series func(*monitoringpb.TimeSeries) string
	// Vague makes partial errors name all series of the request, with the count
	// of those refused, as the API does at times.
	Vague bool
}

// armed is a fault with the number of calls of its method.
type armed struct {
	Fault
	calls int
}

// SetFault replaces the faults, for requests that arrive from now on. The zero
// fault is none.
func (s *Server) SetFault(f Fault) { s.SetFaults(f) }

// SetFaults replaces the faults. The first one that strikes a request counts.
func (s *Server) SetFaults(faults ...Fault) {
	down := false
	var all []*armed
	for _, f := range faults {
		all = append(all, &armed{Fault: f})
		down = down || f.Down
	}
	s.mu.Lock()
	s.faults = all
	s.mu.Unlock()
	s.listener.SetDown(down)
	s.rest.SetDown(down)
}

// strike counts a call, and returns the fault that strikes it. It is called with s.mu held.
func (s *Server) strike(method string) Fault {
	var struck *Fault
	for _, f := range s.faults {
		if f.Method != "" && f.Method != method {
			continue
		}
		if f.calls++; struck == nil && (f.Nth == 0 || f.Nth == f.calls) {
			struck = &f.Fault
		}
	}
	if struck == nil {
		return Fault{}
	}
	return *struck
}

// answer notes a call, takes the request as far as the fault lets it, and
// returns the error to answer with.
func (s *Server) answer(ctx context.Context, method string, take func(Fault) error) error {
	s.mu.Lock()
	s.calls = append(s.calls, method)
	fault := s.strike(method)
	s.mu.Unlock()
	if err := s.wait(ctx, fault.Delay); err != nil {
		return err
	}
	if !fault.Hang && !fault.Reset && fault.Refuse == codes.OK {
		return take(fault)
	}
	if fault.Taken {
		if err := take(fault); err != nil {
			return err
		}
	}
	switch {
	case fault.Hang:
		return s.wait(ctx, forever)
	case fault.Reset:
		if from, ok := peer.FromContext(ctx); ok {
			s.listener.Reset(from.Addr.String())
			s.rest.Reset(from.Addr.String())
		}
		return status.Error(codes.Unavailable, "the connection is reset")
	}
	return status.Error(fault.Refuse, fault.Message)
}

// forever is longer than any test.
const forever = 24 * time.Hour

// wait returns an error if the client gives up or the server stops before.
func (s *Server) wait(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return status.FromContextError(ctx.Err()).Err()
	case <-s.stopped:
		return status.Error(codes.Unavailable, "the server stops")
	}
}
