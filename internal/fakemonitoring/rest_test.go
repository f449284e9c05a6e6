package fakemonitoring

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
)

// send makes a REST call, and returns the HTTP status and the body.
func send(ctx context.Context, s *Server, verb, path, body string) (int, string, error) {
	req, err := http.NewRequestWithContext(ctx, verb, s.URL()+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Authorization", "Bearer a-token")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(data), err
}

const (
	counter = `{"type": "custom.googleapis.com/requests", "metricKind": "CUMULATIVE", "valueType": "INT64", "labels": [{"key": "outcome"}]}`
	depth   = `{"type": "custom.googleapis.com/depth", "metricKind": "GAUGE", "valueType": "INT64"}`
	slo     = `{"displayName": "A", "goal": 0.99, "rollingPeriod": "86400s", "userLabels": {"team": "a"}, "serviceLevelIndicator": {"requestBased": {"goodTotalRatio": {
		"badServiceFilter": "metric.type=\"custom.googleapis.com/requests\" AND metric.labels.outcome=\"error\"", "totalServiceFilter": "metric.type=\"custom.googleapis.com/requests\""}}}}`
	policy = `{"displayName": "burns", "combiner": "OR", "documentation": {"content": "c", "mimeType": "text/markdown"}, "conditions": [{"displayName": "c", "conditionThreshold": {
		"filter": "select_slo_burn_rate(\"projects/p/services/shop/serviceLevelObjectives/a\", \"3600s\")", "comparison": "COMPARISON_GT", "thresholdValue": 14.4, "duration": "0s", "trigger": {"count": 1}}}]}`
	absent = `{"displayName": "silent", "combiner": "OR", "conditions": [{"displayName": "c", "conditionAbsent": {
		"filter": "metric.type=\"custom.googleapis.com/requests\" AND resource.type=\"global\"", "duration": "600s", "aggregations": [{"alignmentPeriod": "60s", "perSeriesAligner": "ALIGN_DELTA"}]}}]}`
	board = `{"displayName": "Shop", "mosaicLayout": {"columns": 12, "tiles": [
		{"width": 6, "height": 3, "widget": {"title": "requests", "xyChart": {"thresholds": [{"value": 1}], "dataSets": [{"plotType": "LINE", "timeSeriesQuery": {"timeSeriesFilter": {
			"filter": "metric.type=\"custom.googleapis.com/requests\"", "aggregation": {"alignmentPeriod": "60s", "perSeriesAligner": "ALIGN_RATE", "crossSeriesReducer": "REDUCE_SUM", "groupByFields": ["metric.label.outcome"]}}}}]}}},
		{"xPos": 6, "width": 3, "height": 3, "widget": {"title": "budget", "scorecard": {"thresholds": [{"color": "RED", "direction": "BELOW", "value": 0.1}], "gaugeView": {"upperBound": 1}, "timeSeriesQuery": {"timeSeriesFilter": {
			"filter": "select_slo_budget_fraction(\"projects/p/services/shop/serviceLevelObjectives/a\")", "aggregation": {"perSeriesAligner": "ALIGN_NEXT_OLDER"}}}}}}]}}`
)

// filled returns a server with a service, an SLO and a policy that names it.
func filled(t *testing.T) *Server {
	t.Helper()
	s := Start(t, Options{Page: 2, Channels: []string{"projects/p/notificationChannels/1"}})
	for _, call := range [][2]string{
		{"/v3/projects/p/metricDescriptors", counter},
		{"/v3/projects/p/metricDescriptors", depth},
		{"/v3/projects/p/services?serviceId=shop", `{"displayName": "Shop", "custom": {}}`},
		{"/v3/projects/p/services/shop/serviceLevelObjectives?serviceLevelObjectiveId=a", slo},
		{"/v3/projects/p/alertPolicies", policy},
	} {
		if code, body, err := send(t.Context(), s, http.MethodPost, call[0], call[1]); err != nil || code != http.StatusOK {
			t.Fatalf("%s: %d %s %v", call[0], code, body, err)
		}
	}
	return s
}

// TestREST makes one call at a time to a new server that filled returns.
func TestREST(t *testing.T) {
	const (
		services = "/v3/projects/p/services"
		shop     = services + "/shop"
		slos     = shop + "/serviceLevelObjectives"
		policies = "/v3/projects/p/alertPolicies"
		boards   = "/v1/projects/p/dashboards"
	)
	change := func(body, old, new string) string {
		if changed := strings.Replace(body, old, new, 1); changed != body {
			return changed
		}
		t.Fatalf("%s does not contain %s", body, old)
		return ""
	}
	for _, test := range []struct {
		verb, path, body string
		code             int
		want             string // in the answer
	}{
		// Routes, queries and bodies.
		{"GET", "/v3/projects/p/nothing", "", 404, "NOT_FOUND"},
		{"POST", shop, "{}", 404, "NOT_FOUND"},
		{"GET", shop, "", 200, "projects/p/services/shop"},
		{"GET", shop + "?alt=json", "", 200, "Shop"},
		{"GET", shop + "?colour=red", "", 400, `Unknown name \"colour\"`},
		{"GET", services + "?pageSize=many", "", 400, "Invalid value at 'pageSize'"},
		{"GET", services + "?pageSize=-1", "", 400, "page_size"},
		{"GET", services + "?pageToken=x", "", 400, "page_token"},
		{"GET", services, "{}", 400, "has no body"},
		{"POST", services + "?serviceId=b", `{"displayname": 1`, 400, "Invalid JSON payload"},
		{"POST", services + "?serviceId=b", `{"novelty": 1}`, 400, "unknown field"},

		// Services.
		{"POST", services + "?serviceId=b", `{"custom": {}}`, 200, "projects/p/services/b"},
		{"POST", services, `{"custom": {}}`, 200, "projects/p/services/generated-"},
		{"POST", services + "?serviceId=shop", `{"custom": {}}`, 409, "ALREADY_EXISTS"},
		{"POST", services + "?serviceId=B", `{"custom": {}}`, 400, "service_id"},
		{"POST", services + "?serviceId=" + strings.Repeat("b", 64), `{"custom": {}}`, 400, "service_id"},
		{"POST", services + "?serviceId=b", `{}`, 400, "either custom or basicService"},
		{"POST", services + "?serviceId=b", `{"custom": {}, "userLabels": {"Team": "a"}}`, 400, "user label"},
		{"PATCH", shop, `{"displayName": "Other", "custom": {}}`, 200, "Other"},
		{"PATCH", shop + "?updateMask=displayName", `{"displayName": "Other"}`, 200, `"custom"`},
		{"PATCH", shop + "?updateMask=userLabels.team", `{"userLabels": {"team": "x", "owner": "y"}}`, 200, `{"team":"x"}`},
		{"PATCH", shop + "?updateMask=colour", `{}`, 400, "colour"},
		{"PATCH", shop, `{"displayName": "no identifier"}`, 400, "either custom or basicService"},
		{"PATCH", services + "/b", `{"custom": {}}`, 404, "services/b"},
		{"DELETE", shop, "", 400, "FAILED_PRECONDITION"},
		{"DELETE", services + "/b", "", 404, "NOT_FOUND"},

		// SLOs.
		{"GET", slos + "/a", "", 200, "projects/p/services/shop/serviceLevelObjectives/a"},
		{"GET", slos + "/b", "", 404, "NOT_FOUND"},
		{"POST", slos + "?serviceLevelObjectiveId=a", slo, 409, "ALREADY_EXISTS"},
		{"POST", slos + "?serviceLevelObjectiveId=b", slo, 200, "serviceLevelObjectives/b"},
		{"POST", slos + "?serviceLevelObjectiveId=b/c", slo, 400, "service_level_objective_id"},
		{"POST", services + "/none/serviceLevelObjectives", slo, 404, "services/none"},
		{"POST", slos, change(slo, "0.99", "1"), 400, "goal is 1"},
		{"POST", slos, change(slo, "86400s", "3600s"), 400, "rollingPeriod is 1h0m0s"},
		{"POST", slos, change(slo, `googleapis.com/requests\" AND`, `googleapis.com/typo\" AND`), 400, "The metric referenced by the provided filter is unknown"},
		{"POST", slos, change(slo, "labels.outcome", "labels.typo"), 400, `has no label`},
		{"POST", slos, strings.ReplaceAll(slo, "/requests", "/depth"), 400, "want a number that is a delta or cumulative"},
		{"POST", slos, change(slo, `"totalServiceFilter"`, `"goodServiceFilter": "metric.type=\"custom.googleapis.com/requests\"", "totalServiceFilter"`), 400, "3 filters"},
		{"PATCH", slos + "/a?updateMask=goal", `{"goal": 0.5}`, 200, `"goal":0.5`},
		{"PATCH", slos + "/a?updateMask=goal", `{"goal": 2}`, 400, "goal is 2"},
		{"PATCH", slos + "/a?updateMask=serviceLevelIndicator.requestBased.goodTotalRatio.badServiceFilter", `{}`, 400, "1 filters"},
		{"DELETE", slos + "/a", "", 400, "names the SLO"},

		// Alert policies.
		{"POST", policies, policy, 200, `"enabled":true`},
		{"POST", policies, absent, 200, "alertPolicies/"},
		{"POST", policies, change(policy, `"displayName"`, `"name": "projects/p/alertPolicies/1", "displayName"`), 400, "the API assigns the name"},
		{"POST", policies, change(policy, "Objectives/a", "Objectives/b"), 400, `no SLO`},
		{"POST", policies, change(policy, "projects/p/", "projects/q/"), 400, `in project`},
		{"POST", policies, change(policy, "3600s", "90000s"), 400, "look-back of 90000s"},
		{"POST", policies, change(policy, `"duration": "0s"`, `"duration": "30s"`), 400, "duration is 30s"},
		{"POST", policies, change(policy, `"comparison"`, `"aggregations": [{"alignmentPeriod": "60s"}], "comparison"`), 400, "a selector has no aggregations"},
		{"POST", policies, change(policy, `COMPARISON_GT`, `COMPARISON_EQ`), 400, "want COMPARISON_GT or COMPARISON_LT"},
		{"POST", policies, change(policy, `"combiner": "OR", `, ``), 400, "no combiner"},
		{"POST", policies, change(policy, `"content": "c"`, `"content": "`+strings.Repeat("c", 8193)+`"`), 400, "8193 characters"},
		{"POST", policies, change(policy, `"combiner"`, `"notificationChannels": ["projects/p/notificationChannels/1"], "combiner"`), 200, "notificationChannels/1"},
		{"POST", policies, change(policy, `"combiner"`, `"notificationChannels": ["projects/p/notificationChannels/2"], "combiner"`), 404, "notificationChannels/2"},
		{"POST", policies, change(absent, ` AND resource.type=\"global\"`, ``), 400, "want a resource.type"},
		{"POST", policies, change(absent, `600s`, `60s`), 400, "duration is 1m0s"},
		{"POST", policies, change(absent, "/requests", "/typo"), 404, "it could take up to 10 minutes"},
		{"GET", policies + "?filter=x", "", 501, "UNIMPLEMENTED"},
		{"DELETE", policies + "/1", "", 404, "NOT_FOUND"},

		// Dashboards.
		{"POST", boards, board, 200, `"etag":"etag-`},
		{"POST", boards + "?validateOnly=true", board, 200, "dashboards/"},
		{"POST", boards, change(board, `"displayName"`, `"name": "projects/p/dashboards/mine", "displayName"`), 200, "dashboards/mine"},
		{"POST", boards, change(board, `"displayName"`, `"name": "projects/q/dashboards/mine", "displayName"`), 400, "is not below"},
		{"POST", boards, change(board, `"displayName"`, `"etag": "x", "displayName"`), 409, "ABORTED"},
		{"POST", boards, change(board, `"columns": 12`, `"columns": 48`), 400, "want 1 to 12"},
		{"POST", boards, change(board, `"xPos": 6`, `"xPos": 10`), 400, "3 wide at 10"},
		{"POST", boards, change(board, `"xPos": 6`, `"xPos": 5`), 400, "overlap"},
		{"POST", boards, change(board, `"columns": 12`, `"columns": 12, "colour": 1`), 400, "unknown field"},
		{"POST", boards, change(board, `"plotType": "LINE", `, ``), 400, "no plot type"},
		{"POST", boards, change(board, `LINE`, `HEATMAP`), 400, "a heatmap of"},
		{"POST", boards, change(board, "/requests", "/typo"), 400, "no descriptor"},
		{"POST", boards, change(board, "/requests", "/depth"), 400, "which is GAUGE"},
		{"POST", boards, change(board, "Objectives/a", "Objectives/b"), 400, "no SLO"},
		{"POST", boards, change(board, `select_slo_budget_fraction(\"projects/p/services/shop/serviceLevelObjectives/a\")`, `select_slo_budget_fraction(\"projects/p/services/shop/serviceLevelObjectives/a\", \"60s\")`), 400, "others have none"},
		{"POST", boards, change(board, `{"value": 1}`, `{"value": 1, "color": "RED"}`), 400, "no color and no direction"},
		{"POST", boards, change(board, `"color": "RED", `, ``), 400, "has a color and a direction"},
		{"POST", boards, change(board, `"upperBound": 1`, `"lowerBound": 1`), 400, "the gauge is"},
		{"POST", boards, change(board, `"perSeriesAligner": "ALIGN_RATE", `, ``), 400, "without a perSeriesAligner"},
		{"POST", boards, change(board, `, "crossSeriesReducer": "REDUCE_SUM"`, ``), 400, "groupByFields without"},
		{"POST", boards, change(board, `"alignmentPeriod": "60s"`, `"alignmentPeriod": "30s"`), 400, "alignmentPeriod is 30s"},
		{"DELETE", boards + "/1", "", 404, "NOT_FOUND"},

		// Metrics.
		{"GET", "/v3/projects/p/metricDescriptors/custom.googleapis.com/requests", "", 200, "projects/p/metricDescriptors/custom.googleapis.com/requests"},
		{"GET", "/v3/projects/p/metricDescriptors/custom.googleapis.com/none", "", 404, "NOT_FOUND"},
		{"POST", "/v3/projects/p/metricDescriptors", change(counter, "CUMULATIVE", "GAUGE"), 409, "ALREADY_EXISTS"},
		{"GET", "/v3/projects/p/metricDescriptors?filter=" + url.QueryEscape(`metric.type = starts_with("custom.googleapis.com/r")`), "", 200, "requests"},
		{"GET", "/v3/projects/p/metricDescriptors?filter=x", "", 400, "filter"},
		{"DELETE", "/v3/projects/p/metricDescriptors/custom.googleapis.com/requests", "", 200, "{}"},
		{"DELETE", "/v3/projects/p/metricDescriptors/custom.googleapis.com/none", "", 404, "NOT_FOUND"},
		{"DELETE", "/v3/projects/p/metricDescriptors/compute.googleapis.com/none", "", 403, "PERMISSION_DENIED"},
		{"GET", "/v3/projects/p/timeSeries?filter=x", "", 400, "filter"},
		{"GET", "/v3/projects/p/timeSeries?filter=" + url.QueryEscape(`metric.type="custom.googleapis.com/requests"`), "", 400, "interval.endTime"},
		{"GET", "/v3/projects/p/timeSeries?interval.endTime=2030-01-01T00:00:00Z&filter=" + url.QueryEscape(`metric.type="custom.googleapis.com/none"`), "", 404, "Cannot find metric"},
		{"GET", "/v3/projects/p/timeSeries?interval.endTime=tomorrow&filter=" + url.QueryEscape(`metric.type="custom.googleapis.com/requests"`), "", 400, "endTime"},
	} {
		s := filled(t)
		code, body, err := send(t.Context(), s, test.verb, test.path, test.body)
		text := body
		if code == http.StatusOK { // protojson may write spaces
			var compact bytes.Buffer
			if err := json.Compact(&compact, []byte(body)); err != nil {
				t.Fatal(err)
			}
			text = compact.String()
		}
		if err != nil || code != test.code || !strings.Contains(text, test.want) {
			t.Errorf("%s %s %s: %d %s %v, want %d and %s", test.verb, test.path, test.body, code, body, err, test.code, test.want)
		}
		if code != http.StatusOK {
			var answer struct {
				Error struct {
					Code            int
					Status, Message string
				}
			}
			if err := json.Unmarshal([]byte(body), &answer); err != nil || answer.Error.Code != code || answer.Error.Status == "" || answer.Error.Message == "" {
				t.Errorf("%s %s: the error is %s", test.verb, test.path, body)
			}
		}
		s.Stop()
	}
}

// TestRESTNeedsAToken makes a call without credentials.
func TestRESTNeedsAToken(t *testing.T) {
	s := New(t)
	resp, err := http.Get(s.URL() + "/v3/projects/p/services")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("got %s", resp.Status)
	}
	http.DefaultClient.CloseIdleConnections()
}

