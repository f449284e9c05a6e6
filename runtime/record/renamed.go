package record

import (
	"slices"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A Rename is a metric that is exported under its former name too.
type Rename struct {
	Name   string // e.g. "shop/http/request_latency"
	Former string // e.g. "shop/request_latency"
}

// A renamedPart is a part with metrics that have a former name. It reads them once and
// returns them under both names, so records cost nothing more, and both metrics have
// equal points.
type renamedPart struct {
	Part
	renames []Rename
}

// withFormer returns the part, with the former names of its metrics.
func withFormer(part Part, all []Rename) Part {
	if len(all) == 0 {
		return part
	}
	names := part.Names()
	renames := slices.DeleteFunc(slices.Clone(all), func(r Rename) bool { return !slices.Contains(names, r.Name) })
	if len(renames) == 0 {
		return part
	}
	return &renamedPart{part, renames}
}

func (p *renamedPart) former() []string {
	var names []string
	for _, r := range p.renames {
		names = append(names, r.Former)
	}
	return names
}

// Names returns both names of a renamed metric.
func (p *renamedPart) Names() []string { return slices.Concat(p.Part.Names(), p.former()) }

func (p *renamedPart) Check() []error {
	return slices.Concat(p.Part.Check(), SourceConflicts(p.former()))
}

func (p *renamedPart) Read(memory *Memory) []*metric.Metric {
	all := p.Part.Read(memory)
	for _, m := range all {
		i := slices.IndexFunc(p.renames, func(r Rename) bool { return r.Name == m.Descriptor.Name })
		if i >= 0 {
			all = append(all, renamed(m, &p.renames[i], memory))
		}
	}
	return all
}

// renamed returns the metric under its former name. Its series are copies, because the
// fate of a point is noted by its series. With a memory both share the distributions,
// which the reader does not change; without one the reader may change them.
func renamed(m *metric.Metric, r *Rename, memory *Memory) *metric.Metric {
	last := memory.Take(r)
	rows := Rows(last, len(m.Series))
	for i, s := range m.Series {
		*rows[i] = *s
		if d, ok := s.Point.Value.(*metric.Distribution); ok && memory == nil {
			own := *d
			own.Buckets = slices.Clone(d.Buckets)
			rows[i].Point.Value = &own
		}
	}
	if last == nil {
		last = &metric.Metric{}
	}
	*last = metric.Metric{Descriptor: m.Descriptor, Resource: m.Resource, Series: rows}
	last.Descriptor.Name = r.Former
	memory.Put(r, last)
	return last
}
