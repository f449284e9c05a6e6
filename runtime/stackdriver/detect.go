package stackdriver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"cloud.google.com/go/compute/metadata"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
)

const defaultDetectTimeout = 3 * time.Second

// A source is the place where a resource label can be detected. If the value of the metadata
// server is a path, its last element is used.
type source struct {
	resources []string // of these types
	label     string
	metadata  string // path at the metadata server, or
	local     func() string
}

var (
	onKubernetes = []string{"k8s_cluster", "k8s_container", "k8s_node", "k8s_pod"}
	inPods       = []string{"k8s_container", "k8s_pod"}
)

var sources = []source{
	{[]string{"gce_instance"}, "instance_id", "instance/id", nil},
	{[]string{"gce_instance"}, "zone", "instance/zone", nil},
	{[]string{"generic_node", "generic_task"}, "location", "instance/zone", nil},
	{[]string{"generic_node"}, "node_id", "instance/id", nil},
	{onKubernetes, "location", "instance/attributes/cluster-location", nil},
	{onKubernetes, "cluster_name", "instance/attributes/cluster-name", nil},
	{[]string{"k8s_node"}, "node_name", "instance/name", nil},
	{inPods, "namespace_name", "", podNamespace},
	{inPods, "pod_name", "", podName},
	{[]string{"k8s_container"}, "container_name", "", func() string { return os.Getenv("CONTAINER_NAME") }},
}

// sourceOf returns where a label of a resource type can be detected.
func sourceOf(r cloudmonitoring.Resource, label string) (source, bool) {
	i := slices.IndexFunc(sources, func(s source) bool { return s.label == label && slices.Contains(s.resources, r.Type) })
	if i < 0 {
		return source{}, false
	}
	return sources[i], true
}

func detectable(r cloudmonitoring.Resource, label string) bool {
	_, ok := sourceOf(r, label)
	return ok
}

// podNamespace returns the namespace that Kubernetes mounts into every pod with
// a service account.
func podNamespace() string {
	for _, variable := range []string{"POD_NAMESPACE", "NAMESPACE"} {
		if v := os.Getenv(variable); v != "" {
			return v
		}
	}
	data, err := os.ReadFile("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
	if err != nil {
		return "" // the missing label is reported later
	}
	return strings.TrimSpace(string(data))
}

// podName returns the host name, which is the name of the pod unless the pod uses the node's
// network.
func podName() string {
	if v := os.Getenv("POD_NAME"); v != "" {
		return v
	}
	host, err := os.Hostname()
	if err != nil {
		return ""
	}
	return host
}

// A detector reads from the metadata server of Google Cloud. After a failure it does not try
// again: outside of Google Cloud each try would take its whole timeout.
type detector struct {
	client *metadata.Client
	err    error
}

func newDetector() *detector {
	return &detector{client: metadata.NewWithOptions(&metadata.Options{Client: &http.Client{}})}
}

// get returns a value of the metadata server, or "".
func (d *detector) get(ctx context.Context, suffix string) string {
	if d.err != nil {
		return ""
	}
	value, err := d.client.GetWithContext(ctx, suffix)
	if undefined := metadata.NotDefinedError(""); errors.As(err, &undefined) {
		return ""
	}
	if err != nil {
		d.err = fmt.Errorf("the metadata server did not answer; the process may not run on Google Cloud: %w", err)
		return ""
	}
	return path.Base(strings.TrimSpace(value))
}

// labels returns the labels of a resource type that are not given and can be detected.
func (d *detector) labels(ctx context.Context, r cloudmonitoring.Resource, given map[string]string) map[string]string {
	found := map[string]string{}
	for _, label := range r.Labels {
		s, ok := sourceOf(r, label)
		switch {
		case !ok || given[label] != "":
		case s.local != nil:
			found[label] = s.local()
		default:
			found[label] = d.get(ctx, s.metadata)
		}
	}
	return found
}
