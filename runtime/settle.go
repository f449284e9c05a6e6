package runtime

import (
	"errors"
	"time"

	"go.opencensus.io/metric/metricdata"
)

// settle notes what became of the points of a pass, from what Export returned.
// If the pass had been given up they have been counted, and only the ledger
// learns more. It is called with mu held.
func (t *Telemetry) settle(p *passing, exported error) {
	find := failures(exported, p.sent)
	now := time.Now()
	var counts [4]uint64 // by fate; the last is of accepted points
	for _, i := range p.sent {
		f, failed := find(i)
		fate := len(counts) - 1
		if failed {
			fate = int(min(f.Fate, Refused))
			i.known.fail(min(f.Fate, Refused), f.Err)
			p.failed = true
			p.lost = p.lost || !i.known.health
		} else {
			i.known.accept()
		}
		if !i.known.health {
			counts[fate]++
		}
	}
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
	h.Unconfirmed += counts[Unconfirmed]
	h.Unsent += counts[Unsent]
	h.Refused += counts[Refused]
	h.Delivered += counts[3]
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
	ours := map[*metricdata.TimeSeries]bool{}
	for _, i := range sent {
		ours[i.series] = true
	}
	bySeries := map[*metricdata.TimeSeries]Failure{}
	for _, f := range listed.Failures {
		if f.Err == nil {
			f.Err = errors.New("the exporter gives no reason")
		}
		named := []*metricdata.TimeSeries{f.Series}
		if f.Series == nil && f.Metric != nil {
			named = f.Metric.TimeSeries
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
