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

// detach gives an error copies of the metrics and series that it names: theirs are used
// again for the next reading, while the error may be told and kept.
func detach(exported error) {
	var listed *ExportError
	if !errors.As(exported, &listed) {
		return
	}
	for i, f := range listed.Failures {
		if f.Metric == nil {
			continue
		}
		m := &metric.Metric{Descriptor: f.Metric.Descriptor, Resource: f.Metric.Resource}
		if f.Series != nil {
			s := *f.Series
			s.LabelValues = slices.Clone(s.LabelValues)
			s.Point.Value = nil
			m.Series, f.Series = []*metric.Series{&s}, &s
		}
		f.Metric = m
		listed.Failures[i] = f
	}
}
