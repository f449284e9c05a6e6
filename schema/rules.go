package schema

import "slices"

// A Rule is a row of the table of everything that ocgen checks.
type Rule struct {
	ID        string
	Severity  Severity
	Allowable bool   // an element's `allow` may silence it
	Purpose   string // one line, for people

	check func(*checker) // nil for what is found while reading
}

// Rules returns the table, in the order in which it is to be shown.
func Rules() []Rule { return slices.Concat(readingRules(), modelRules(), sloRules()) }

// readingRules are kept while nodes are read into the model.
func readingRules() []Rule {
	return []Rule{
		{ID: "syntax", Purpose: "the file is one YAML document in UTF-8"},
		{ID: "limit", Purpose: "at most 8 MiB, 1,000,000 keys and values, 100 levels of nesting, 10,000 aliases"},
		{ID: "control-character", Purpose: "no control characters, bidirectional ones included; newlines and tabs in descriptions alone"},
		{ID: "version", Purpose: "the language's version is one that this ocgen reads"},
		{ID: "unknown-key", Purpose: "every key is one of the language's"},
		{ID: "duplicate-key", Purpose: "no mapping has a key twice"},
		{ID: "merge-key", Purpose: "no merge keys (<<)"},
		{ID: "wrong-kind", Purpose: "a mapping, list, text, number or boolean stands where one is expected"},
		{ID: "quote-text", Purpose: "text that YAML parsers may read as a boolean, null or number is quoted"},
		{ID: "missing-key", Purpose: "what an element needs is there"},
		{ID: "conflicting-keys", Purpose: "no two keys contradict each other"},
		{ID: "bad-value", Purpose: "a value is one of those that its key takes"},
		{ID: "bad-number", Purpose: "a number is a decimal that its place can hold, in a unit of the measure's dimension"},
		{ID: "bad-id", Purpose: "ids are lower-case words of letters and digits joined by underscores"},
		{ID: "duplicate-id", Purpose: "view ids are unique in the file"},
		{ID: "unknown-reference", Purpose: "every tag, measure, view, value and set of buckets that is named is declared"},
		{ID: "existing-mismatch", Purpose: "what is said of another package's measure or key is what is known of it"},
		{ID: "package-name", Purpose: "the Go package has a valid name"},
		{ID: "go-name", Purpose: "a Go name is exported and valid"},
		{ID: "go-name-clash", Purpose: "no two things get one Go name"},
		{ID: "output-path", Purpose: "outputs stay below the schema's folder, under names that every system takes and Go builds everywhere"},
		{ID: "recorder", Purpose: "zero rows and UTF-8 values are asked of the direct recorder alone", check: checkRecorder},
		{ID: "unit", Purpose: "a unit is of the UCUM subset that Cloud Monitoring takes"},
		{ID: "bounds", Purpose: "1 to 198 positive, strictly increasing bucket bounds"},
		{ID: "mixed-units", Purpose: "the bounds of a time all have units, or none has"},
		{ID: "tag-value", Purpose: "tag values are distinct, at most 255 bytes, and printable ASCII but for a tag that is utf8"},
		{ID: "resource", Purpose: "the monitored resource can be written to and has the labels"},
		{ID: "unknown-rule", Purpose: "allow names rules that can be silenced"},
		{ID: "unused-allow", Severity: Warning, Purpose: "every allow silences something"},
	}
}

