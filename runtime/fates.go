package runtime

import (
	"errors"
	"slices"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// settle notes what became of the points of a pass, from what Export returned.
// If the pass had been given up they have been counted, and only the ledger
// learns more. It is called with mu held.
func (t *Telemetry) settle(p *passing, exported error) {
	find := failures(exported, p.sent)
	now := time.Now()
	var failed [numFates]uint64 // points of the program
	var accepted uint64         // points of the program
	for _, i := range p.sent {
		f, ok := find(i)
		if !ok {
			i.known.accept()
			if !i.known.health {
				accepted++
			}
			continue
		}
		fate := min(f.Fate, numFates-1)
		i.known.fail(fate, f.Err)
		p.failed = true
		if !i.known.health {
			p.lost = true
			failed[fate]++
		}
	}
	detach(exported)
	if p.settled {
		return
	}
	p.settled = true
	t.took = now.Sub(p.began)
	h := &t.health
	h.Exports++
	h.LastExport, h.LastError = now, nil
	if p.failed {
		h.Failures++
		h.LastError = exported
	}
	if t.sendsNothing {
		return
	}
	h.Unconfirmed += failed[Unconfirmed]
	h.Unsent += failed[Unsent]
	h.Refused += failed[Refused]
	h.Delivered += accepted
	if !p.failed {
		h.LastSuccess = now
	}
}

// failures returns a function that finds a sent item's failure.
func failures(exported error, sent []item) func(item) (Failure, bool) {
	if exported == nil {
		return func(item) (Failure, bool) { return Failure{}, false }
	}
	unconfirmed := func(item) (Failure, bool) { return Failure{Fate: Unconfirmed, Err: exported}, true }
	var listed *ExportError
	if !errors.As(exported, &listed) {
		return unconfirmed
	}
	// Metrics are made for the exporter; series are as they were read.
	ours := map[*metric.Series]bool{}
	for _, i := range sent {
		ours[i.series] = true
	}
	bySeries := map[*metric.Series]Failure{}
	for _, f := range listed.Failures {
		if f.Err == nil {
			f.Err = errors.New("the exporter gives no reason")
		}
		named := []*metric.Series{f.Series}
		if f.Series == nil && f.Metric != nil {
			named = f.Metric.Series
		}
		for _, ts := range named {
			if !ours[ts] { // then nobody knows which point is meant
				return unconfirmed
			}
			bySeries[ts] = f
		}
	}
	return func(i item) (Failure, bool) {
		f, ok := bySeries[i.series]
		return f, ok
	}
}

// detach gives each ExportError in err copies of the metrics and series that it names.
// Their memory is used again for the next reading, while the error may be told and kept.
func detach(err error) {
	if e, ok := err.(*ExportError); ok {
		e.detach()
		return
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		detach(e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, part := range e.Unwrap() {
			detach(part)
		}
	}
}

func (e *ExportError) detach() {
	for i := range e.Failures {
		f := &e.Failures[i]
		if f.Metric == nil {
			continue
		}
		f.Metric = &metric.Metric{Descriptor: f.Metric.Descriptor, Resource: f.Metric.Resource}
		if f.Series != nil {
			f.Series = &metric.Series{LabelValues: slices.Clone(f.Series.LabelValues), StartTime: f.Series.StartTime}
			f.Metric.Series = []*metric.Series{f.Series}
		}
	}
}
