package golden_test

import (
	"os"
	"path/filepath"
	"testing"
)

// TestSeed compares the two SLOs of Google's guide to SLIs from OpenCensus
// metrics with the page's own values.
func TestSeed(t *testing.T) {
	const prefix = `metric.type=\"custom.googleapis.com/opencensus/`
	for file, want := range map[string]string{
		"availability.json": `{
  "serviceLevelIndicator": {
    "requestBased": {
      "goodTotalRatio": {
        "totalServiceFilter": "` + prefix + `request_count_sli\"",
        "badServiceFilter": "` + prefix + `error_count_sli\""
      }
    }
  },
  "goal": 0.98,
  "rollingPeriod": "2419200s",
  "displayName": "98% Availability, rolling 28 days"
}
`,
		"latency.json": `{
  "serviceLevelIndicator": {
    "requestBased": {
      "distributionCut": {
        "distributionFilter": "` + prefix + `response_latency_sli\"",
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
`,
	} {
		got, err := os.ReadFile(filepath.Join("seed", "slo", file))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
		}
	}
}
