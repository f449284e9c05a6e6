package generator

import (
	"testing"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/schema"
)

func TestDescriptorFile(t *testing.T) {
	latency := &schema.Measure{Type: schema.Float64, Unit: "s"}
	latency.Views = []*schema.View{{
		ID: "request_latency", Name: "shop/request-latency", Description: "Time from the first\n\tbyte <read>. ",
		Measure: latency, Aggregation: schema.Distribution, Bounds: []float64{1, 2},
		Tags: []*schema.Tag{{Key: "outcome"}, {Key: "http.method", Description: "HTTP method\nof the request."}},
	}}
	files, err := descriptorFiles(&schema.Schema{
		Measures:   []*schema.Measure{latency},
		Monitoring: schema.Monitoring{MetricPrefix: cloudmonitoring.DefaultPrefix},
	}, "descriptors")
	if err != nil || len(files) != 1 || files[0].Path != "descriptors/request_latency.json" || files[0].Folder != "descriptors" {
		t.Fatalf("got files %+v, %v", files, err)
	}
	if want := `{
  "type": "custom.googleapis.com/opencensus/shop/request-latency",
  "labels": [
    {
      "key": "http_method",
      "valueType": "STRING",
      "description": "HTTP method of the request."
    },
    {
      "key": "outcome",
      "valueType": "STRING"
    },
    {
      "key": "opencensus_task",
      "valueType": "STRING",
      "description": "Opencensus task identifier"
    }
  ],
  "metricKind": "CUMULATIVE",
  "valueType": "DISTRIBUTION",
  "unit": "s",
  "description": "Time from the first byte <read>.",
  "displayName": "OpenCensus/shop/request-latency"
}
`; string(files[0].Data) != want {
		t.Errorf("got\n%s\nwant\n%s", files[0].Data, want)
	}
}
