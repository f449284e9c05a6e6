package generator

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/schema"
)

// sloText returns the file of one SLO. A test in internal/tests/golden, whose SLOs have
// the same forms, checks that the API would accept it.
func sloText(t *testing.T, o *schema.SLO) string {
	t.Helper()
	o.ResourceID = "it"
	files, err := sloFiles(&schema.Schema{
		SLOs:       []*schema.SLO{o},
		Monitoring: schema.Monitoring{MetricPrefix: cloudmonitoring.DefaultPrefix},
	}, "slo")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 1 || files[0].Path != "slo/it.json" || files[0].Folder != "slo" {
		t.Fatalf("got files %+v", files)
	}
	return string(files[0].Data)
}

func selection(view string) *schema.Selection {
	return &schema.Selection{View: &schema.View{Name: view}}
}

// TestSLOsOfTheGuide compares with the two SLOs in Google's guide to SLIs from
// OpenCensus metrics.
func TestSLOsOfTheGuide(t *testing.T) {
	availability := sloText(t, &schema.SLO{
		DisplayName: "98% Availability, rolling 28 days", Goal: 0.98, Days: 28,
		SLI: schema.SLI{Ratio: &schema.Ratio{Bad: selection("error_count_sli"), Total: selection("request_count_sli")}},
	})
	if want := `{
  "serviceLevelIndicator": {
    "requestBased": {
      "goodTotalRatio": {
        "totalServiceFilter": "metric.type=\"custom.googleapis.com/opencensus/request_count_sli\"",
        "badServiceFilter": "metric.type=\"custom.googleapis.com/opencensus/error_count_sli\""
      }
    }
  },
  "goal": 0.98,
  "rollingPeriod": "2419200s",
  "displayName": "98% Availability, rolling 28 days"
}
`; availability != want {
		t.Errorf("got\n%s\nwant\n%s", availability, want)
	}
	latency := sloText(t, &schema.SLO{
		DisplayName: "98% requests under 1000 ms", Goal: 0.98, Days: 1,
		SLI: schema.SLI{Cut: &schema.Cut{Selection: *selection("response_latency_sli"), Max: 1000}},
	})
	if want := `{
  "serviceLevelIndicator": {
    "requestBased": {
      "distributionCut": {
        "distributionFilter": "metric.type=\"custom.googleapis.com/opencensus/response_latency_sli\"",
        "range": {
          "min": 0,
          "max": 1000
        }
      }
    }
  },
  "goal": 0.98,
  "rollingPeriod": "86400s",
  "displayName": "98% requests under 1000 ms"
}
`; latency != want {
		t.Errorf("got\n%s\nwant\n%s", latency, want)
	}
}

