package schema

// environmentRules check the environments.
func environmentRules() []Rule {
	return []Rule{
		{ID: "environment-name", Purpose: "the name of an environment is lower-case letters, digits and hyphens, at most 63, and every system allows a folder of the name"},
		{ID: "environment-project", Purpose: "no two environments of a schema with SLOs have one project", check: checkEnvironmentProjects},
	}
}

// checkEnvironmentProjects reports environments with the project of an earlier one. The
// ids of the service and of the SLOs are the same in each.
func checkEnvironmentProjects(c *checker) {
	if len(c.schema.SLOs) == 0 {
		return
	}
	first := map[string]*environment{}
	for _, e := range c.environments {
		project := e.project
		if project == "" && !c.monitoringUnread {
			project = c.schema.Monitoring.Project
		}
		if project == "" || e.unread {
			continue
		}
		if other := first[project]; other != nil {
			c.problem(nil, e.projectAt, "the environments %q and %q have the project %q, and in one project the SLOs of both would be the same, because their ids are; give each environment a project of its own", other.name, e.name, project)
			continue
		}
		first[project] = e
	}
}