// modelRules look at tags, measures and views.
func modelRules() []Rule {
	return []Rule{
		{ID: "name-charset", Purpose: "exported names and tag keys are 1 to 255 bytes of printable ASCII", check: checkNameCharset},
		{ID: "name-style", Severity: Warning, Allowable: true, Purpose: "exported names keep to letters, digits, / and _, at most 100", check: checkNameStyle},
		{ID: "name-collision", Purpose: "exported names and label keys stay distinct in Cloud Monitoring and Prometheus", check: checkNameCollision},
		{ID: "reserved-key", Purpose: "no tag has a key that an exporter owns", check: checkReservedKeys},
		{ID: "foreign-domain", Purpose: "a view's name carries no Google domain that the metric prefix does not", check: checkForeignDomain},
		{ID: "too-many-tags", Purpose: "a view has at most 29 tags", check: checkTooManyTags},
		{ID: "unit-in-name", Severity: Warning, Allowable: true, Purpose: "a unit in a name is the measure's unit", check: checkUnitInName},
		{ID: "time-scale", Severity: Warning, Allowable: true, Purpose: "the bounds of a time lie between 1 µs and 7 days", check: checkTimeScale},
		{ID: "time-rounding", Severity: Warning, Allowable: true, Purpose: "records of an int64 time are long enough to be rounded to its unit", check: checkTimeRounding},
		{ID: "fractional-bounds", Severity: Warning, Allowable: true, Purpose: "the bounds of integers are integers: 2 says \"at most 1\" as 1.00001 does", check: checkFractionalBounds},
		{ID: "bare-seconds", Severity: Warning, Allowable: true, Purpose: "bounds in seconds do not look like milliseconds", check: checkBareSeconds},
		{ID: "aggregation-in-name", Severity: Warning, Allowable: true, Purpose: "a name fits the aggregation: totals and bytes are sums, what is open or in flight is a last value", check: checkAggregationInName},
		{ID: "target-label", Severity: Warning, Allowable: true, Purpose: "no tag has a key that Prometheus puts on its targets", check: checkTargetLabels},
		{ID: "ignored-value", Severity: Warning, Allowable: true, Purpose: "a measure with a value has a view that uses it", check: checkIgnoredValues},
		{ID: "tag-in-no-view", Severity: Warning, Allowable: true, Purpose: "every tag of a measure is in one of its views", check: checkTagsInViews},
		{ID: "count-description", Severity: Warning, Allowable: true, Purpose: "a count beside other views says what it counts", check: checkCountDescriptions},
		{ID: "zero-rows", Purpose: "zero rows are of listed values, at most 16,384 a view", check: checkZeroRows},
		{ID: "unused-tag", Severity: Warning, Allowable: true, Purpose: "every tag is used by a measure", check: checkUnusedTags},
		{ID: "unused-measure", Severity: Warning, Allowable: true, Purpose: "every measure has a view", check: checkUnusedMeasures},
		{ID: "unused-buckets", Severity: Warning, Purpose: "every shared set of buckets is used", check: checkUnusedBuckets},
		{ID: "series-count", Severity: Warning, Allowable: true, Purpose: "a view has at most 200,000 time series", check: checkSeriesCount},
	}
}

// sloRules look at SLOs and the views that they are computed from.
func sloRules() []Rule {
	return []Rule{
		{ID: "goal", Purpose: "goals and thresholds are fractions up to 0.9999, or percentages"},
		{ID: "period", Purpose: "a rolling period has 1 to 30 days"},
		{ID: "window-length", Purpose: "a window lasts at least 60 s and divides a day evenly"},
		{ID: "range", Purpose: "min is below max"},
		{ID: "user-label", Purpose: "labels are as the API takes them"},
		{ID: "basic-service", Purpose: "a basic indicator belongs to a service that Google knows"},
		{ID: "slo-aggregation", Purpose: "the view's aggregation fits the indicator"},
		{ID: "slo-sum", Severity: Warning, Allowable: true, Purpose: "a ratio counts events and does not sum values", check: checkRatioSum},
		{ID: "where-tag", Purpose: "a condition's tag is one of the view's"},
		{ID: "where-value", Purpose: "a condition's value is one that the tag can have"},
		{ID: "where-open", Severity: Warning, Allowable: true, Purpose: "a condition on an open tag compares with a known value", check: checkWhereOpen},
		{ID: "ratio-overlap", Purpose: "nothing is both good and bad", check: checkRatioOverlap},
		{ID: "ratio-outside-total", Purpose: "what is good or bad is in the total", check: checkRatioWithin},
		{ID: "threshold-not-a-bound", Allowable: true, Purpose: "a threshold is a bucket bound of its view", check: checkThresholds},
		{ID: "threshold-at-edge", Severity: Warning, Allowable: true, Purpose: "a threshold has bounds on both sides, so that the objective can move", check: checkThresholdEdges},
		{ID: "says-at-most", Severity: Warning, Allowable: true, Purpose: "a display name says \"under\", for a bound itself is not counted", check: checkSaysAtMost},
		{ID: "deprecated-in-slo", Severity: Warning, Allowable: true, Purpose: "no SLO rests on something deprecated", check: checkDeprecated},
	}
}

// ruleTable returns the rows by id.
func ruleTable() map[string]Rule {
	table := map[string]Rule{}
	for _, row := range Rules() {
		table[row.ID] = row
	}
	return table
}

// A checker applies one rule to the model. It knows which rule, so that a check
// cannot report under another's name.
type checker struct {
	*reader
	rule string
}

// applyRules runs every row's check over the model.
func (r *reader) applyRules() {
	for _, row := range Rules() {
		if row.check != nil {
			row.check(&checker{r, row.ID})
		}
	}
}

func (c *checker) problem(in *scope, at Place, format string, args ...any) {
	c.reportIn(in, c.rule, at, format, args...)
}

// eachView calls f for every view. Facts of it may be unread: see unread.go.
func (c *checker) eachView(f func(*View)) {
	for _, v := range c.schema.Views() {
		f(v)
	}
}

// eachSLO calls f for every SLO. Facts of what it selects may be unread.
func (c *checker) eachSLO(f func(*SLO)) {
	for _, slo := range c.schema.SLOs {
		f(slo)
	}
}
