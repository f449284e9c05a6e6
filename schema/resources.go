package schema

import "slices"

// writable are the monitored resource types that custom metrics can be written
// against, with their labels, as Cloud Monitoring documents them. Every type
// has project_id too.
var writable = []struct {
	name   string
	labels []string
}{
	{"aws_ec2_instance", []string{"instance_id", "region", "aws_account"}},
	{"dataflow_job", []string{"job_name", "region"}},
	{"gae_instance", []string{"module_id", "version_id", "instance_id", "location"}},
	{"gce_instance", []string{"instance_id", "zone"}},
	{"generic_node", []string{"location", "namespace", "node_id"}},
	{"generic_task", []string{"location", "namespace", "job", "task_id"}},
	{"gke_container", []string{"cluster_name", "namespace_id", "instance_id", "pod_id", "container_name", "zone"}},
	{"global", nil},
	{"k8s_cluster", []string{"location", "cluster_name"}},
	{"k8s_container", []string{"location", "cluster_name", "namespace_name", "pod_name", "container_name"}},
	{"k8s_node", []string{"location", "cluster_name", "node_name"}},
	{"k8s_pod", []string{"location", "cluster_name", "namespace_name", "pod_name"}},
}

func resourceTypes() []string {
	var names []string
	for _, t := range writable {
		names = append(names, t.name)
	}
	return names
}

// checkResource reports a type that custom metrics cannot be written against.
func (r *reader) checkResource(f *fields, resource string) {
	if resource == "" || slices.Contains(resourceTypes(), resource) {
		return
	}
	r.report("resource", f.place("resource"), "custom metrics cannot be written against the resource type %s; take generic_task, which fits any process, or one of %s", quote(resource), oneOf(resourceTypes()))
}

func (r *reader) checkResourceLabel(resource string, l ResourceLabels) {
	i := slices.Index(resourceTypes(), resource)
	if i < 0 || l.Key == "project_id" || slices.Contains(writable[i].labels, l.Key) {
		return
	}
	labels := append([]string{"project_id"}, writable[i].labels...)
	r.report("resource", l.Place, "the resource %s has no label %s%s", resource, quote(l.Key), r.hint(l.Key, labels))
}
