package console_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/ocgen/ocgen/runtime/console"
	"github.com/ocgen/ocgen/runtime/metric"
)

func ExampleNew() {
	e := console.New(os.Stdout)
	err := e.Export(context.Background(), []*metric.Metric{{
		Descriptor: metric.Descriptor{
			Name: "shop/request_count", Unit: "1", Description: "Requests.",
			Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{{Key: "method"}},
		},
		Series: []*metric.Series{{
			LabelValues: []metric.LabelValue{metric.NewLabelValue("GET")},
			Point:       metric.Point{Time: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), Value: int64(12)},
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
	err := e.Export(context.Background(), []*metric.Metric{{
		Descriptor: metric.Descriptor{
			Name: "shop/request_count", Unit: "1", Description: "Requests.",
			Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{{Key: "method"}},
		},
		Series: []*metric.Series{{
			LabelValues: []metric.LabelValue{metric.NewLabelValue("GET")},
			Point:       metric.Point{Time: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), Value: int64(12)},
		}},
	}})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// {"metric":"shop/request_count","unit":"1","type":"cumulative_int64","labels":{"method":"GET"},"time":"2026-11-22T10:00:00Z","value":12}
}
