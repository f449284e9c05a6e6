package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/realprometheus"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

// TestSLOs opens the shop, sees its SLOs computed, makes it fail, and sees the
// SLOs burn.
func TestSLOs(t *testing.T) {
	t.Setenv("OCGEN_EXPORTER", "none")
	address := realprometheus.FreeAddress(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"-listen", address, "-duration", "5m"}, io.Discard) }()
	shop := "http://" + address

	before := awaitSLOs(t, shop, func(s map[string]evaluate.SLO) bool { return s["shopmetrics/availability"].Period.Total > 50 })
	for _, key := range []string{"availability", "fast_enough", "slow_routes", "good_windows", "short_queue", "http_latency"} {
		if _, ok := before["shopmetrics/"+key]; !ok {
			t.Errorf("the page has no SLO shopmetrics/%s", key)
		}
	}
	if s := before["shopmetrics/http_latency"]; s.Computable || !strings.Contains(s.Status, "is not a bucket bound") {
		t.Errorf("http_latency, whose threshold lies inside of a bucket, is %q", s.Status)
	}
	answer, err := http.PostForm(shop+"/load", url.Values{"errors": {"0.5"}, "slow": {"0.5"}})
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(page), "Requests that fail: 0.5") {
		t.Errorf("the front page comes with %s, %v:\n%s", answer.Status, err, page)
	}
	awaitSLOs(t, shop, func(s map[string]evaluate.SLO) bool {
		for _, key := range []string{"shopmetrics/availability", "shopmetrics/slow_routes"} {
			if s[key].Period.Bad < before[key].Period.Bad+10 {
				return false
			}
		}
		return true
	})
	idle, err := net.Dial("tcp", address) // as browsers do ahead of a click
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// awaitSLOs asks the page until its SLOs are as they should be.
func awaitSLOs(t *testing.T, shop string, as func(map[string]evaluate.SLO) bool) map[string]evaluate.SLO {
	t.Helper()
	slos := map[string]evaluate.SLO{}
	for end := time.Now().Add(realprometheus.Patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		answer, err := http.Get(shop + "/debug/sloz/?format=json")
		if err != nil {
			continue // it is not open yet
		}
		var report evaluate.Report
		err = json.NewDecoder(answer.Body).Decode(&report)
		answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range report.SLOs {
			slos[s.Key] = s
		}
		if as(slos) {
			return slos
		}
	}
	t.Fatalf("the SLOs stay %+v", slos)
	return nil
}

func TestLoad(t *testing.T) {
	for _, part := range []string{"-0.1", "1.1", "NaN"} {
		if err := run(t.Context(), []string{"-errors", part}, io.Discard); err == nil {
			t.Errorf("the shop opens with -errors %s", part)
		}
	}
	l, err := newLoad(0, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		form   string
		status int
	}{
		{"errors=0.25&slow=0", 303}, {"errors=1.5&slow=0", 400}, {"errors=many&slow=0", 400}, {"errors=0.1", 400},
	} {
		r := httptest.NewRequest(http.MethodPost, "/load", strings.NewReader(c.form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer := httptest.NewRecorder()
		l.change(answer, r)
		if answer.Code != c.status {
			t.Errorf("%s: %d, want %d", c.form, answer.Code, c.status)
		}
	}
	if l.Errors() != 0.25 || l.Slow() != 0 {
		t.Errorf("%v of the requests fail and %v take long, want 0.25 and 0", l.Errors(), l.Slow())
	}
}
