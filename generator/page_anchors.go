package generator

import (
	"strconv"
	"strings"

	"github.com/ocgen/ocgen/schema"
)

// The anchors of a page are made from exported names, so that a link to a metric stays
// valid when the schema is arranged in another way. Names that differ only in other
// characters than letters, digits, "_" and "." get a number, and so do equal names in
// several schemas.
type anchors struct {
	schemas map[*schema.Schema]string // e.g. "package-shopmetrics"
	slos    map[*schema.SLO]string    // e.g. "slo-shop-fast-enough"
	metrics map[*schema.View]string   // e.g. "metric-shop-request_count"
	events  map[*schema.Event]string  // e.g. "event-timeout"
	tags    map[*schema.Tag]string    // e.g. "tag-http.method"
	taken   map[string]bool
}

func newAnchors(schemas []*schema.Schema) anchors {
	a := anchors{
		schemas: map[*schema.Schema]string{},
		slos:    map[*schema.SLO]string{},
		metrics: map[*schema.View]string{},
		events:  map[*schema.Event]string{},
		tags:    map[*schema.Tag]string{},
		taken:   map[string]bool{},
	}
	for _, s := range schemas {
		a.schemas[s] = a.take("package-" + s.Package)
		for _, o := range s.SLOs {
			a.slos[o] = a.take("slo-" + s.Service.ID + "-" + o.ResourceID)
		}
		for _, v := range s.Views() {
			a.metrics[v] = a.take("metric-" + v.Name)
		}
		for _, e := range s.Events {
			a.events[e] = a.take("event-" + e.ID)
		}
		for _, t := range s.Tags {
			a.tags[t] = a.take("tag-" + t.Key)
		}
	}
	return a
}

// take returns the anchor for a name. Two anchors never differ only in letter case, which
// some sites ignore.
func (a anchors) take(name string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '_', r == '.', r == '-':
			return r
		}
		return '-'
	}, name)
	anchor := plain
	for n := 2; a.taken[strings.ToLower(anchor)]; n++ {
		anchor = plain + "-" + strconv.Itoa(n)
	}
	a.taken[strings.ToLower(anchor)] = true
	return anchor
}
