package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"go.opencensus.io/plugin/ochttp"
	"go.opencensus.io/stats/view"
)

// callDependency makes a request as a dependency that still uses OpenCensus would.
func callDependency() error {
	requests := ochttp.ClientCompletedCount
	if err := view.Register(requests); err != nil {
		return err
	}
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	client := http.Client{Transport: &ochttp.Transport{}}
	answer, err := client.Get(server.URL)
	if err != nil {
		return err
	}
	if err := answer.Body.Close(); err != nil { // ochttp records the request here
		return err
	}
	// RetrieveData waits until OpenCensus has aggregated the record.
	if rows, err := view.RetrieveData(requests.Name); err != nil || len(rows) != 1 {
		return fmt.Errorf("OpenCensus has %d rows of %s: %v", len(rows), requests.Name, err)
	}
	return nil
}
