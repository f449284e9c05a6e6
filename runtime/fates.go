package runtime

import (
	"errors"
	"slices"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// settle notes the fate of the points of a pass, from the error of Export. If the pass was
// abandoned, its points are counted already, and only the ledger is updated. It is called
// with mu held.
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
	listed := exportErrors(exported)
	if len(listed) == 0 {
		return unconfirmed
	}
	// Metrics are made for the exporter; series are as they were read.
	ours := map[*metric.Series]bool{}
	for _, i := range sent {
		ours[i.series] = true
	}
	bySeries := map[*metric.Series]Failure{}
	for _, e := range listed {
		for _, f := range e.Failures {
			if f.Err == nil {
				f.Err = errors.New("the exporter gave no reason")
			}
			for _, s := range f.named() {
				if !ours[s] { // then it is unknown which point is meant
					return unconfirmed
				}
				bySeries[s] = f
			}
		}
	}
	return func(i item) (Failure, bool) {
		f, ok := bySeries[i.series]
		return f, ok
	}
}

// named returns the series that failed.
func (f Failure) named() []*metric.Series {
	if f.Series == nil && f.Metric != nil {
		return f.Metric.Series
	}
	return []*metric.Series{f.Series}
}

// exportErrors returns every ExportError of a tree of errors: an exporter may join the
// errors of several backends.
func exportErrors(err error) []*ExportError {
	switch e := err.(type) {
	case *ExportError:
		return []*ExportError{e}
	case interface{ Unwrap() error }:
		return exportErrors(e.Unwrap())
	case interface{ Unwrap() []error }:
		var all []*ExportError
		for _, joined := range e.Unwrap() {
			all = append(all, exportErrors(joined)...)
		}
		return all
	}
	return nil
}

// detach replaces the metrics and series that an error names by copies. The next reading
// uses their memory again, but the error may be kept.
func detach(exported error) {
	for _, e := range exportErrors(exported) {
		for i, f := range e.Failures {
			e.Failures[i] = f.detached()
		}
	}
}

// detached returns the failure with copies of the names of its metric and series.
func (f Failure) detached() Failure {
	if f.Metric != nil {
		f.Metric = &metric.Metric{Descriptor: f.Metric.Descriptor, Resource: f.Metric.Resource}
	}
	if f.Series != nil {
		f.Series = &metric.Series{LabelValues: slices.Clone(f.Series.LabelValues), StartTime: f.Series.StartTime}
	}
	return f
}
