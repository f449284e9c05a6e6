package cloudmonitoring

import (
	"slices"
	"testing"
)

func TestResources(t *testing.T) {
	types := ResourceTypes()
	if !slices.IsSorted(types) || len(slices.Compact(types)) != len(resources) {
		t.Errorf("not sorted, or one twice: %q", types)
	}
	for _, name := range types {
		r, ok := ResourceOf(name)
		if !ok || r.Type != name {
			t.Errorf("%s is %+v, %t", name, r, ok)
		}
		if r.Instance != "" && !slices.Contains(r.Labels, r.Instance) {
			t.Errorf("%s has no label %s", name, r.Instance)
		}
		if got := r.LabelKeys(); len(got) != len(r.Labels)+1 || got[0] != "project_id" {
			t.Errorf("%s: keys %q", name, got)
		}
	}
	if r, ok := ResourceOf("cloud_run_revision"); ok {
		t.Errorf("got %+v", r)
	}
}
