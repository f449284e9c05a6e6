package schema

// outputRules check what is generated beside the Go file.
func outputRules() []Rule {
	return []Rule{
		{ID: "folder-empty", Severity: Warning, Allowable: true, Purpose: "each folder that generate names gets a file", check: checkEmptyFolders},
		{ID: "dashboard-large", Severity: Warning, Allowable: true, Purpose: "a dashboard has at most 40 tiles; in a larger one, the charts of views that no SLO uses are in a collapsed group", check: checkLargeDashboard},
	}
}

// checkEmptyFolders reports nothing for a schema with errors: with their cures, a folder may
// get files.
func checkEmptyFolders(c *checker) {
	if c.errors > 0 {
		return
	}
	for _, kind := range outputKinds {
		at, written := c.outputsAt[kind.key]
		if !written || kind.empty == nil {
			continue
		}
		if reason := kind.empty(c.schema); reason != "" {
			c.problem(c.scope, at, "no file is written to the folder of %s, because %s; delete the key", kind.key, reason)
		}
	}
}

func checkLargeDashboard(c *checker) {
	at, written := c.outputsAt["dashboards"]
	if !written {
		at, written = c.outputsAt["terraform"]
	}
	n := c.schema.DashboardTiles()
	switch {
	case !written || c.errors > 0:
	case n > MaxTiles:
		c.problem(c.scope, at, "the dashboard would have %d tiles, and Cloud Monitoring allows %d; so the last charts are left out; split the schema", n, MaxTiles)
	case len(c.schema.GroupedViews()) > 0:
		c.problem(c.scope, at, "the dashboard has %d tiles, more than %d, so views that no SLO uses are in a collapsed group; split the schema, or set \"allow: [dashboard-large]\" at its top", n, mostTiles)
	}
}
