package existing_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.opencensus.io/plugin/ochttp"
	"go.opencensus.io/stats/view"

	"github.com/ocgen/ocgen/golden/existing"
	"github.com/ocgen/ocgen/golden/internal/rows"
)

// TestRecord lets the plugin record, and reads our views over its measures.
func TestRecord(t *testing.T) {
	rows.Register(t, existing.RegisterViews, existing.UnregisterViews)
	handler := &ochttp.Handler{Handler: ochttp.WithRouteTag(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
	}), "/cart")}
	for range 3 {
		r := httptest.NewRequest(http.MethodPost, "/cart", strings.NewReader("12345"))
		r = r.WithContext(existing.WithTenant(r.Context(), "acme"))
		handler.ServeHTTP(httptest.NewRecorder(), r)
	}
	existing.RecordRejected(context.Background(), "503")
	existing.RecordRejected(context.Background(), "503")

	rows.Expect(t, existing.AnswersByTenantView, "tenant=acme: count 3")
	rows.Expect(t, existing.RequestBytesView, "sum 15")
	rows.Expect(t, existing.RejectedView, "http.status=503: count 2")
	data, err := view.RetrieveData(existing.LatencyByRouteView.Name)
	if err != nil || len(data) != 1 {
		t.Fatal(data, err)
	}
	if tags := data[0].Tags; len(tags) != 1 || tags[0].Key != ochttp.KeyServerRoute || tags[0].Value != "/cart" {
		t.Errorf("tags %v", tags)
	}
	if n := data[0].Data.(*view.DistributionData).Count; n != 3 {
		t.Errorf("%d latencies, want 3", n)
	}
}
