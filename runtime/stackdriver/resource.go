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

	"github.com/ocgen/ocgen/runtime/record"
	"google.golang.org/genproto/googleapis/api/monitoredres"
)

const globalResource = "global"

// A resourceType is one that custom metrics can be written against
// (cloud.google.com/monitoring/custom-metrics/creating-metrics), with its
// labels. Every type has project_id too, which the API adds.
type resourceType struct {
	name     string
	labels   []string
	instance string // the label that differs between running instances, "" if there is none
}

var resourceTypes = []resourceType{
	{"aws_ec2_instance", []string{"instance_id", "region", "aws_account"}, "instance_id"},
	{"dataflow_job", []string{"job_name", "region"}, ""},
	{"gae_instance", []string{"module_id", "version_id", "instance_id", "location"}, "instance_id"},
	{"gce_instance", []string{"instance_id", "zone"}, "instance_id"},
	{"generic_node", []string{"location", "namespace", "node_id"}, "node_id"},
	{"generic_task", []string{"location", "namespace", "job", "task_id"}, "task_id"},
	{"gke_container", []string{"cluster_name", "namespace_id", "instance_id", "pod_id", "container_name", "zone"}, "pod_id"},
	{globalResource, nil, ""},
	{"k8s_cluster", []string{"location", "cluster_name"}, ""},
	{"k8s_container", []string{"location", "cluster_name", "namespace_name", "pod_name", "container_name"}, "pod_name"},
	{"k8s_node", []string{"location", "cluster_name", "node_name"}, "node_name"},
	{"k8s_pod", []string{"location", "cluster_name", "namespace_name", "pod_name"}, "pod_name"},
}

// resourceTypeOf returns the type of that name.
func resourceTypeOf(name string) (resourceType, error) {
	var names []string
	for _, t := range resourceTypes {
		if t.name == name {
			return t, nil
		}
		names = append(names, t.name)
	}
	return resourceType{}, fmt.Errorf("monitoring.resource of the schema is %q, which custom metrics cannot be written against: set it to generic_task, which fits any process, or to one of %s",
		name, strings.Join(names, ", "))
}

// resolve returns the resource that the process writes as. Its labels are those
// that are given, then those that are detected, then those for which the schemas
// leave one value only. There is no falling back to another type: SLOs would
// find no data.
func resolve(packages []*record.Package, t resourceType, given, detected map[string]string, undetected error) (*monitoredres.MonitoredResource, error) {
	labels := maps.Clone(given)
	if labels == nil {
		labels = map[string]string{}
	}
	var problems []error
	for _, k := range slices.Sorted(maps.Keys(given)) {
		if k != "project_id" && !slices.Contains(t.labels, k) {
			problems = append(problems, fmt.Errorf("the resource %s has no label %q: remove it from Options.ResourceLabels", t.name, k))
		}
		if !utf8.ValidString(given[k]) {
			problems = append(problems, fmt.Errorf("resource label %s is %q, which is not UTF-8: correct Options.ResourceLabels", k, given[k]))
		}
	}
	for _, k := range t.labels {
		only := expected(packages, k)
		switch {
		case labels[k] != "":
		case detected[k] != "":
			labels[k] = detected[k]
		case len(only) == 1:
			labels[k] = only[0]
		default:
			problems = append(problems, missing(t, k, only, undetected))
		}
	}
	problems = append(problems, checkLabels(packages, labels))
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	if len(labels) == 0 {
		labels = nil
	}
	return &monitoredres.MonitoredResource{Type: t.name, Labels: labels}, nil
}

// missing returns the error about a label that has no value.
func missing(t resourceType, key string, expected []string, undetected error) error {
	value := "its value"
	if len(expected) > 0 {
		value = anyOf(expected) + ", as the schema says"
	}
	text := fmt.Sprintf("resource label %s of %s is missing: set Options.ResourceLabels[%q] to %s", key, t.name, key, value)
	switch {
	case undetected != nil:
		return fmt.Errorf("%s; it was not detected: %w", text, undetected)
	case detectable(t, key):
		return fmt.Errorf("%s, or, on Google Cloud, set Options.Detect", text)
	}
	return errors.New(text)
}

// NoTaskLabel leaves the label opencensus_task out, as [Options].TaskLabel.
const NoTaskLabel = "none"

// taskLabel returns the value of opencensus_task, "" for none.
func taskLabel(option string, t resourceType) (string, error) {
	switch {
	case option == "":
		return newTask()
	case option != NoTaskLabel:
		if len(option) > maxLabelValue || !utf8.ValidString(option) {
			return "", fmt.Errorf("Options.TaskLabel is %q: give it up to %d bytes of UTF-8", option, maxLabelValue)
		}
		return option, nil
	case t.instance == "":
		return "", fmt.Errorf("Options.TaskLabel is %q, but no label of the resource %s tells instances apart, and they would refuse each other's points: leave TaskLabel empty, or set monitoring.resource of the schema to one that does, such as generic_task",
			option, t.name)
	}
	return "", nil
}

const maxLabelValue = 1024

// newTask returns a value that no other process has, nor the next start of this
// one: the process id and host name alone are the same in every container.
func newTask() (string, error) {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	random := make([]byte, 4)
	if _, err := rand.Read(random); err != nil {
		return "", fmt.Errorf("making a value for opencensus_task: %w", err)
	}
	return fmt.Sprintf("go-%d@%s-%s", os.Getpid(), host, hex.EncodeToString(random)), nil
}