// TestPages reads a list page by page.
func TestPages(t *testing.T) {
	s := filled(t)
	const slos = "/v3/projects/p/services/shop/serviceLevelObjectives"
	for _, id := range []string{"b", "c", "d"} {
		if code, body, err := send(t.Context(), s, http.MethodPost, slos+"?serviceLevelObjectiveId="+id, slo); err != nil || code != http.StatusOK {
			t.Fatal(code, body, err)
		}
	}
	for _, test := range []struct {
		size string
		want []string // of each page
	}{
		{"", []string{"ab", "cd"}}, // the server's own limit is 2
		{"1", []string{"a", "b", "c", "d"}},
		{"100", []string{"ab", "cd"}},
	} {
		token := ""
		for i, want := range test.want {
			code, body, err := send(t.Context(), s, http.MethodGet, slos+"?pageSize="+cmp.Or(test.size, "0")+"&pageToken="+token, "")
			if err != nil || code != http.StatusOK {
				t.Fatal(code, body, err)
			}
			var page struct {
				ServiceLevelObjectives []struct{ Name string }
				NextPageToken          string
			}
			if err := json.Unmarshal([]byte(body), &page); err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, o := range page.ServiceLevelObjectives {
				got += o.Name[len(o.Name)-1:]
			}
			if last := i == len(test.want)-1; got != want || (page.NextPageToken == "") != last {
				t.Errorf("page %d of size %q has %q and the token %q, want %q", i, test.size, got, page.NextPageToken, want)
			}
			token = page.NextPageToken
		}
	}
}

