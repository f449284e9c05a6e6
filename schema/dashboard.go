package schema

// A dashboard has a heading and three widgets for each SLO, and below a heading for each
// measure the charts of its views.

// mostTiles is the number of tiles of a dashboard that people can still read. With more,
// the charts of views that no SLO uses are in a group.
const mostTiles = 40

// MaxTiles is the number of tiles that Cloud Monitoring allows in a dashboard.
const MaxTiles = 100

// Charts returns the number of charts of the view in a dashboard: a distribution with
// bounds has a heat map and percentiles.
func (v *View) Charts() int {
	if v.Aggregation == Distribution && len(v.Bounds) > 0 {
		return 2
	}
	return 1
}

// DashboardTiles returns the number of tiles of the dashboard without groups. It is 0 if
// the schema has nothing to show.
func (s *Schema) DashboardTiles() int {
	n := 0
	if len(s.SLOs) > 0 {
		n = 1 + 3*len(s.SLOs)
	}
	for _, m := range s.Measures {
		if len(m.Views) > 0 {
			n++
		}
		for _, v := range m.Views {
			n += v.Charts()
		}
	}
	return n
}

// GroupedViews returns the views whose charts are in the group of a large dashboard: those
// that no SLO selects. It is empty for other dashboards.
func (s *Schema) GroupedViews() map[*View]bool {
	grouped := map[*View]bool{}
	if s.DashboardTiles() <= mostTiles {
		return grouped
	}
	for _, v := range s.Views() {
		grouped[v] = true
	}
	for _, slo := range s.SLOs {
		for _, v := range slo.Views() {
			delete(grouped, v)
		}
	}
	return grouped
}
