package main

import (
	"bufio"
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/VictoriaMetrics/metrics"
)

// startVictoriaNames finds the series by its name, which is put together for
// each record, as the library's own examples do. Its histograms have bounds of
// their own, 18 for each power of ten.
func startVictoriaNames(w work) *subject {
	if w.bound || w.tags == noTags || w.tags == manyTags || w.begins {
		return nil
	}
	set := metrics.NewSet()
	s := &subject{read: func() points { return written(set) }}
	switch w.aggregation {
	case distribution:
		s.loop = updateLoops[w.tags](set)
	case count:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				set.GetOrCreateCounter(victoriaName(s.methodName[i&mask], s.outcomeName[i&mask], s.routeName[i&mask])).Inc()
			}
		}
	case sum:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				set.GetOrCreateCounter(victoriaName(s.methodName[i&mask], s.outcomeName[i&mask], s.routeName[i&mask])).AddInt64(sizes[i&mask])
			}
		}
	case lastValue:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				set.GetOrCreateGauge(victoriaName(s.methodName[i&mask], s.outcomeName[i&mask], s.routeName[i&mask]), nil).Set(ms(latencies[i&mask]))
			}
		}
	case upDown:
		s.loop = func(s *sequence, n int) {
			for i := range n {
				set.GetOrCreateGauge(victoriaName(s.methodName[i&mask], s.outcomeName[i&mask], s.routeName[i&mask]), nil).Add(float64(deltas[i&mask]))
			}
		}
	}
	return s
}

func victoriaName(method, outcome, route string) string {
	return fmt.Sprintf(`m{method=%q,outcome=%q,route=%q}`, method, outcome, route)
}

var updateLoops = map[tagging]func(set *metrics.Set) loop{
	twoTags: func(set *metrics.Set) loop {
		return func(s *sequence, n int) {
			for i := range n {
				name := fmt.Sprintf(`m{method=%q,route=%q}`, s.methodName[i&mask], s.routeName[i&mask])
				set.GetOrCreateHistogram(name).Update(ms(latencies[i&mask]))
			}
		}
	},
	threeTags: func(set *metrics.Set) loop {
		return func(s *sequence, n int) {
			for i := range n {
				name := victoriaName(s.methodName[i&mask], s.outcomeName[i&mask], s.routeName[i&mask])
				set.GetOrCreateHistogram(name).Update(ms(latencies[i&mask]))
			}
		}
	},
	openTag: func(set *metrics.Set) loop {
		return func(s *sequence, n int) {
			for i := range n {
				name := fmt.Sprintf(`m{customer=%q}`, s.customer[i&mask])
				set.GetOrCreateHistogram(name).Update(ms(latencies[i&mask]))
			}
		}
	},
}

// startVictoriaBound keeps the metric, as the library's documentation advises.
func startVictoriaBound(w work) *subject {
	if !w.bound && w.tags != noTags {
		return nil
	}
	set := metrics.NewSet()
	return &subject{
		read: func() points { return written(set) },
		bind: func(q *sequence) loop { return victoriaLoop(w, set, q) },
	}
}

func victoriaLoop(w work, set *metrics.Set, q *sequence) loop {
	name := "m"
	if w.tags == threeTags {
		name = victoriaName(q.methodName[0], q.outcomeName[0], q.routeName[0])
	}
	switch w.aggregation {
	case count:
		c := set.GetOrCreateCounter(name)
		return func(_ *sequence, n int) {
			for range n {
				c.Inc()
			}
		}
	case sum:
		c := set.GetOrCreateCounter(name)
		return func(_ *sequence, n int) {
			for i := range n {
				c.AddInt64(sizes[i&mask])
			}
		}
	case lastValue:
		g := set.GetOrCreateGauge(name, nil)
		return func(_ *sequence, n int) {
			for i := range n {
				g.Set(ms(latencies[i&mask]))
			}
		}
	}
	h := set.GetOrCreateHistogram(name)
	return func(_ *sequence, n int) {
		for i := range n {
			h.Update(ms(latencies[i&mask]))
		}
	}
}

var (
	victoriaLine  = regexp.MustCompile(`^(\w+?)(_bucket|_sum|_count)?(?:\{(.*)\})? (\S+)$`)
	victoriaLabel = regexp.MustCompile(`(\w+)="([^"]*)"`)
)

// written returns the points of what the set writes for Prometheus.
func written(set *metrics.Set) points {
	var text bytes.Buffer
	set.WritePrometheus(&text)
	all := points{}
	for lines := bufio.NewScanner(&text); lines.Scan(); {
		parts := victoriaLine.FindStringSubmatch(lines.Text())
		if parts == nil {
			panic(fmt.Sprintf("VictoriaMetrics wrote %q", lines.Text()))
		}
		value := must(strconv.ParseFloat(parts[4], 64))
		var values []string
		for _, label := range victoriaLabel.FindAllStringSubmatch(parts[3], -1) {
			values = append(values, label[2])
		}
		key := strings.Join(values, " ")
		p := all[key]
		switch parts[2] {
		case "_bucket":
			continue
		case "_count":
			p.count = uint64(value)
		case "_sum":
			p.value = value
		default:
			p = point{count: uint64(value), value: value}
		}
		all[key] = p
	}
	return all
}
