package stackdriver

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/runtime"
	"google.golang.org/grpc/status"
)

// If the API writes only some series of a request, the status is InvalidArgument, and the
// message names the other series by their indices. Reports of users show several forms of the
// message:
//
//	One or more TimeSeries could not be written: <why>: timeSeries[0-2,7]; <why>: timeSeries[3]
//	One or more TimeSeries could not be written: <why>: <resource>{…} timeSeries[0-2,7]: <type>{…}; …
//	One or more TimeSeries could not be written: timeSeries[0-2,7] (example metric.type="…", …): … failed with: <why>
//
// The status carries a summary with the number of written points. The message sometimes names
// more series than were refused, and is cut off if it is long. So the names are only used as
// far as they agree with the summary.

const notWritten = "could not be written: "

var seriesIndices = regexp.MustCompile(`timeSeries\[([0-9]+(?:-[0-9]+)?(?:, ?[0-9]+(?:-[0-9]+)?)*)\]`)

// A verdict is the fate of a series. If err is nil the series was written.
type verdict struct {
	fate runtime.Fate
	err  error
}

// partial returns the verdicts on the n series of a request, not all of which were written.
// It returns false if the status does not distinguish the series.
func partial(s *status.Status, n int) ([]verdict, bool) {
	_, message, ok := strings.Cut(s.Message(), notWritten)
	if !ok {
		return nil, false
	}
	verdicts, count := named(message, n)
	refused := count
	if summary := summaryOf(s); summary != nil && int(summary.TotalPointCount) == n {
		refused = n - int(summary.SuccessPointCount)
	}
	switch {
	case refused <= 0:
		return nil, false
	case count > refused:
		err := fmt.Errorf("the API names %d series as not written but counts only %d: %w", count, refused, explained(message))
		replace(verdicts, true, verdict{runtime.Unconfirmed, err})
	case refused == n:
		replace(verdicts, false, verdictOn(message))
	case count < refused:
		err := fmt.Errorf("the API counts %d of %d series as not written but names only %d: %w", refused, n, count, explained(message))
		replace(verdicts, false, verdict{runtime.Unconfirmed, err})
	}
	return verdicts, true
}

// replace sets the verdict on the named series, or on the others.
func replace(verdicts []verdict, named bool, v verdict) {
	for i := range verdicts {
		if (verdicts[i].err != nil) == named {
			verdicts[i] = v
		}
	}
}

// summaryOf returns the summary that a status carries, or nil.
func summaryOf(s *status.Status) *monitoringpb.CreateTimeSeriesSummary {
	for _, d := range s.Details() {
		if summary, ok := d.(*monitoringpb.CreateTimeSeriesSummary); ok {
			return summary
		}
	}
	return nil
}

// named returns the verdicts on the series that a message names, and their number.
func named(message string, n int) (verdicts []verdict, count int) {
	verdicts = make([]verdict, n)
	for _, part := range parts(message) {
		v := verdictOn(part)
		for _, span := range spans(part) {
			first, end := indices(span, n)
			for i := first; i < end; i++ {
				verdicts[i] = v
			}
		}
	}
	for _, v := range verdicts {
		if v.err != nil {
			count++
		}
	}
	return verdicts, count
}

// spans returns the indices of a part of a message, e.g. "0-2" and "7" of
// "timeSeries[0-2,7]".
func spans(part string) []string {
	var all []string
	for _, match := range seriesIndices.FindAllStringSubmatch(part, -1) {
		all = append(all, strings.Split(match[1], ",")...)
	}
	return all
}

// parts splits a message before each reason. The value of a label may look like the beginning
// of a reason, so a part that names no series is joined to the part before it.
func parts(message string) []string {
	var all []string
	for _, part := range strings.Split(message, "; ") {
		if len(all) > 0 && !seriesIndices.MatchString(part) {
			all[len(all)-1] += "; " + part
			continue
		}
		all = append(all, part)
	}
	return all
}

// indices returns the range of indices below n that "3" or "3-5" stands for: from
// first up to, but not including, end.
func indices(span string, n int) (first, end int) {
	from, to, ok := strings.Cut(strings.TrimSpace(span), "-")
	if !ok {
		to = from
	}
	first, errFirst := strconv.Atoi(from)
	last, errLast := strconv.Atoi(to)
	if errFirst != nil || errLast != nil { // too many digits
		return 0, 0
	}
	return first, min(last, n-1) + 1
}

// tellApart is the cure if two processes write the same series.
const tellApart = "let " + cloudmonitoring.TaskLabel + " or the resource's labels differ between processes"

// causes are the likely causes of messages of the API, with the fates of points. The first
// match is used.
var causes = []struct {
	text string // in the message
	fate runtime.Fate
	hint string
}{
	// After a restart with the same identity another try succeeds.
	{"more frequently than", runtime.Unsent, "a second exporter, or another process with the same labels and resource, writes the same series: use one exporter in a process, and " + tellApart + "; or there was no time left to wait for 5 s between two points"},
	{"an older start time", runtime.Refused, "another process with the same labels and resource writes the same series: " + tellApart},
	{"an older end time", runtime.Refused, "another process with the same labels and resource writes the same series, or the clock was set back: " + tellApart},
	{"Metric kind for metric", runtime.Refused, "the metric exists with another aggregation: rename the view, or delete the metric's descriptor and its data"},
	{"Value type for metric", runtime.Refused, "the metric exists with another value type: rename the view, or delete the metric's descriptor and its data"},
	{"nternal error", runtime.Unconfirmed, ""},
}

// verdictOn returns the verdict on series that were not written for a reason.
func verdictOn(reason string) verdict {
	for _, c := range causes {
		if strings.Contains(reason, c.text) {
			return verdict{c.fate, explained(reason)}
		}
	}
	return verdict{runtime.Refused, explained(reason)}
}

// explained returns the API's message as an error, with the likely cause.
func explained(message string) error {
	for _, c := range causes {
		if c.hint != "" && strings.Contains(message, c.text) {
			return fmt.Errorf("%s (likely cause: %s)", message, c.hint)
		}
	}
	return errors.New(message)
}
