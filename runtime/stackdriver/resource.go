package stackdriver

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/runtime/record"
	"google.golang.org/genproto/googleapis/api/monitoredres"
)

// resourceOf returns the resource of a type, or an error if custom metrics cannot use it.
func resourceOf(resourceType string) (cloudmonitoring.Resource, error) {
	r, ok := cloudmonitoring.ResourceOf(resourceType)
	if !ok {
		return r, fmt.Errorf("monitoring.resource of the schema is %q, but custom metrics cannot use it: set it to generic_task, which fits any process, or to one of %s",
			resourceType, strings.Join(cloudmonitoring.ResourceTypes(), ", "))
	}
	return r, nil
}

// resolve returns the resource of the process. The value of a label is the given one, else
// the detected one, else the only value that the schemas allow. It never uses another
// resource type, because SLOs would find no data.
func resolve(packages []*record.Package, r cloudmonitoring.Resource, given, detected map[string]string, undetected error) (*monitoredres.MonitoredResource, error) {
	labels := maps.Clone(given)
	if labels == nil {
		labels = map[string]string{}
	}
	var problems []error
	for _, k := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(r.LabelKeys(), k) {
			problems = append(problems, fmt.Errorf("the resource %s has no label %q: remove it from Options.ResourceLabels", r.Type, k))
		}
	}
	for _, k := range r.Labels {
		only := expected(packages, k)
		switch {
		case labels[k] != "":
		case detected[k] != "":
			labels[k] = detected[k]
		case len(only) == 1:
			labels[k] = only[0]
		default:
			problems = append(problems, missing(r, k, only, undetected))
		}
	}
	for _, k := range slices.Sorted(maps.Keys(labels)) { // a detected label may come from the environment
		if !utf8.ValidString(labels[k]) {
			problems = append(problems, fmt.Errorf("resource label %s is %q, which is not UTF-8: correct Options.ResourceLabels", k, labels[k]))
		}
	}
	problems = append(problems, checkLabels(packages, labels))
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	if len(labels) == 0 {
		labels = nil
	}
	return &monitoredres.MonitoredResource{Type: r.Type, Labels: labels}, nil
}

// missing returns the error about a label that has no value.
func missing(r cloudmonitoring.Resource, key string, expected []string, undetected error) error {
	value := "its value"
	if len(expected) > 0 {
		value = anyOf(expected) + ", as the schema says"
	}
	text := fmt.Sprintf("resource label %s of %s is missing: set Options.ResourceLabels[%q] to %s", key, r.Type, key, value)
	switch {
	case undetected != nil:
		return fmt.Errorf("%s; it was not detected: %w", text, undetected)
	case detectable(r, key):
		return fmt.Errorf("%s, or, on Google Cloud, set Options.Detect", text)
	}
	return errors.New(text)
}

// NoTaskLabel is a value of [Options].TaskLabel that leaves out the label opencensus_task.
const NoTaskLabel = "none"

// taskLabel returns the value of opencensus_task; "": no label.
func taskLabel(option string, r cloudmonitoring.Resource) (string, error) {
	switch {
	case option == "":
		return newTask()
	case option != NoTaskLabel:
		if len(option) > cloudmonitoring.MaxLabelValue || !utf8.ValidString(option) {
			return "", fmt.Errorf("Options.TaskLabel is %q: it must be UTF-8 of at most %d bytes", option, cloudmonitoring.MaxLabelValue)
		}
		return option, nil
	case r.Instance == "":
		return "", fmt.Errorf("Options.TaskLabel is %q, but no label of the resource %s tells instances apart, so points of several instances would be refused: leave TaskLabel empty, or set monitoring.resource of the schema to one that does, such as generic_task",
			option, r.Type)
	}
	return "", nil
}

// newTask returns a value that is new for each start of each process. The process id and
// host name alone may be the same in every container.
func newTask() (string, error) {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	random := make([]byte, 4)
	if _, err := rand.Read(random); err != nil {
		return "", fmt.Errorf("making a value for %s: %w", cloudmonitoring.TaskLabel, err)
	}
	return fmt.Sprintf("go-%d@%s-%s", os.Getpid(), strings.ToValidUTF8(host, "_"), hex.EncodeToString(random)), nil
}
