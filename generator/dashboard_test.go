package generator

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// dashboardOf returns the dashboard of a schema, and its path.
func dashboardOf(t *testing.T, text string) (templates.Dashboard, string) {
	t.Helper()
	files, err := dashboardFiles(parse(t, text), "out")
	if err != nil || len(files) != 1 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	var d templates.Dashboard
	if err := json.Unmarshal(files[0].Data, &d); err != nil {
		t.Fatal(err)
	}
	return d, files[0].Path
}

const counterText = `
  %s: {description: "Costs ${money}.", type: int64, unit: "1", constant: 1, aggregation: count}`

func counters(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, counterText, fmt.Sprintf("c%d", i))
	}
	return b.String()
}

// TestDashboardWithoutService checks the dashboard of a schema that has only metrics.
func TestDashboardWithoutService(t *testing.T) {
	d, path := dashboardOf(t, "ocgen: v1\npackage: my_metrics\nmeasures:"+counters(1)+"\ngenerate: {dashboards: d}\n")
	if path != "out/my_metrics.json" || d.DisplayName != "my_metrics (ocgen)" || d.Labels["ocgen-id"] != "my-metrics-my-metrics" {
		t.Errorf("%s is %q with the labels %v", path, d.DisplayName, d.Labels)
	}
	tiles := d.Mosaic.Tiles
	if len(tiles) != 2 || tiles[0].Widget.Title != "c0" || tiles[0].Widget.Header.Subtitle != "Costs $ {money}." || tiles[1].Widget.Chart == nil {
		t.Errorf("the tiles are %+v", tiles)
	}
}

// TestDashboardOfNothing checks that a schema without views and SLOs has no dashboard.
func TestDashboardOfNothing(t *testing.T) {
	s := parse(t, "ocgen: v1\npackage: p\nservice: {id: s}\ngenerate: {dashboards: d}\nallow: [folder-empty]\n")
	if files, err := dashboardFiles(s, "d"); err != nil || len(files) != 0 {
		t.Errorf("%d files, %v", len(files), err)
	}
}

// TestDashboardOfEnvironment checks that dashboards of two environments differ in their ids.
func TestDashboardOfEnvironment(t *testing.T) {
	s := parse(t, "ocgen: v1\npackage: p\nservice: {id: s}\nmeasures:"+counters(1)+"\n")
	s.Environment = "prod"
	if got := dashboardBody(s).Labels["ocgen-id"]; got != "p-s-prod" {
		t.Errorf("the id is %q", got)
	}
}

// TestDashboardHasAtMost100Tiles checks the limit of the API, with too many SLOs and with
// too many views.
func TestDashboardHasAtMost100Tiles(t *testing.T) {
	manySLOs := func(n int) string {
		text := "\nservice: {id: s}\nmonitoring: {project: my-project}\nslos:"
		for i := range n {
			text += fmt.Sprintf("\n  s%d: {goal: 99%%, period: 28d, ratio: {bad: c0, total: c1}}", i)
		}
		return text
	}
	for _, c := range []struct {
		counters, slos, want int
	}{
		{2, 13, 44},   // all views are used: no group
		{60, 0, 61},   // a header is not needed for each of the 60 measures
		{300, 0, 100}, // a group and 99 charts
		{30, 20, 94},  // 1+60, two used measures 4, a group with 28: 94
		{60, 20, 100}, // cut in the group
		{9, 33, 100},  // 1+99: no room for charts
		{9, 50, 100},  // no room for the last SLOs
	} {
		text := "ocgen: v1\npackage: p\nallow: [dashboard-large]\nmeasures:" + counters(c.counters)
		if c.slos > 0 {
			text += manySLOs(c.slos)
		}
		d, _ := dashboardOf(t, text+"\ngenerate: {dashboards: d}\n")
		if got := len(d.Mosaic.Tiles); got != c.want {
			t.Errorf("%d counters and %d SLOs: %d tiles, want %d", c.counters, c.slos, got, c.want)
		}
		last := d.Mosaic.Tiles[len(d.Mosaic.Tiles)-1]
		for _, tile := range d.Mosaic.Tiles {
			if tile.Widget.Group != nil && tile.Y+tile.Height != last.Y+last.Height {
				t.Errorf("%d counters: the group ends in row %d, its last chart in row %d", c.counters, tile.Y+tile.Height, last.Y+last.Height)
			}
		}
	}
}

