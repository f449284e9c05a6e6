package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/ocgen/ocgen/examples/shop/shopmetrics"
	"go.opencensus.io/plugin/ochttp"
)

// A shop answers requests. Each is recorded by exactly one event.
type shop struct {
	load   *load
	orders atomic.Int64 // waiting to be packed
}

func newShop(l *load) http.Handler {
	s := &shop{load: l}
	mux := http.NewServeMux()
	for route, h := range map[string]handler{"/cart": s.cart, "/pay": s.pay, "/search": s.search} {
		mux.Handle(route, ochttp.WithRouteTag(s.recorded(shopmetrics.Route(route), h), route))
	}
	mux.HandleFunc("/healthz", health)
	return mux
}

// A handler answers a request and says how it went. An errorClass of 0 is
// absent.
type handler func(w http.ResponseWriter, r *http.Request) (bytes int, outcome shopmetrics.Outcome, errorClass shopmetrics.ErrorClass)

// patience is how long a request may take before nobody waits for it.
const patience = 1200 * time.Millisecond

// recorded makes a handler one that is recorded under its route.
func (s *shop) recorded(route shopmetrics.Route, h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		defer shopmetrics.BeginInFlight(r.Context(), route)()
		// Context tags go down with ctx to whatever records further below.
		ctx := shopmetrics.WithTenant(r.Context(), shopmetrics.Tenant(r.Header.Get("X-Tenant")))
		if v := r.Header.Get("X-Experiment"); v != "" {
			ctx = shopmetrics.WithExperiment(ctx, shopmetrics.ExperimentOf(v))
		}
		s.load.slowDown()
		answer := h
		if s.load.fails() {
			answer = refuse
		}
		bytes, outcome, errorClass := answer(w, r.WithContext(ctx))
		method := shopmetrics.MethodOf(r.Method)
		if took := time.Since(start); took > patience {
			shopmetrics.RecordTimeout(ctx, took, int64(bytes), method, route)
		} else {
			shopmetrics.RecordRequest(ctx, took, int64(bytes), method, route, outcome, errorClass)
		}
	})
}

func (s *shop) search(w http.ResponseWriter, r *http.Request) (int, shopmetrics.Outcome, shopmetrics.ErrorClass) {
	think(5, 40)
	n, _ := fmt.Fprintf(w, "%0*d\n", 1<<(8+rand.IntN(8)), 0)
	return n, shopmetrics.OutcomeOK, 0
}

func (s *shop) cart(w http.ResponseWriter, r *http.Request) (int, shopmetrics.Outcome, shopmetrics.ErrorClass) {
	think(5, 30)
	if rand.IntN(5) == 0 {
		shopmetrics.RecordCartAbandoned(r.Context())
	}
	n, _ := fmt.Fprintln(w, "in your cart")
	return n, shopmetrics.OutcomeOK, 0
}

func (s *shop) pay(w http.ResponseWriter, r *http.Request) (int, shopmetrics.Outcome, shopmetrics.ErrorClass) {
	think(10, 90)
	shopmetrics.RecordRevenue(r.Context(), 5+rand.ExpFloat64()*40)
	shopmetrics.RecordCheckoutTime(r.Context(), time.Duration(20+rand.IntN(600))*time.Second)
	shopmetrics.RecordQueueDepth(r.Context(), s.orders.Add(1))
	time.AfterFunc(200*time.Millisecond, func() { s.orders.Add(-1) })
	n, _ := fmt.Fprintln(w, "thank you")
	return n, shopmetrics.OutcomeOK, 0
}

// refuse answers a request that fails.
func refuse(w http.ResponseWriter, _ *http.Request) (int, shopmetrics.Outcome, shopmetrics.ErrorClass) {
	think(1, 5)
	http.Error(w, "the bank does not answer", http.StatusBadGateway)
	return 0, shopmetrics.OutcomeFailed, shopmetrics.ErrorClassRefused
}

// health answers a load balancer. Its event leaves route and error class out.
func health(w http.ResponseWriter, r *http.Request) {
	timer := shopmetrics.StartHealthCheck()
	n, _ := fmt.Fprintln(w, "ok")
	timer.Record(r.Context(), int64(n), shopmetrics.MethodOf(r.Method))
}

// think takes from low to high milliseconds.
func think(low, high int) {
	time.Sleep(time.Duration(low+rand.IntN(high-low)) * time.Millisecond)
}
