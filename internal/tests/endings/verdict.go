package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ocgen/ocgen/golden/many"
)

// late is how much later than its limit Shutdown may be back on a machine that
// is busy with other things.
const late = 2 * time.Second

// A verdict is what became of a trial.
type verdict struct {
	recorded int
	counts
	problems []string // what is not as it should be
}

func (v *verdict) problem(format string, args ...any) {
	v.problems = append(v.problems, fmt.Sprintf(format, args...))
}

// judge compares what the processes say with what the backend has, and both
// with what the ending wants.
func (t *trial) judge() verdict {
	var v verdict
	truth := t.work.bySeries()
	for name := range truth {
		truth[name] *= len(t.processes)
	}
	v.recorded = t.work.Values * len(t.processes)
	arrived := t.arrived()
	for _, n := range arrived {
		v.delivered += n
	}
	for _, name := range slices.Sorted(maps.Keys(arrived)) {
		if arrived[name] > truth[name] {
			v.problem("the backend has %d values of %s, of which %d were recorded", arrived[name], name, truth[name])
		}
	}
	for _, p := range t.processes {
		t.judgeProcess(&v, p)
		if p.claim != nil {
			v.judgeClaim(p.claim, truth, arrived)
		}
	}
	if v.counts != t.want {
		v.problem("came to %+v, want %+v", v.counts, t.want)
	}
	return v
}

// arrived returns how many values of each series the backend has. A series that
// starts anew, with another process, has what it had before as well.
func (t *trial) arrived() map[string]int {
	type start struct {
		series string
		at     time.Time
	}
	last := map[start]int{}
	for _, ts := range t.backend.Series() {
		for _, v := range many.Views() {
			if !strings.HasSuffix(ts.Metric.Type, "/"+v.Name) {
				continue
			}
			p := ts.Points[0]
			key := start{seriesName(v.Name, ts.Metric.Labels["shard"]), p.Interval.StartTime.AsTime()}
			last[key] = int(p.Value.GetInt64Value() + p.Value.GetDistributionValue().GetCount()) // of which one is 0
		}
	}
	n := map[string]int{}
	for key, values := range last {
		n[key.series] += values
	}
	return n
}

// judgeProcess looks at how a process ended.
func (t *trial) judgeProcess(v *verdict, p *process) {
	if p.status() != t.status {
		v.problem("the exit status is %d, want %d", p.status(), t.status)
	}
	if !strings.Contains(p.stderr.String(), t.says) {
		v.problem("the process does not print %q", t.says)
	}
	if t.silent != (p.claim == nil) {
		v.problem("the process says what Shutdown came to: %v, want %v", p.claim != nil, !t.silent)
	}
	if len(v.problems) > 0 && p.stderr.Len() > 0 {
		v.problem("the process printed: %s", &p.stderr)
	}
	if p.claim == nil {
		return
	}
	if h := p.claim.Health; t.smooth && (h == nil || h.Failures > 0) {
		v.problem("there are exports that failed: %+v", h)
	}
	if told := strings.Join(p.claim.Reported, "\n"); (told == "") != (t.told == "") || !strings.Contains(told, t.told) {
		v.problem("OnError was told %q, want %q", told, t.told)
	}
}

// judgeClaim holds a claim against the truth. What was refused or not sent is
// not at the backend, what is unconfirmed may be, and all else is.
func (v *verdict) judgeClaim(c *claim, truth, arrived map[string]int) {
	if c.Took > c.Limit+late {
		v.problem("Shutdown took %v of the %v that it had", c.Took, c.Limit)
	}
	if c.Error != "" {
		v.problem("another error: %s", c.Error)
	}
	claimed := map[string]string{}
	for _, list := range []struct {
		fate   string
		series []string
		count  *int
	}{{"refused", c.Refused, &v.refused}, {"unconfirmed", c.Unconfirmed, &v.unconfirmed}, {"unsent", c.Unsent, &v.unsent}} {
		for _, name := range list.series {
			if claimed[name] != "" || truth[name] == 0 {
				v.problem("%s is said to be %s %s, and %d values of it were recorded", name, claimed[name], list.fate, truth[name])
			}
			claimed[name] = list.fate
			*list.count += truth[name]
		}
	}
	for _, name := range slices.Sorted(maps.Keys(truth)) {
		switch fate := claimed[name]; {
		case fate == "" && arrived[name] < truth[name]:
			v.problem("%s is said to be delivered, and %d of %d values are", name, arrived[name], truth[name])
		case (fate == "refused" || fate == "unsent") && arrived[name] == truth[name]:
			v.problem("%s is said to be %s, and is delivered", name, fate)
		}
	}
	v.judgeHealth(c, len(truth))
}

// judgeHealth holds Health's counts of points, of which some may have been sent
// again, against the series that Shutdown lists.
func (v *verdict) judgeHealth(c *claim, series int) {
	h := c.Health
	if h == nil {
		return
	}
	delivered := series - len(c.Refused) - len(c.Unconfirmed) - len(c.Unsent)
	if h.Delivered < uint64(delivered) || h.Refused < uint64(len(c.Refused)) ||
		h.Unconfirmed < uint64(len(c.Unconfirmed)) || h.Unsent < uint64(len(c.Unsent)) {
		v.problem("Health has fewer points than Shutdown has series: %+v, and %d delivered", *h, delivered)
	}
	if clean := h.Refused+h.Unconfirmed+h.Unsent == 0; clean != (h.Failures == 0) {
		v.problem("Health says that %d exports failed, and %+v of points", h.Failures, *h)
	}
}
