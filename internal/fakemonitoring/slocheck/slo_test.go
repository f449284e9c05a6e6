package slocheck

import (
	"fmt"
	"strings"
	"testing"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"google.golang.org/genproto/googleapis/api/metric"
)

// project knows a metric of each sort and a custom service.
func project(t *testing.T) Project {
	t.Helper()
	p := Project{
		Service: &monitoringpb.Service{Identifier: &monitoringpb.Service_Custom_{Custom: &monitoringpb.Service_Custom{}}},
		Metrics: map[string]*metric.MetricDescriptor{},
	}
	for name, sort := range map[string][2]string{
		"count":   {"CUMULATIVE", "INT64"},
		"sum":     {"CUMULATIVE", "DOUBLE"},
		"latency": {"CUMULATIVE", "DISTRIBUTION"},
		"queue":   {"GAUGE", "INT64"},
	} {
		d, err := Descriptor(fmt.Appendf(nil, `{"type": "custom.googleapis.com/%s", "labels": [{"key": "how"}],
			"metricKind": %q, "valueType": %q, "unit": "1", "displayName": "x"}`, name, sort[0], sort[1]))
		if err != nil {
			t.Fatal(err)
		}
		p.Metrics[d.Type] = d
	}
	return p
}

const (
	count   = `"metric.type=\"custom.googleapis.com/count\" AND metric.labels.how=\"error\""`
	sum     = `"metric.type=\"custom.googleapis.com/sum\""`
	latency = `"metric.type=\"custom.googleapis.com/latency\""`
	queue   = `"metric.type=\"custom.googleapis.com/queue\""`

	ratioSLI   = `{"requestBased": {"goodTotalRatio": {"badServiceFilter": ` + count + `, "totalServiceFilter": ` + sum + `}}}`
	cutSLI     = `{"requestBased": {"distributionCut": {"distributionFilter": ` + latency + `, "range": {"min": 0, "max": "Infinity"}}}}`
	meanSLI    = `{"windowsBased": {"windowPeriod": "300s", "metricMeanInRange": {"timeSeries": ` + queue + `, "range": {"min": "-Infinity", "max": 100}}}}`
	sumSLI     = `{"windowsBased": {"windowPeriod": "86400s", "metricSumInRange": {"timeSeries": ` + queue + `, "range": {"min": 2, "max": "Infinity"}}}}`
	windowsSLI = `{"windowsBased": {"windowPeriod": "60s", "goodTotalRatioThreshold": {"threshold": 0.95, "performance":
		{"distributionCut": {"distributionFilter": ` + latency + `, "range": {"min": 0, "max": 1e21}}}}}}`
	basicSLI = `{"windowsBased": {"windowPeriod": "600s", "goodTotalRatioThreshold": {"threshold": 0.95, "basicSliPerformance":
		{"latency": {"threshold": "0.3s"}}}}}`
)

func slo(indicator string) string {
	return `{"serviceLevelIndicator": ` + indicator + `, "goal": 0.9999, "rollingPeriod": "2592000s", "displayName": "d", "userLabels": {"team": ""}}`
}

func TestSLO(t *testing.T) {
	p := project(t)
	for _, indicator := range []string{ratioSLI, cutSLI, meanSLI, sumSLI, windowsSLI} {
		if err := p.SLO([]byte(slo(indicator))); err != nil {
			t.Errorf("%s: %v", indicator, err)
		}
	}
	if err := (Project{}).SLO([]byte(slo(basicSLI))); err != nil {
		t.Error(err)
	}
	calendar := strings.Replace(slo(ratioSLI), `"rollingPeriod": "2592000s"`, `"calendarPeriod": "FORTNIGHT"`, 1)
	if err := p.SLO([]byte(calendar)); err != nil {
		t.Error(err)
	}
}

