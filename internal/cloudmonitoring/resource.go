package cloudmonitoring

import "slices"

// GlobalResource is the resource type without labels. Metrics without a resource are
// written with it.
const GlobalResource = "global"

// projectLabel is a label of every type. The API adds it.
const projectLabel = "project_id"

// A Resource is a monitored resource type that custom metrics can have
// (https://cloud.google.com/monitoring/custom-metrics/creating-metrics).
type Resource struct {
	Type     string
	Labels   []string // without project_id
	Instance string   // the label that differs between running instances, or ""
}

var resources = []Resource{
	{"aws_ec2_instance", []string{"instance_id", "region", "aws_account"}, "instance_id"},
	{"dataflow_job", []string{"job_name", "region"}, ""},
	{"gae_instance", []string{"module_id", "version_id", "instance_id", "location"}, "instance_id"},
	{"gce_instance", []string{"instance_id", "zone"}, "instance_id"},
	{"generic_node", []string{"location", "namespace", "node_id"}, "node_id"},
	{"generic_task", []string{"location", "namespace", "job", "task_id"}, "task_id"},
	{"gke_container", []string{"cluster_name", "namespace_id", "instance_id", "pod_id", "container_name", "zone"}, "pod_id"},
	{GlobalResource, nil, ""},
	{"k8s_cluster", []string{"location", "cluster_name"}, ""},
	{"k8s_container", []string{"location", "cluster_name", "namespace_name", "pod_name", "container_name"}, "pod_name"},
	{"k8s_node", []string{"location", "cluster_name", "node_name"}, "node_name"},
	{"k8s_pod", []string{"location", "cluster_name", "namespace_name", "pod_name"}, "pod_name"},
}

// ResourceTypes returns all types, sorted.
func ResourceTypes() []string {
	var types []string
	for _, r := range resources {
		types = append(types, r.Type)
	}
	return types
}

// ResourceOf returns the resource of a type, and whether custom metrics can have it.
func ResourceOf(resourceType string) (Resource, bool) {
	i := slices.IndexFunc(resources, func(r Resource) bool { return r.Type == resourceType })
	if i < 0 {
		return Resource{}, false
	}
	return resources[i], true
}

// LabelKeys returns the keys that labels of the resource can have: project_id, then the
// labels of the type.
func (r Resource) LabelKeys() []string { return append([]string{projectLabel}, r.Labels...) }
