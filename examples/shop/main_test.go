package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/examples/shop/shopmetrics"
	"go.opencensus.io/stats/view"
)

// TestShop lets customers in for a moment, and holds the views against each
// other and against what only the shop's own rules can make.
func TestShop(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-duration", "1s"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, v := range shopmetrics.Views() {
		if v == shopmetrics.PageWeightView { // deprecated: nothing records it any more
			continue
		}
		if !strings.Contains(out.String(), "\n"+v.Name+" [") {
			t.Errorf("%s was not exported:\n%s", v.Name, &out)
		}
	}

	requests := total(t, shopmetrics.RequestCountView, nil)
	if latencies := total(t, shopmetrics.RequestLatencyView, nil); latencies != requests {
		t.Errorf("%d latencies, but %d requests", latencies, requests)
	}
	if sizes := total(t, shopmetrics.ResponseBytesView, nil); sizes != requests {
		t.Errorf("%d sizes, but %d requests", sizes, requests)
	}
	if other := total(t, shopmetrics.RequestCountView, map[string]string{"http.method": "OTHER"}); other == 0 {
		t.Error("customers send DELETE, but no request has the catch-all for its method")
	}
	if unset := total(t, shopmetrics.RequestLatencyView, map[string]string{"build": ""}); unset != 0 {
		t.Errorf("%d latencies without the build that was set before registration", unset)
	}
	if seen := total(t, shopmetrics.CartAbandonedView, map[string]string{"experiment": "other"}); seen == 0 {
		t.Error("some customers see an experiment that the schema does not list, but no cart of theirs was given up in the catch-all")
	}
}

// total adds up the counts of a view's rows that have the given tags; "" is
// an absent one.
func total(t *testing.T, v *view.View, tags map[string]string) int64 {
	t.Helper()
	rows, err := view.RetrieveData(v.Name)
	if err != nil {
		t.Fatal(err)
	}
	var sum int64
	for _, row := range rows {
		has := map[string]string{}
		for _, tag := range row.Tags {
			has[tag.Key.Name()] = tag.Value
		}
		fits := true
		for key, value := range tags {
			fits = fits && has[key] == value
		}
		if !fits {
			continue
		}
		switch data := row.Data.(type) {
		case *view.CountData:
			sum += data.Value
		case *view.DistributionData:
			sum += data.Count
		}
	}
	return sum
}

// The recorder of a measure of time comes with a timer for defer.
func TestTimer(t *testing.T) {
	if err := shopmetrics.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	before := total(t, shopmetrics.SlowRequestLatencyView, map[string]string{"route": "/timed"})
	func() {
		defer shopmetrics.TimeRequestLatency(t.Context(), shopmetrics.MethodGET, "/timed", shopmetrics.OutcomeOK, 0)()
		time.Sleep(time.Millisecond)
	}()
	view.Find("") // waits until OpenCensus has taken the record from its queue
	if n := total(t, shopmetrics.SlowRequestLatencyView, map[string]string{"route": "/timed"}) - before; n != 1 {
		t.Errorf("%d latencies were timed, want 1", n)
	}
}