// TestSLORefuses breaks one thing at a time in an SLO that is taken.
func TestSLORefuses(t *testing.T) {
	p := project(t)
	for _, c := range []struct{ indicator, old, new, want string }{
		{ratioSLI, `"goal"`, `"gaol"`, "unknown field"},
		{ratioSLI, `0.9999`, `1.5`, "goal is 1.5"},
		{ratioSLI, `0.9999`, `0.99990001`, "goal is"},
		{ratioSLI, `0.9999`, `0`, "goal is 0"},
		{ratioSLI, `0.9999`, `"NaN"`, "goal is NaN"},
		{ratioSLI, `"displayName": "d"`, `"displayName": ""`, "no displayName"},
		{ratioSLI, `"displayName": "d"`, `"displayName": "d", "name": "n"`, `name is "n"`},
		{ratioSLI, `2592000s`, `3600s`, "rollingPeriod is 1h"},
		{ratioSLI, `2592000s`, `90000s`, "rollingPeriod is 25h"},
		{ratioSLI, `2592000s`, `2678400s`, "rollingPeriod is 744h"},
		{ratioSLI, `2592000s`, `0s`, "rollingPeriod is 0s"},
		{ratioSLI, `"2592000s"`, `"30d"`, "invalid google.protobuf.Duration"},
		{ratioSLI, `"rollingPeriod": "2592000s", `, ``, "no rollingPeriod and no calendarPeriod"},
		{ratioSLI, `"rollingPeriod": "2592000s"`, `"calendarPeriod": "QUARTER"`, "calendarPeriod is QUARTER"},
		{ratioSLI, `"rollingPeriod"`, `"calendarPeriod": "DAY", "rollingPeriod"`, "oneof"},
		{ratioSLI, `"team": ""`, `"Team": ""`, `user label "Team"`},
		{ratioSLI, `"team": ""`, `"team": "store front"`, `user label "team"`},
		{ratioSLI, `"serviceLevelIndicator": ` + ratioSLI + `, `, ``, "serviceLevelIndicator has no method"},
		{ratioSLI, `"badServiceFilter": ` + count + `, `, ``, "1 filters"},
		{ratioSLI, `"badServiceFilter"`, `"goodServiceFilter": ` + sum + `, "badServiceFilter"`, "3 filters"},
		{ratioSLI, `metric.labels.how`, `metric.labels.who`, `has no label "who"`},
		{ratioSLI, `com/count\"`, `com/other\"`, "no descriptor"},
		{ratioSLI, `com/count\"`, `com/queue\"`, "GAUGE INT64: want a number that is a delta or cumulative"},
		{ratioSLI, `com/count\"`, `com/latency\"`, "CUMULATIVE DISTRIBUTION: want a number"},
		{ratioSLI, `com/count\" AND`, `com/count AND`, "badServiceFilter: filter"},
		{cutSLI, `"min": 0, `, ``, "lacks min or max"},
		{cutSLI, `, "max": "Infinity"`, ``, "lacks min or max"},
		{cutSLI, `"min": 0`, `"min": "Infinity"`, "want min < max"},
		{cutSLI, `"min": 0`, `"min": "NaN"`, "want min < max"},
		{cutSLI, `com/latency`, `com/count`, "want a distribution"},
		{cutSLI, `"requestBased": {`, `"requestBased": {}, "_": {`, "unknown field"},
		{meanSLI, `, "max": 100`, ``, "lacks min or max"},
		{meanSLI, `com/queue`, `com/count`, "want a number that is a gauge"},
		{meanSLI, `300s`, `59s`, "windowPeriod is 59s"},
		{meanSLI, `300s`, `700s`, "windowPeriod is 11m40s"},
		{meanSLI, `300s`, `172800s`, "windowPeriod is 48h"},
		{meanSLI, `"windowPeriod": "300s", `, ``, "windowPeriod is 0s"},
		{sumSLI, `"min": 2, `, ``, "lacks min or max"},
		{sumSLI, `com/queue`, `com/latency`, "want a number that is a gauge"},
		{windowsSLI, `"min": 0, `, ``, "lacks min or max"},
		{windowsSLI, `0.95`, `0`, "threshold is 0"},
		{windowsSLI, `0.95`, `95`, "threshold is 95"},
		{basicSLI, `0.3s`, `0s`, "latency.threshold is 0s"},
		{basicSLI, `"latency": {"threshold": "0.3s"}`, ``, "neither availability nor latency"},
		{basicSLI, `0.3s`, `0.4s`, "not of a known type"},
	} {
		base := slo(c.indicator)
		if !strings.Contains(base, c.old) {
			t.Fatalf("%s is not in %s", c.old, base)
		}
		err := p.SLO([]byte(strings.Replace(base, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s → %s: got error %v, want one with %q", c.old, c.new, err, c.want)
		}
	}
	for indicator, want := range map[string]string{
		`{"requestBased": {}}`:                                            "neither goodTotalRatio nor distributionCut",
		`{"windowsBased": {"windowPeriod": "60s"}}`:                       "no criterion",
		strings.Replace(basicSLI, `"basicSli`, `"_`, 1):                   "unknown field",
		`{"windowsBased": {"goodBadMetricFilter": "x"}}`:                  "BOOL",
		`{"windowsBased": {"goodTotalRatioThreshold": {"threshold": 1}}}`: "neither performance nor basicSliPerformance",
	} {
		if err := p.SLO([]byte(slo(indicator))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want one with %q", indicator, err, want)
		}
	}
}

// TestFaultsAreReportedTogether: whoever repairs a file sees all at once.
func TestFaultsAreReportedTogether(t *testing.T) {
	err := project(t).SLO([]byte(`{"goal": 2}`))
	for _, want := range []string{"goal is 2", "no displayName", "no rollingPeriod", "no method"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want one with %q", err, want)
		}
	}
}