// TestOrderOfDeletion deletes what refers to something first.
func TestOrderOfDeletion(t *testing.T) {
	s := filled(t)
	for i, name := range []string{"policy", "SLO", "service"} {
		names := s.Names() // the services, the SLOs, the policies
		if len(names) != 3-i {
			t.Fatalf("before the %s: %q", name, names)
		}
		if code, body, err := send(t.Context(), s, http.MethodDelete, "/v3/"+names[len(names)-1], ""); err != nil || code != http.StatusOK || body != "{}" {
			t.Errorf("%s: %d %s %v", name, code, body, err)
		}
	}
	if names := s.Names(); len(names) > 0 {
		t.Errorf("left: %q", names)
	}
}

// TestPolicyKeepsItsConditions updates a policy with and without the names of its conditions.
func TestPolicyKeepsItsConditions(t *testing.T) {
	s := filled(t)
	type kept struct {
		Name           string
		Conditions     []struct{ Name string }
		CreationRecord struct{ MutateTime string }
	}
	patch := func(name, body string, want int) (k kept) {
		code, answer, err := send(t.Context(), s, http.MethodPatch, "/v3/"+name, body)
		if err != nil || code != want {
			t.Fatalf("%d %s %v", code, answer, err)
		}
		if err := json.Unmarshal([]byte(answer), &k); err != nil {
			t.Fatal(err)
		}
		return k
	}
	name := s.Names()[2]
	first := patch(name, policy, http.StatusOK)
	second := patch(name, strings.Replace(policy, `"displayName": "c"`, `"displayName": "c", "name": "`+first.Conditions[0].Name+`"`, 1), http.StatusOK)
	third := patch(name, policy, http.StatusOK)
	if second.Conditions[0] != first.Conditions[0] || third.Conditions[0] == first.Conditions[0] || third.CreationRecord != first.CreationRecord {
		t.Errorf("got\n%v\n%v\n%v", first, second, third)
	}
	patch(name, strings.Replace(policy, `"displayName": "c"`, `"displayName": "c", "name": "`+first.Conditions[0].Name+`"`, 1), http.StatusNotFound)
}

