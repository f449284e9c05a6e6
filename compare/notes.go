package compare

import "github.com/ocgen/ocgen/schema"

func checkMetricAdded(c *checker) {
	for _, is := range c.is.all {
		if _, ok := c.was.exports(is.name, nil); !ok {
			c.problem(subject{file: is.file, place: is.view.Place, metric: is.name}, "the metric %q is new, with at most %s series in a process", is.name, schema.Thousands(is.view.Series()))
		}
	}
}

// checkValueAdded does not report a new catch-all: another rule does.
func checkValueAdded(c *checker) {
	for _, p := range c.closed() {
		for _, value := range missing(p.is.Texts(), p.was.Texts()) {
			if value == catchAll(p.is) {
				continue
			}
			c.problem(ofTag(p), "the tag %q has the new value %q, which was recorded as %q", p.is.ID, value, catchAll(p.was))
		}
	}
}

func checkSLOAdded(c *checker) {
	old := map[*schema.SLO]bool{}
	for _, p := range c.slos {
		old[p.is.SLO] = true
	}
	for _, is := range slosOf(c.now) {
		if !old[is.SLO] {
			c.problem(subject{file: is.file, place: is.Place, slo: is.ID}, "the SLO %q is new", is.ID)
		}
	}
}

func checkMetricMoved(c *checker) {
	for _, p := range c.metrics {
		if c.partner[p.was.file] != p.is.file {
			c.problem(ofMetric(p), "the metric %q was in %s and is in %s", p.is.name, p.was.file.Path, p.is.file.Path)
		}
	}
}

func checkDescription(c *checker) {
	for _, p := range c.metrics {
		if was, is := schema.OneLine(p.was.view.Description), schema.OneLine(p.is.view.Description); was != is {
			c.problem(ofMetric(p), "the description of the metric %q was %q and is %q", p.is.name, was, is)
		}
	}
}

// checkSeriesGrowth leaves out metrics with new labels, since the finding about the label
// has the numbers.
func checkSeriesGrowth(c *checker) {
	const many = 1000
	for _, p := range c.metrics {
		was, is := p.was.view.Series(), p.is.view.Series()
		if is <= was || len(p.newTags()) > 0 {
			continue
		}
		severity := schema.Info
		if is-was >= many && is/2 >= was {
			severity = schema.Warning
		}
		c.report(severity, ofMetric(p), "the metric %q had at most %s series in a process and has at most %s", p.is.name, schema.Thousands(was), schema.Thousands(is))
	}
}