// TestTilesAreCounted compares the number of tiles that the rule about large dashboards
// counts with the dashboard.
func TestTilesAreCounted(t *testing.T) {
	s := parse(t, `ocgen: v1
package: p
tags: {t: {description: d, values: [a]}}
measures:
  m:
    description: d
    type: int64
    unit: By
    tags: [t]
    views:
      a: {aggregation: count, description: Other.}
      b: {aggregation: sum}
      c: {aggregation: distribution, buckets: [1, 2]}
      d: {aggregation: distribution, buckets: none}
service: {id: s}
monitoring: {project: my-project}
slos:
  x: {goal: 99%, period: 28d, ratio: {bad: {view: a, where: {t: a}}, total: a}}
generate: {dashboards: d}
`)
	body := dashboardBody(s)
	if got := len(body.Mosaic.Tiles); got != s.DashboardTiles() || got != 10 {
		t.Errorf("%d tiles, counted are %d", got, s.DashboardTiles())
	}
	for _, tile := range body.Mosaic.Tiles {
		if tile.Widget.Title == "c: percentiles" && tile.X != chartWidth {
			t.Error("the two charts of a distribution are not side by side")
		}
	}
}

// TestLongTitlesKeepTheirEnd checks that a title is cut between characters.
func TestLongTitlesKeepTheirEnd(t *testing.T) {
	s := parse(t, "ocgen: v1\npackage: p\nservice: {id: s}\nmeasures:"+counters(2)+`
slos:
  x: {goal: 99%, period: 28d, display_name: "`+strings.Repeat("é", 300)+`", ratio: {bad: c0, total: c1}}
`)
	s.Monitoring.Project = "my-project"
	title := dashboardBody(s).Mosaic.Tiles[1].Widget.Title
	if want := strings.Repeat("é", maxWidgetText-1) + "…: budget left"; title != want {
		t.Errorf("got %q", title)
	}
}

// TestBurnRateLines checks the chart of an SLO with two tiers over one time, and of one
// without tiers.
func TestBurnRateLines(t *testing.T) {
	s := parse(t, "ocgen: v1\npackage: p\nservice: {id: s}\nmeasures:"+counters(2)+`
slos:
  x: {goal: 99%, period: 28d, ratio: {bad: c0, total: c1}, alerts: {burn: [{severity: page, over: 1h, rate: 5}, {severity: ticket, over: 1h, rate: 2}, {severity: ticket, over: 3d, rate: 1}]}}
  z: {goal: 99%, period: 28d, ratio: {bad: c0, total: c1}, alerts: none}
`)
	x, z := burnRates("n", s.SLOs[0]), burnRates("n", s.SLOs[1])
	if len(x.DataSets) != 1 || len(x.Thresholds) != 2 || x.Thresholds[1] != (templates.Line{Label: "ticket over 1h", Value: 2}) {
		t.Errorf("with tiers: %+v", x)
	}
	if len(z.DataSets) != 1 || len(z.Thresholds) != 0 || z.DataSets[0].Legend != "over 1h" {
		t.Errorf("without tiers: %+v", z)
	}
	s.SLOs[1].SLI.Windows = &schema.Windows{Length: 6 * 3600e9}
	if w := burnRates("n", s.SLOs[1]); w.DataSets[0].Legend != "over 6h" {
		t.Errorf("with windows: %+v", w)
	}
}
