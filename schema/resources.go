package schema

import (
	"slices"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
)

// checkResource reports a resource type that cannot have custom metrics.
func (r *reader) checkResource(f *fields, resource string) {
	if _, ok := cloudmonitoring.ResourceOf(resource); ok || resource == "" {
		return
	}
	r.report("resource", f.place("resource"), "the resource type %s cannot have custom metrics; write generic_task, which fits any process, or one of %s", quote(resource), oneOf(cloudmonitoring.ResourceTypes()))
}

func (r *reader) checkResourceLabel(resource string, l ResourceLabels) {
	known, ok := cloudmonitoring.ResourceOf(resource)
	if !ok || slices.Contains(known.LabelKeys(), l.Key) {
		return
	}
	r.report("resource", l.Place, "the resource %s has no label %s%s", resource, quote(l.Key), r.hint(l.Key, known.LabelKeys()))
}
