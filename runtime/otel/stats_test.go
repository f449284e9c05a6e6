package otel

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime/record"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// counts returns the points of the metric of record.Stats whose attributes have the text, as
// "reason=invalid tag=x: 3".
func counts(t *testing.T, p *Producer, containing string) string {
	t.Helper()
	scopes, err := p.Produce(context.Background())
	if err != nil || len(scopes) == 0 {
		t.Fatal(scopes, err)
	}
	own := scopes[len(scopes)-1]
	d := record.StatsDescriptor()
	if own.Scope.Name != "github.com/ocgen/ocgen" || len(own.Metrics) != 1 || own.Metrics[0].Name != d.Name || own.Metrics[0].Unit != "1" || own.Metrics[0].Description != d.Description {
		t.Fatalf("the last scope is %+v", own)
	}
	var points []string
	for _, point := range own.Metrics[0].Data.(metricdata.Sum[int64]).DataPoints {
		var attributes []string
		for _, a := range point.Attributes.ToSlice() {
			attributes = append(attributes, string(a.Key)+"="+a.Value.AsString())
		}
		text := strings.Join(attributes, " ")
		if strings.Contains(text, containing) {
			points = append(points, text+": "+strconv.FormatInt(point.Value, 10))
		}
	}
	return strings.Join(points, ", ")
}

// TestStats: replaced and dropped values are exported whether or not a package is registered.
// Series that come later move the others, and deltas go on.
func TestStats(t *testing.T) {
	cumulative, delta := NewProducer(), newDelta()
	name := unique("stats") + "_"
	inc := func(tag, measure string, r record.Reason) {
		if tag != "" {
			record.CounterOfTag(name+tag, r).Inc()
			return
		}
		record.CounterOfMeasure(name+measure, r).Inc()
	}
	inc("b", "", record.ReasonOverflow)
	inc("", "m", record.ReasonNegative)
	inc("", "m", record.ReasonNegative)
	first := "measure=" + name + "m reason=negative: 2, reason=overflow tag=" + name + "b: 1"
	if got := counts(t, cumulative, name); got != first {
		t.Errorf("got %s, want %s", got, first)
	}
	if got := counts(t, delta, name); got != first {
		t.Errorf("first delta: got %s, want %s", got, first)
	}
	inc("a", "", record.ReasonInvalid)
	inc("b", "", record.ReasonOverflow)
	if got, want := counts(t, cumulative, name), "measure="+name+"m reason=negative: 2, reason=invalid tag="+name+"a: 1, reason=overflow tag="+name+"b: 2"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := counts(t, delta, name), "reason=invalid tag="+name+"a: 1, reason=overflow tag="+name+"b: 1"; got != want {
		t.Errorf("second delta: got %s, want %s", got, want)
	}
}

// TestStatsOfRecordsBeforeRegistration: a program that forgets RegisterViews sees why it has
// no metrics.
func TestStatsOfRecordsBeforeRegistration(t *testing.T) {
	s := newShop()
	s.requests.At(1).Inc()
	want := "measure=" + s.requestsName + " reason=unregistered: 1"
	if got := counts(t, NewProducer(), s.requestsName); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
