package golden_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// TestDashboards checks every dashboard of the golden cases and the examples: it has the
// type of the API, its tiles do not overlap, and its queries fit the metrics and the SLOs of
// the same schema.
func TestDashboards(t *testing.T) {
	kinds := map[string]bool{}
	count, grouped := 0, 0
	for _, place := range places(t) {
		files := jsonFiles(t, place)
		p := projectOf(t, files)
		var slos []string
		for _, f := range files {
			if f.kind == "slo" {
				slos = append(slos, strings.TrimSuffix(filepath.Base(f.path), ".json"))
			}
		}
		for _, f := range files {
			if f.kind != "dashboard" {
				continue
			}
			count++
			service := strings.TrimSuffix(filepath.Base(f.path), ".json")
			if service == "dashboard" { // of a Terraform module
				service = serviceOfModule(t, place)
			}
			if err := p.Dashboard(f.data, service, slos); err != nil {
				t.Errorf("%s: %v", f.path, err)
			}
			for _, w := range widgetsOf(t, f) {
				kinds[w] = true
				if w == "collapsibleGroup" {
					grouped++
				}
			}
		}
	}
	if count < 3 || grouped < 1 {
		t.Errorf("only %d dashboards, and %d with a group", count, grouped)
	}
	for _, kind := range []string{"sectionHeader", "scorecard", "xyChart", "STACKED_AREA", "LINE", "HEATMAP"} {
		if !kinds[kind] {
			t.Errorf("no dashboard has a %s", kind)
		}
	}
}

// widgetsOf returns the kinds of the widgets and of the plots in a dashboard.
func widgetsOf(t *testing.T, f jsonFile) []string {
	t.Helper()
	var d struct {
		MosaicLayout struct {
			Tiles []struct{ Widget map[string]json.RawMessage }
		}
	}
	if err := json.Unmarshal(f.data, &d); err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, tile := range d.MosaicLayout.Tiles {
		for key, value := range tile.Widget {
			if key == "title" {
				continue
			}
			kinds = append(kinds, key)
			var chart struct{ DataSets []struct{ PlotType string } }
			if key == "xyChart" {
				if err := json.Unmarshal(value, &chart); err != nil {
					t.Fatal(err)
				}
			}
			for _, s := range chart.DataSets {
				kinds = append(kinds, s.PlotType)
			}
		}
	}
	return kinds
}

// serviceOfModule returns the id of the service of a folder with a Terraform module.
func serviceOfModule(t *testing.T, p folderOf) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(p.dir, "dashboards", p.environment, "*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%s has the dashboards %q, %v", p, files, err)
	}
	return strings.TrimSuffix(filepath.Base(files[0]), ".json")
}