// TestIndicators compares all other forms after unmarshalling. The code for order and
// spacing is tested above.
func TestIndicators(t *testing.T) {
	const v = `metric.type=\"custom.googleapis.com/opencensus/v\"`
	cut := &schema.Cut{Selection: *selection("v"), Min: math.Inf(-1), Max: 0.1}
	gauge := &schema.MetricRange{Selection: *selection("v"), Min: 1e21, Max: math.Inf(1)}
	for _, c := range []struct {
		sli  schema.SLI
		want string
	}{
		{schema.SLI{Ratio: &schema.Ratio{Good: selection("v"), Total: selection("v")}},
			`{"requestBased": {"goodTotalRatio": {"goodServiceFilter": "` + v + `", "totalServiceFilter": "` + v + `"}}}`},
		{schema.SLI{Ratio: &schema.Ratio{Good: selection("v"), Bad: selection("v")}},
			`{"requestBased": {"goodTotalRatio": {"goodServiceFilter": "` + v + `", "badServiceFilter": "` + v + `"}}}`},
		{schema.SLI{Cut: cut},
			`{"requestBased": {"distributionCut": {"distributionFilter": "` + v + `", "range": {"min": "-Infinity", "max": 0.1}}}}`},
		{schema.SLI{Windows: &schema.Windows{Length: 5 * time.Minute, Threshold: 0.98, SLI: schema.SLI{Ratio: &schema.Ratio{Bad: selection("v"), Total: selection("v")}}}},
			`{"windowsBased": {"windowPeriod": "300s", "goodTotalRatioThreshold": {"threshold": 0.98, "performance":
				{"goodTotalRatio": {"badServiceFilter": "` + v + `", "totalServiceFilter": "` + v + `"}}}}}`},
		{schema.SLI{Windows: &schema.Windows{Length: time.Minute, Threshold: 1, SLI: schema.SLI{Cut: cut}}},
			`{"windowsBased": {"windowPeriod": "60s", "goodTotalRatioThreshold": {"threshold": 1, "performance":
				{"distributionCut": {"distributionFilter": "` + v + `", "range": {"min": "-Infinity", "max": 0.1}}}}}}`},
		{schema.SLI{Windows: &schema.Windows{Length: time.Hour, Threshold: 0.5, SLI: schema.SLI{Basic: &schema.Basic{Latency: 300 * time.Millisecond}}}},
			`{"windowsBased": {"windowPeriod": "3600s", "goodTotalRatioThreshold": {"threshold": 0.5, "basicSliPerformance": {"latency": {"threshold": "0.3s"}}}}}`},
		{schema.SLI{Windows: &schema.Windows{Length: 24 * time.Hour, Mean: gauge}},
			`{"windowsBased": {"windowPeriod": "86400s", "metricMeanInRange": {"timeSeries": "` + v + `", "range": {"min": 1e21, "max": "Infinity"}}}}`},
		{schema.SLI{Windows: &schema.Windows{Length: 24 * time.Hour, Sum: gauge}},
			`{"windowsBased": {"windowPeriod": "86400s", "metricSumInRange": {"timeSeries": "` + v + `", "range": {"min": 1e21, "max": "Infinity"}}}}`},
		{schema.SLI{Basic: &schema.Basic{Availability: true, Methods: []string{"a"}, Locations: []string{"b", "c"}, Versions: []string{"d"}}},
			`{"basicSli": {"method": ["a"], "location": ["b", "c"], "version": ["d"], "availability": {}}}`},
		{schema.SLI{Basic: &schema.Basic{Latency: 1500 * time.Millisecond}},
			`{"basicSli": {"latency": {"threshold": "1.5s"}}}`},
	} {
		got := sloText(t, &schema.SLO{
			DisplayName: "<&>", Goal: 0.9999, Calendar: "FORTNIGHT", SLI: c.sli,
			Labels: []schema.Label{{Key: "team", Value: "shop"}, {Key: "env", Value: ""}},
		})
		sameJSON(t, got, `{"serviceLevelIndicator": `+c.want+`, "goal": 0.9999, "calendarPeriod": "FORTNIGHT",
			"displayName": "<&>", "userLabels": {"env": "", "team": "shop"}}`)
	}
}

func TestServiceFile(t *testing.T) {
	labels := []schema.Label{{Key: "team", Value: "shop"}}
	for _, c := range []struct {
		service schema.Service
		want    string
	}{
		{schema.Service{DisplayName: "Shop"}, `{"displayName": "Shop", "custom": {}}`},
		{schema.Service{DisplayName: "Shop", Labels: labels}, `{"displayName": "Shop", "custom": {}, "userLabels": {"team": "shop"}}`},
		{schema.Service{
			DisplayName: "Shop", Type: "CLOUD_RUN", Labels: labels,
			ServiceLabels: []schema.Label{{Key: "service_name", Value: "shop"}, {Key: "location", Value: "eu"}},
		}, `{"displayName": "Shop", "basicService": {"serviceType": "CLOUD_RUN", "serviceLabels": {"location": "eu", "service_name": "shop"}},
			"userLabels": {"team": "shop"}}`},
	} {
		files, err := sloFiles(&schema.Schema{Service: &c.service}, "out/slo")
		if err != nil || len(files) != 1 || files[0].Path != "out/slo/service.json" {
			t.Fatalf("got files %+v, %v", files, err)
		}
		sameJSON(t, string(files[0].Data), c.want)
	}
}

func TestSeconds(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                                  "0s",
		time.Nanosecond:                    "0.000000001s",
		300 * time.Millisecond:             "0.3s",
		time.Minute + 50*time.Microsecond:  "60.00005s",
		30 * 24 * time.Hour:                "2592000s",
		10*time.Second + 1*time.Nanosecond: "10.000000001s",
	} {
		if got := seconds(d); got != want {
			t.Errorf("%v: got %s, want %s", d, got, want)
		}
	}
}

func sameJSON(t *testing.T, got, want string) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatalf("%v in\n%s", err, got)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("%v in\n%s", err, want)
	}
	if !reflect.DeepEqual(g, w) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
