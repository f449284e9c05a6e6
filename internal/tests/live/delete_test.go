package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A found is a resource of some run.
type found struct {
	kind *kind
	path string // of the REST API
	run  runID
}

const runPattern = `(r[0-9a-f]{16})`

var (
	runOfType    = regexp.MustCompile(`^` + regexp.QuoteMeta(typePrefix) + runPattern + `/`)
	runOfService = regexp.MustCompile(`/services/` + servicePrefix + runPattern + `(?:-basic)?$`)
	runOfLabel   = regexp.MustCompile(servicePrefix + runPattern)
)

// find lists the resources of all runs, in the order in which they can be deleted. It
// knows them by names that runs give: the type of a metric, the id of a service, and the
// labels that ocgen writes into alert policies and dashboards.
func find(ctx context.Context, a *api, project string) ([]found, error) {
	var all []found
	add := func(k *kind, version, name string, match []string) {
		if match != nil {
			all = append(all, found{k, version + "/" + name, runID(match[1])})
		}
	}
	type resource struct {
		Name, Type string
		UserLabels map[string]string
		Labels     json.RawMessage // of a dashboard; a descriptor has a list
	}
	each := func(version, under, field string, query url.Values, visit func(resource)) error {
		list, err := a.list(ctx, version+"/"+under+"/"+field, field, query)
		for _, raw := range list {
			var r resource
			if err := json.Unmarshal(raw, &r); err != nil {
				return fmt.Errorf("listing %s: %w", field, err)
			}
			visit(r)
		}
		return err
	}
	parent := "projects/" + project
	err := each("v1", parent, "dashboards", nil, func(r resource) {
		var labels map[string]string
		if r.Labels != nil && json.Unmarshal(r.Labels, &labels) != nil || labels["managed-by"] != "ocgen" {
			return
		}
		for _, v := range labels {
			add(&dashboardKind, "v1", r.Name, runOfLabel.FindStringSubmatch(v))
		}
	})
	if err != nil {
		return nil, err
	}
	err = each("v3", parent, "alertPolicies", nil, func(r resource) {
		if r.UserLabels["managed-by"] == "ocgen" {
			add(&policyKind, "v3", r.Name, runOfLabel.FindStringSubmatch(r.UserLabels["ocgen-service"]))
		}
	})
	if err != nil {
		return nil, err
	}
	var services []found
	err = each("v3", parent, "services", nil, func(r resource) {
		if m := runOfService.FindStringSubmatch(r.Name); m != nil {
			services = append(services, found{&serviceKind, "v3/" + r.Name, runID(m[1])})
		}
	})
	if err != nil {
		return nil, err
	}
	for _, s := range services {
		err := each("v3", strings.TrimPrefix(s.path, "v3/"), "serviceLevelObjectives", nil, func(r resource) {
			all = append(all, found{&sloKind, "v3/" + r.Name, s.run})
		})
		if err != nil && !answers(err, http.StatusNotFound) { // deleted since
			return nil, err
		}
	}
	all = append(all, services...)
	ours := url.Values{"filter": {`metric.type = starts_with("` + typePrefix + `")`}}
	err = each("v3", parent, "metricDescriptors", ours, func(r resource) {
		add(&descriptorKind, "v3", parent+"/metricDescriptors/"+r.Type, runOfType.FindStringSubmatch(r.Type))
	})
	return all, err
}

// rounds is how often a run looks again for what it has to delete.
const rounds = 4

// remove deletes the resources of the runs that match, and those of the paths: a list may
// lack what was created a moment ago. It returns how many it deleted, and an error with
// what it could not delete.
func remove(ctx context.Context, a *api, project string, match func(runID) bool, paths []found) (deleted int, err error) {
	pending := slices.Clone(paths)
	for i := range rounds {
		if i > 0 {
			time.Sleep(a.pause)
		}
		listed, listing := find(ctx, a, project)
		for _, f := range listed {
			if match(f.run) && !slices.Contains(pending, f) {
				pending = append(pending, f)
			}
		}
		slices.SortStableFunc(pending, func(x, y found) int { return slices.Index(kinds, y.kind) - slices.Index(kinds, x.kind) })
		if len(pending) == 0 && listing == nil {
			return deleted, nil
		}
		var left []found
		problems := []error{listing}
		for _, f := range pending {
			_, failed := a.repeated(ctx, safe, http.MethodDelete, f.path, nil, nil)
			switch {
			case failed == nil:
				deleted++
			case !answers(failed, http.StatusNotFound):
				left = append(left, f)
				problems = append(problems, fmt.Errorf("%s is left: %w", f.path, failed))
			}
		}
		pending, err = left, errors.Join(problems...)
	}
	return deleted, err
}
