// Package slocheck tests whether Cloud Monitoring would take the JSON that ocgen
// writes: SLOs, services, metric descriptors, alert policies and dashboards.
//
// Each file must unmarshal into its type of the API, which settles the names,
// the nesting and the spelling of durations and enums. That is not enough: the
// unmarshaller takes a goal of 1.5, a period of an hour, three filters, and a
// range whose missing bound silently becomes 0. So the rules that the API's
// reference states in words are kept here too. What only the service can know,
// such as whether a metric has data, is not.
//
// All faults of a file are reported at once, joined into one error.
package slocheck

import (
	"errors"
	"fmt"
)

// faults collects what is wrong with one file.
type faults []error

func (f *faults) addf(format string, args ...any) {
	*f = append(*f, fmt.Errorf(format, args...))
}

func (f *faults) add(err error) {
	if err != nil {
		*f = append(*f, err)
	}
}

func (f *faults) err() error { return errors.Join(*f...) }
