package main

import (
	"context"
	"io"
	"net/http"
)

var (
	tenants     = []string{"acme", "globex", "initech"}
	experiments = []string{"control", "one_click", "two_clicks"}
	visits      = []struct{ method, path string }{
		{http.MethodGet, "/search"}, {http.MethodPost, "/cart"}, {http.MethodPost, "/pay"},
		{http.MethodGet, "/healthz"}, {http.MethodDelete, "/cart"},
	}
)

// shopAround is one customer, who comes back until ctx is done. A request that
// is under way then is waited for.
func shopAround(ctx context.Context, url string, customer int) {
	for i := customer; ctx.Err() == nil; i++ {
		visit := visits[i%len(visits)]
		r, err := http.NewRequest(visit.method, url+visit.path, nil)
		if err != nil {
			return
		}
		r.Header.Set("X-Tenant", tenants[customer%len(tenants)])
		r.Header.Set("X-Experiment", experiments[i%len(experiments)])
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
	}
}
