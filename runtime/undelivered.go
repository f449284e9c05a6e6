package runtime

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A ShutdownError lists the series that [Telemetry.Shutdown] or [Telemetry.ForceFlush]
// could not deliver: the backend may not have their values at the time of the call. Each
// series is in one list only. The lists are sorted by name.
type ShutdownError struct {
	Refused     []SeriesFailure // the backend refused the value
	Unconfirmed []SeriesFailure // the backend may have the value: there was no response
	Unsent      []SeriesFailure // the backend does not have the value
	Err         error           // other errors, such as those of reading the metrics or of closing the exporter; may be nil

	// Unread is the largest possible number of records through OpenCensus's views that
	// were not read in time, usually because OpenCensus's queue was not empty. The lists
	// may lack the series of these records. It is 0 if all records were read.
	Unread uint64

	again bool // an export at the interval will follow
}

// A SeriesFailure is a series whose value was not delivered, and the reason.
type SeriesFailure struct {
	Series string // e.g. "shop/request_count{method=GET}"
	Err    error
}

// listed is the number of causes that a message has for each fate, and of series that it
// names for each cause.
const listed = 3

// Error returns the number of series in each list, and the first few causes with the
// first few of their series.
func (e *ShutdownError) Error() string {
	var parts []string
	if n := e.count(); n > 0 {
		text := fmt.Sprintf("the last values of %d series are not delivered", n)
		if e.again {
			text += " yet, and the next export sends them again"
		}
		parts = append(parts, text)
	}
	for _, list := range []struct {
		fate Fate
		all  []SeriesFailure
	}{{Refused, e.Refused}, {Unconfirmed, e.Unconfirmed}, {Unsent, e.Unsent}} {
		if len(list.all) == 0 {
			continue
		}
		parts = append(parts, fmt.Sprintf("%d %s (%s)", len(list.all), list.fate, causes(list.all)))
	}
	if e.Unread > 0 {
		parts = append(parts, fmt.Sprintf("up to %d records were not read in time and may still be in OpenCensus's queue: their series may be missing here", e.Unread))
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, "; ")
}

// causes returns the reasons of the failures, each once, in the order of their first
// series, e.g. "a, b: backend is down; c: quota exceeded".
func causes(all []SeriesFailure) string {
	var order []string
	series := map[string][]string{}
	for _, f := range all {
		cause := fmt.Sprint(f.Err)
		if series[cause] == nil {
			order = append(order, cause)
		}
		series[cause] = append(series[cause], f.Series)
	}
	var texts []string
	for _, cause := range order[:min(listed, len(order))] {
		names := strings.Join(series[cause][:min(listed, len(series[cause]))], ", ")
		if more := len(series[cause]) - listed; more > 0 {
			names += fmt.Sprintf(" and %d more", more)
		}
		texts = append(texts, names+": "+cause)
	}
	if len(order) > listed {
		texts = append(texts, "…")
	}
	return strings.Join(texts, "; ")
}

// Unwrap returns Err and the errors of all series, each error once.
func (e *ShutdownError) Unwrap() []error {
	var all []error
	if e.Err != nil {
		all = append(all, e.Err)
	}
	seen := map[string]bool{}
	for _, list := range [][]SeriesFailure{e.Refused, e.Unconfirmed, e.Unsent} {
		for _, f := range list {
			if f.Err != nil && !seen[f.Err.Error()] {
				seen[f.Err.Error()] = true
				all = append(all, f.Err)
			}
		}
	}
	return all
}

// add puts a series into the list of its fate.
func (e *ShutdownError) add(series string, fate Fate, err error) {
	f := SeriesFailure{Series: series, Err: err}
	switch fate {
	case Refused:
		e.Refused = append(e.Refused, f)
	case Unconfirmed:
		e.Unconfirmed = append(e.Unconfirmed, f)
	case Unsent:
		e.Unsent = append(e.Unsent, f)
	}
}

// count returns the number of series in the lists.
func (e *ShutdownError) count() int { return len(e.Refused) + len(e.Unconfirmed) + len(e.Unsent) }

// sort orders the lists by name.
func (e *ShutdownError) sort() {
	for _, list := range [][]SeriesFailure{e.Refused, e.Unconfirmed, e.Unsent} {
		slices.SortFunc(list, func(a, b SeriesFailure) int { return cmp.Compare(a.Series, b.Series) })
	}
}
