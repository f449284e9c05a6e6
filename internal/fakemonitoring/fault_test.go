package fakemonitoring

import (
	"context"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestFaults(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault Fault
		code  codes.Code
		taken bool
	}{
		{"none", Fault{}, codes.OK, true},
		{"another method", Fault{Method: "CreateMetricDescriptor", Refuse: codes.Internal}, codes.OK, true},
		{"delay", Fault{Delay: time.Millisecond}, codes.OK, true},
		{"refuse", Fault{Method: "CreateTimeSeries", Refuse: codes.PermissionDenied, Message: "no"}, codes.PermissionDenied, false},
		{"refuse after all", Fault{Refuse: codes.Unavailable, Taken: true}, codes.Unavailable, true},
		{"hang", Fault{Hang: true}, codes.DeadlineExceeded, false},
		{"hang after all", Fault{Hang: true, Taken: true}, codes.Canceled, true},
		{"long delay", Fault{Delay: time.Hour}, codes.DeadlineExceeded, false},
		{"reset", Fault{Reset: true}, codes.Unavailable, false},
		{"reset after all", Fault{Reset: true, Taken: true}, codes.Unavailable, true},
		{"down", Fault{Down: true}, codes.Unavailable, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := New(t)
			client := connect(t, server)
			server.SetFault(test.fault)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			switch {
			case test.code == codes.DeadlineExceeded:
				ctx, cancel = context.WithTimeout(ctx, 300*time.Millisecond)
				defer cancel()
			case test.code == codes.Canceled: // as soon as the server has it
				go func() {
					for len(server.Series()) == 0 && ctx.Err() == nil {
						time.Sleep(time.Millisecond)
					}
					cancel()
				}()
			}
			err := write(ctx, client, gauge("x", 0))
			if status.Code(err) != test.code || !strings.Contains(status.Convert(err).Message(), test.fault.Message) {
				t.Errorf("got %v, want %v", err, test.code)
			}
			if got := len(server.Series()) == 1; got != test.taken {
				t.Errorf("taken: %v, want %v", got, test.taken)
			}
		})
	}
}

// Faults end when they are switched off.
func TestFaultsEnd(t *testing.T) {
	server := New(t)
	client := connect(t, server)
	for _, fault := range []Fault{{Down: true}, {}} {
		server.SetFault(fault)
		// The client may wait before it connects again. go test ends a test that waits in vain.
		for (write(context.Background(), client, gauge("x", 0)) != nil) != fault.Down {
			time.Sleep(20 * time.Millisecond)
		}
	}
}

func TestPartialErrors(t *testing.T) {
	server := New(t)
	client := connect(t, server)
	odd := func(ts *monitoringpb.TimeSeries) string {
		switch ts.Metric.Labels["a"] {
		case "1", "2", "4":
			return "Injected."
		case "3":
			return "Other."
		}
		return ""
	}
	series := func(prefix string) []*monitoringpb.TimeSeries {
		var all []*monitoringpb.TimeSeries
		for _, l := range []string{"0", "1", "2", "3", "4"} {
			all = append(all, gauge(l, 0, withLabels(map[string]string{"a": l, "b": prefix})))
		}
		return all
	}
	for _, test := range []struct {
		fault Fault
		want  string
	}{
		{Fault{Series: odd}, "One or more TimeSeries could not be written: Injected.: timeSeries[1-2,4]; Other.: timeSeries[3]"},
		{Fault{Series: odd, Vague: true}, "One or more TimeSeries could not be written: Injected.: timeSeries[0-4]; Other.: timeSeries[0-4]"},
	} {
		server.SetFault(test.fault)
		got := status.Convert(write(context.Background(), client, series(test.want)...))
		if got.Message() != test.want {
			t.Errorf("got %q", got.Message())
		}
		summary, ok := got.Details()[0].(*monitoringpb.CreateTimeSeriesSummary)
		if !ok || summary.TotalPointCount != 5 || summary.SuccessPointCount != 1 || summary.Errors[0].PointCount != 3 || summary.Errors[1].PointCount != 1 {
			t.Errorf("details %v", got.Details())
		}
	}
	if n := len(server.Series()); n != 2 {
		t.Errorf("%d series taken, want 2", n)
	}
}
