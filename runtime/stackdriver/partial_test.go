package stackdriver

import (
	"fmt"
	"strings"
	"testing"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// The forms of messages are those that the API has answered with over the years.
func TestPartial(t *testing.T) {
	const prefix = "One or more TimeSeries could not be written: "
	for _, test := range []struct {
		name    string
		message string
		n       int
		written int    // in the summary; -1: there is none
		want    string // a letter a series: . written, R refused, S unsent, U unconfirmed
		text    string // in the error of the last one not written
	}{
		{"ranges", prefix + "One or more points were written more frequently than the maximum sampling period configured for the metric. {Metric: custom.googleapis.com/a, Timestamps: {Youngest Existing: '2019/06/21-12:29:46.439', New: '2019/06/21-12:29:51.439'}}: timeSeries[1-3]; One or more points were written more frequently than the maximum sampling period configured for the metric.: timeSeries[5]", 7, 3, ".SSS.S.", "likely cause: a second exporter"},
		{"field", prefix + "Field timeSeries[2] had an invalid value: Duplicate TimeSeries encountered. Only one point can be written per TimeSeries per request.: timeSeries[2]", 3, 2, "..R", "Duplicate TimeSeries"},
		{"reasons differ", prefix + "Injected.: timeSeries[0]; An internal error occurred.: timeSeries[2]", 3, 1, "R.U", "internal error"},
		{"resource and labels", prefix + "Points must be written in order. One or more of the points specified had an older start time than the most recent point.: global{} timeSeries[0,2]: custom.googleapis.com/m{tenant:a; b,route:/x}", 3, 1, "R.R", "another process"},
		{"index first", prefix + `timeSeries[0-1,3] (example metric.type="workload.googleapis.com/m", metric.labels={"env": "prod"}): write for resource=generic_task{namespace:n,location:l,job:j,task_id:t} failed with: One or more points were written more frequently than the maximum sampling period configured for the metric.`, 4, 1, "SS.S", "likely cause"},
		{"no summary", prefix + "Injected.: timeSeries[1]", 3, -1, ".R.", "Injected."},
		{"names too many", prefix + "Points must be written in order. One or more of the points specified had an older start time than the most recent point.: prometheus_target{} timeSeries[0-3]: m/gauge{}", 4, 3, "UUUU", "names 4 series as not written but counts only 1"},
		{"names too few", prefix + "Injected.: timeSeries[0]", 4, 1, "RUUU", "counts 3 of 4 series as not written but names only 1"},
		{"names none of all", prefix + "Injected.", 3, 0, "RRR", "Injected."},
		{"names none", prefix + "Injected.", 3, 2, "UUU", "counts 1 of 3 series as not written but names only 0"},
		{"out of range", prefix + "Injected.: timeSeries[2-900,99999999999999999999]", 3, 2, "..R", ""},
		{"names none, no summary", prefix + "Injected.", 3, -1, "", ""},
		{"something else", "Request contains an invalid argument: timeSeries[0]", 3, -1, "", ""},
		{"summary of something else", prefix + "Injected.: timeSeries[1]", 2, 9, ".R", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := status.New(codes.InvalidArgument, test.message)
			if test.written >= 0 {
				total := max(test.n, test.written)
				var err error
				if s, err = s.WithDetails(&monitoringpb.CreateTimeSeriesSummary{TotalPointCount: int32(total), SuccessPointCount: int32(test.written)}); err != nil {
					t.Fatal(err)
				}
			}
			verdicts, ok := partial(s, test.n)
			if ok != (test.want != "") {
				t.Fatalf("got %v, %v", verdicts, ok)
			}
			got, last := "", ""
			for _, v := range verdicts {
				letter := "."
				if v.err != nil {
					letter, last = map[string]string{"refused": "R", "unsent": "S", "unconfirmed": "U"}[v.fate.String()], v.err.Error()
				}
				got += letter
			}
			if ok && got != test.want || !strings.Contains(last, test.text) {
				t.Errorf("got %s, want %s: %s", got, test.want, last)
			}
		})
	}
}

// Whatever the API answers, there is a verdict on each series or on none.
func FuzzPartial(f *testing.F) {
	f.Add("One or more TimeSeries could not be written: a: timeSeries[0-2,7]; b", 3, int32(3), int32(1))
	f.Add("could not be written: timeSeries[2-1]", 1, int32(1), int32(-5))
	f.Fuzz(func(t *testing.T, message string, n int, total, success int32) {
		if n < 1 || n > 200 {
			return
		}
		s, err := status.New(codes.InvalidArgument, message).WithDetails(&monitoringpb.CreateTimeSeriesSummary{TotalPointCount: total, SuccessPointCount: success})
		if err != nil {
			return
		}
		verdicts, ok := partial(s, n)
		if ok && len(verdicts) != n {
			t.Fatal(fmt.Sprint(verdicts))
		}
	})
}
