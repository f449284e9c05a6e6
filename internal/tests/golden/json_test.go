package golden_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/metric"

	"github.com/ocgen/ocgen/internal/fakemonitoring/slocheck"
	"github.com/ocgen/ocgen/schema"
)

// TestJSON holds every JSON file of every case, and of the examples, against the
// types and the rules of the Cloud Monitoring API: what is written can be created.
func TestJSON(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range places(t) {
		t.Run(filepath.Base(p.dir)+p.environment, func(t *testing.T) {
			files := jsonFiles(t, p)
			p := projectOf(t, files)
			for _, f := range files {
				if f.kind != "slo" {
					continue
				}
				if !sloFile.MatchString(filepath.Base(f.path)) {
					t.Errorf("%s: the name is not the id of an SLO", f.path)
				}
				if err := p.SLO(f.data); err != nil {
					t.Errorf("%s: %v", f.path, err)
				}
				for _, form := range forms(t, f.data) {
					seen[form] = true
				}
			}
		})
	}
	for _, form := range allForms {
		if !seen[form] {
			t.Errorf("no SLO of the form %s", form)
		}
	}
}

// allForms are the paths of JSON keys that tell the forms of SLOs apart.
var allForms = []string{
	"basicSli.availability", "basicSli.latency.location.method.version",
	"goodTotalRatio.goodServiceFilter.totalServiceFilter",
	"goodTotalRatio.badServiceFilter.totalServiceFilter",
	"goodTotalRatio.badServiceFilter.goodServiceFilter",
	"distributionCut.distributionFilter.range",
	"goodTotalRatioThreshold.performance.threshold",
	"goodTotalRatioThreshold.basicSliPerformance.threshold",
	"metricMeanInRange.range.timeSeries", "metricSumInRange.range.timeSeries",
	"rollingPeriod", "calendarPeriod", "userLabels",
}

// forms returns the forms that an SLO has: its keys, and those of the objects in
// it joined with the keys inside of them.
func forms(t *testing.T, data []byte) []string {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal(data, &body); err != nil {
		t.Fatal(err)
	}
	found := slices.Collect(maps.Keys(body))
	for rest := []map[string]any{body}; len(rest) > 0; rest = rest[1:] {
		for key, value := range rest[0] {
			if inner, ok := value.(map[string]any); ok {
				found = append(found, strings.Join(append([]string{key}, slices.Sorted(maps.Keys(inner))...), "."))
				rest = append(rest, inner)
			}
		}
	}
	return found
}

var sloFile = regexp.MustCompile(`^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?\.json$`)

// A jsonFile is an output for Cloud Monitoring.
type jsonFile struct {
	path string
	kind string // "slo", "service", "descriptor", "alert", "dashboard" or "terraform"
	data []byte
}

// schemaFolders returns the folders of all golden cases and of the examples.
func schemaFolders(t *testing.T) []string {
	t.Helper()
	var dirs []string
	for _, pattern := range []string{"../../../golden/*", "*", "../../../examples/*", "../../../examples/*/*"} {
		matches, err := filepath.Glob(filepath.Join(pattern, "metrics.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range matches {
			dirs = append(dirs, filepath.Dir(m))
		}
	}
	return dirs
}

// A folderOf is the folder of a schema, and one of its environments, or "".
type folderOf struct{ dir, environment string }

// places returns the folders of all schemas, once for each environment.
func places(t *testing.T) (all []folderOf) {
	t.Helper()
	for _, dir := range schemaFolders(t) {
		src, err := os.ReadFile(filepath.Join(dir, "metrics.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		s, problems := schema.Parse(src, schema.Options{File: "metrics.yaml", DefaultPackage: func(string) string { return "p" }})
		if s == nil {
			t.Fatal(dir, problems)
		}
		for _, resolved := range s.Resolved() {
			all = append(all, folderOf{dir, resolved.Environment})
		}
	}
	return all
}

// jsonFiles returns the JSON files of a place, told apart by a key that only one kind has.
func jsonFiles(t *testing.T, p folderOf) []jsonFile {
	t.Helper()
	var files []jsonFile
	err := filepath.WalkDir(p.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		if p.environment != "" && filepath.Base(filepath.Dir(path)) != p.environment {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var body map[string]json.RawMessage
		if err := json.Unmarshal(data, &body); err != nil {
			return errors.New(path + ": " + err.Error())
		}
		f := jsonFile{path: path, data: data}
		switch {
		case body["serviceLevelIndicator"] != nil:
			f.kind = "slo"
		case body["custom"] != nil || body["basicService"] != nil:
			f.kind = "service"
		case body["metricKind"] != nil:
			f.kind = "descriptor"
		case body["conditions"] != nil:
			f.kind = "alert"
		case body["mosaicLayout"] != nil:
			f.kind = "dashboard"
		case strings.HasSuffix(path, ".tf.json"):
			f.kind = "terraform"
		default:
			return errors.New(path + ": of no kind that is known")
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// projectOf checks the service and the descriptors, and returns them for the
// check of the SLOs.
func projectOf(t *testing.T, files []jsonFile) slocheck.Project {
	t.Helper()
	var p slocheck.Project
	var err error
	for _, f := range files {
		switch f.kind {
		case "service":
			if p.Service, err = slocheck.Service(f.data); err != nil {
				t.Errorf("%s: %v", f.path, err)
			}
			if filepath.Base(f.path) != "service.json" {
				t.Errorf("%s: want the name service.json", f.path)
			}
		case "descriptor":
			d, err := slocheck.Descriptor(f.data)
			if err != nil {
				t.Errorf("%s: %v", f.path, err)
				continue
			}
			if p.Metrics == nil {
				p.Metrics = map[string]*metric.MetricDescriptor{}
			}
			if p.Metrics[d.Type] != nil {
				t.Errorf("%s: another file describes %s too", f.path, d.Type)
			}
			p.Metrics[d.Type] = d
		}
	}
	return p
}
