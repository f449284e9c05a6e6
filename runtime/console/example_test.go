package console_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"go.opencensus.io/metric/metricdata"

	"github.com/ocgen/ocgen/runtime/console"
)

func ExampleNew() {
	e := console.New(os.Stdout)
	err := e.Export(context.Background(), []*metricdata.Metric{{
		Descriptor: metricdata.Descriptor{
			Name: "shop/request_count", Unit: "1", Description: "Requests.",
			Type: metricdata.TypeCumulativeInt64, LabelKeys: []metricdata.LabelKey{{Key: "method"}},
		},
		TimeSeries: []*metricdata.TimeSeries{{
			LabelValues: []metricdata.LabelValue{metricdata.NewLabelValue("GET")},
			Points:      []metricdata.Point{metricdata.NewInt64Point(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), 12)},
		}},
	}})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// === 1 metric at 2026-11-22 10:00:00 UTC
	//
	// shop/request_count [1]  Requests.
	//   method  value
	//   GET        12
}

func ExampleNewJSON() {
	e := console.NewJSON(os.Stdout)
	err := e.Export(context.Background(), []*metricdata.Metric{{
		Descriptor: metricdata.Descriptor{
			Name: "shop/request_count", Unit: "1", Description: "Requests.",
			Type: metricdata.TypeCumulativeInt64, LabelKeys: []metricdata.LabelKey{{Key: "method"}},
		},
		TimeSeries: []*metricdata.TimeSeries{{
			LabelValues: []metricdata.LabelValue{metricdata.NewLabelValue("GET")},
			Points:      []metricdata.Point{metricdata.NewInt64Point(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), 12)},
		}},
	}})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// {"metric":"shop/request_count","unit":"1","type":"cumulative_int64","labels":{"method":"GET"},"time":"2026-11-22T10:00:00Z","value":12}
}