// TestEtag replaces a dashboard with a stale etag.
func TestEtag(t *testing.T) {
	s := filled(t)
	create := func(verb, path, body string, want int) string {
		code, answer, err := send(t.Context(), s, verb, path, body)
		if err != nil || code != want {
			t.Fatalf("%d %s %v", code, answer, err)
		}
		return answer
	}
	first := create("POST", "/v1/projects/p/dashboards", board, 200)
	var made struct{ Name, Etag string }
	if err := json.Unmarshal([]byte(first), &made); err != nil {
		t.Fatal(err)
	}
	create("PATCH", "/v1/"+made.Name+"?validateOnly=true", first, 200)
	create("PATCH", "/v1/"+made.Name, first, 200)
	create("PATCH", "/v1/"+made.Name, first, 409)
}

// TestRESTFaults has a fault for the second call of a method, and for others.
func TestRESTFaults(t *testing.T) {
	const get = "/v3/projects/p/services/shop"
	for _, test := range []struct {
		name   string
		faults []Fault
		codes  []int // of calls one after the other; 0: the connection fails
	}{
		{"the second call", []Fault{{Method: "GetService", Nth: 2, Refuse: codes.Unavailable}}, []int{200, 503, 200}},
		{"two faults", []Fault{{Method: "GetService", Nth: 3, Refuse: codes.ResourceExhausted}, {Method: "GetService", Nth: 1, Refuse: codes.PermissionDenied}}, []int{403, 200, 429}},
		{"the first fault counts", []Fault{{Nth: 1, Refuse: codes.Internal}, {Method: "GetService", Refuse: codes.Unavailable}}, []int{500, 503, 503}},
		{"another method", []Fault{{Method: "ListServices", Refuse: codes.Unavailable}}, []int{200}},
		{"slow", []Fault{{Delay: time.Millisecond}}, []int{200}},
		{"reset", []Fault{{Method: "GetService", Nth: 1, Reset: true}}, []int{0, 200}},
		{"down", []Fault{{Down: true}}, []int{0, 0}},
	} {
		s := filled(t)
		s.SetFaults(test.faults...)
		for i, want := range test.codes {
			if code, body, err := send(t.Context(), s, http.MethodGet, get, ""); code != want || (err == nil) != (want != 0) {
				t.Errorf("%s: call %d: %d %s %v, want %d", test.name, i, code, body, err, want)
			}
		}
		s.Stop()
	}
	// A call that hangs ends with the client's patience.
	s := filled(t)
	s.SetFault(Fault{Method: "CreateService", Hang: true, Taken: true})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for len(s.Names()) == 3 && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	if _, _, err := send(ctx, s, http.MethodPost, "/v3/projects/p/services?serviceId=b", `{"custom": {}}`); err == nil {
		t.Error("the call that hangs has an answer")
	}
}
