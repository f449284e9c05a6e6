package fakemonitoring

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/api/monitoredres"
)

// resources are the monitored resource types that custom metrics can be written
// against, with their labels beside project_id.
var resources = map[string][]string{
	"aws_ec2_instance": {"aws_account", "instance_id", "region"},
	"dataflow_job":     {"job_name", "region"},
	"gae_instance":     {"instance_id", "location", "module_id", "version_id"},
	"gce_instance":     {"instance_id", "zone"},
	"generic_node":     {"location", "namespace", "node_id"},
	"generic_task":     {"job", "location", "namespace", "task_id"},
	"gke_container":    {"cluster_name", "container_name", "instance_id", "namespace_id", "pod_id", "zone"},
	"global":           {},
	"k8s_cluster":      {"cluster_name", "location"},
	"k8s_container":    {"cluster_name", "container_name", "location", "namespace_name", "pod_name"},
	"k8s_node":         {"cluster_name", "location", "node_name"},
	"k8s_pod":          {"cluster_name", "location", "namespace_name", "pod_name"},
}

// resourceProblem returns what is wrong with a series' resource.
func resourceProblem(r *monitoredres.MonitoredResource) string {
	wanted, ok := resources[r.GetType()]
	if !ok {
		return fmt.Sprintf("Field resource.type had an invalid value of %q: custom metrics cannot be written against it.", r.GetType())
	}
	var missing []string
	for _, k := range wanted {
		if _, ok := r.Labels[k]; !ok {
			missing = append(missing, k)
		}
	}
	if len(missing) > 0 {
		return fmt.Sprintf("The set of resource labels is incomplete. Missing labels: (%s).", strings.Join(missing, " "))
	}
	for _, k := range slices.Sorted(maps.Keys(r.Labels)) {
		if k != "project_id" && !slices.Contains(wanted, k) {
			return fmt.Sprintf("Unrecognized resource label: %s.", k)
		}
	}
	return ""
}
