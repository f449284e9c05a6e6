package schema

import "slices"

// A Rule is a row of the table of all checks.
type Rule struct {
	ID        string
	Severity  Severity
	Allowable bool   // an element's `allow` may silence it
	Purpose   string // one line, for people

	check func(*checker) // nil for rules that are checked while reading, and for those across schemas
	// across compares the schemas of a run with each other: see [CheckRun].
	across func(*runChecker)
	// breaking marks the [BreakingRules], which package compare checks.
	breaking bool
}

// Rules returns the table, in the order of the documentation.
func Rules() []Rule {
	return slices.Concat(readingRules(), modelRules(), sloRules(), alertRules(), prometheusRules(), outputRules(), environmentRules(), runRules())
}

// readingRules are checked while nodes are read into the model.
func readingRules() []Rule {
	return []Rule{
		{ID: "syntax", Purpose: "the file is one YAML document in UTF-8"},
		{ID: "limit", Purpose: "at most 8 MiB, 1,000,000 keys and values, 100 levels of nesting, 10,000 aliases"},
		{ID: "control-character", Purpose: "no control characters, bidirectional ones included; newlines and tabs only in descriptions"},
		{ID: "version", Purpose: "this ocgen supports the schema's version of the language"},
		{ID: "unknown-key", Purpose: "every key is part of the language"},
		{ID: "duplicate-key", Purpose: "no mapping has a key twice"},
		{ID: "merge-key", Purpose: "no merge keys (<<)"},
		{ID: "wrong-kind", Purpose: "a value is of the kind that its key needs: a mapping, list, text, number or boolean"},
		{ID: "quote-text", Purpose: "text that YAML parsers may read as a boolean, null or number is quoted"},
		{ID: "missing-key", Purpose: "an element has all required keys"},
		{ID: "conflicting-keys", Purpose: "no two keys contradict each other"},
		{ID: "bad-value", Purpose: "a value is one that its key allows"},
		{ID: "bad-number", Purpose: "a number is a decimal in the range of its key; its unit, if any, has the dimension of the measure"},
		{ID: "bad-id", Purpose: "ids are lower-case words of letters and digits joined by underscores"},
		{ID: "duplicate-id", Purpose: "view ids are unique in the file"},
		{ID: "unknown-reference", Purpose: "every referenced tag, measure, view, value and set of buckets is declared"},
		{ID: "existing-mismatch", Purpose: "an existing measure or tag key of OpenCensus's plugins is declared as in the plugin"},
		{ID: "package-name", Purpose: "the Go package has a valid name"},
		{ID: "go-name", Purpose: "a Go name is exported and valid"},
		{ID: "go-name-clash", Purpose: "no two elements get the same Go name"},
		{ID: "output-path", Purpose: "outputs are below the schema's folder, with names that every file system allows and that Go builds on every system"},
		{ID: "recorder", Purpose: "zero rows and UTF-8 values need the recorder direct or otel, existing measures and tags need views or direct, a scope needs otel", check: checkRecorder},
		{ID: "unit", Purpose: "a unit is in the subset of UCUM that Cloud Monitoring allows"},
		{ID: "bounds", Purpose: "1 to 198 positive, strictly increasing bucket bounds"},
		{ID: "mixed-units", Purpose: "either all bounds of a time have units, or none"},
		{ID: "tag-value", Purpose: "tag values are distinct, at most 255 bytes long and, unless the tag is utf8, printable ASCII"},
		{ID: "resource", Purpose: "the monitored resource type can have custom metrics, and has the given labels"},
		{ID: "unknown-rule", Purpose: "allow names rules that can be silenced"},
		{ID: "unused-allow", Severity: Warning, Purpose: "every allow silences a problem"},
	}
}

// modelRules check tags, measures and views.
func modelRules() []Rule {
	return []Rule{
		{ID: "name-charset", Purpose: "exported names and tag keys are 1 to 255 bytes of printable ASCII", check: checkNameCharset},
		{ID: "name-style", Severity: Warning, Allowable: true, Purpose: "exported names are at most 100 letters, digits, / and _", check: checkNameStyle},
		{ID: "name-collision", Purpose: "exported names and label keys are distinct in Cloud Monitoring and Prometheus", check: checkNameCollision},
		{ID: "overlap-over", Severity: Warning, Purpose: "no `until` of a former name is before the date of `ocgen lint --today`", check: checkOverlaps},
		{ID: "otel-name-collision", Severity: Warning, Allowable: true, Purpose: "with recorder: otel, names and label keys are distinct in OpenTelemetry's exporter for Prometheus too, which by default adds unit and type to names", check: checkOtelNameCollision},
		{ID: "reserved-key", Purpose: "no tag has a key that an exporter uses itself; with recorder: otel, also none that OpenTelemetry uses", check: checkReservedKeys},
		{ID: "baggage-key", Purpose: "with recorder: otel, the key of a propagated tag is a token of RFC 7230, as baggage demands", check: checkBaggageKeys},
		{ID: "foreign-domain", Purpose: "a view's name contains no Google domain, unless the metric prefix does", check: checkForeignDomain},
		{ID: "too-many-tags", Purpose: "a view has at most 29 tags", check: checkTooManyTags},
		{ID: "unit-in-name", Severity: Warning, Allowable: true, Purpose: "a unit at the end of a name is the measure's unit", check: checkUnitInName},
		{ID: "time-scale", Severity: Warning, Allowable: true, Purpose: "the largest bound of a time is between 1 µs and 7 days", check: checkTimeScale},
		{ID: "time-rounding", Severity: Warning, Allowable: true, Purpose: "times are long enough to be rounded to the unit of an int64 measure", check: checkTimeRounding},
		{ID: "fractional-bounds", Severity: Warning, Allowable: true, Purpose: "the bounds of integer values are integers: write 2 rather than 1.00001 for \"at most 1\"", check: checkFractionalBounds},
		{ID: "bare-seconds", Severity: Warning, Allowable: true, Purpose: "bounds in seconds do not look like milliseconds", check: checkBareSeconds},
		{ID: "aggregation-in-name", Severity: Warning, Allowable: true, Purpose: "a name fits the aggregation: totals and bytes are sums, a number of open or running things is an up-down count or a last value", check: checkAggregationInName},
		{ID: "target-label", Severity: Warning, Allowable: true, Purpose: "no tag has a key that Prometheus sets on its targets", check: checkTargetLabels},
		{ID: "ignored-value", Severity: Warning, Allowable: true, Purpose: "a measure with a value has a view that uses it", check: checkIgnoredValues},
		{ID: "tag-in-no-view", Severity: Warning, Allowable: true, Purpose: "every tag of a measure is in one of the measure's views", check: checkTagsInViews},
		{ID: "count-description", Severity: Warning, Allowable: true, Purpose: "a count beside other views has its own description", check: checkCountDescriptions},
		{ID: "zero-rows", Purpose: "a view with zero rows has no tag from a context, and at most 16,384 combinations; with open tags, at most 16,384 of listed and known values, and no more than its max_series", check: checkZeroRows},
		{ID: "zero-rows-known", Severity: Warning, Allowable: true, Purpose: "the open tags of a view with zero rows have known values", check: checkZeroRowsKnown},
		{ID: "forget-shared-tag", Severity: Warning, Allowable: true, Purpose: "a measure with `forget` shares no open tag with a measure whose time series never end, because these keep the places of its values", check: checkForgetSharedTag},
		{ID: "unused-tag", Severity: Warning, Allowable: true, Purpose: "every tag is used by a measure", check: checkUnusedTags},
		{ID: "unused-measure", Severity: Warning, Allowable: true, Purpose: "every measure has a view", check: checkUnusedMeasures},
		{ID: "reserved-name", Purpose: "no view and no SLO has a name or an id that is listed as removed", check: checkReservedNames},
		{ID: "unused-buckets", Severity: Warning, Purpose: "every shared set of buckets is used", check: checkUnusedBuckets},
		{ID: "series-count", Severity: Warning, Allowable: true, Purpose: "a view has at most 200,000 time series", check: checkSeriesCount},
	}
}

// sloRules check SLOs and the views that they use.
func sloRules() []Rule {
	return []Rule{
		{ID: "goal", Purpose: "goals and thresholds are percentages up to 99.99%, or fractions"},
		{ID: "period", Purpose: "a rolling period has 1 to 30 days"},
		{ID: "window-length", Purpose: "a window lasts at least 60 s and divides a day evenly"},
		{ID: "range", Purpose: "min is below max"},
		{ID: "user-label", Purpose: "labels and owners follow the rules of the Cloud Monitoring API for user labels"},
		{ID: "basic-service", Purpose: "only services of a known type have basic indicators"},
		{ID: "slo-aggregation", Purpose: "an indicator's view has the right aggregation"},
		{ID: "slo-sum", Severity: Warning, Allowable: true, Purpose: "a ratio counts events and does not sum values", check: checkRatioSum},
		{ID: "where-tag", Purpose: "a condition's tag is one of the view's"},
		{ID: "where-value", Purpose: "the tag of a condition can have the condition's value"},
		{ID: "where-open", Severity: Warning, Allowable: true, Purpose: "a condition on an open tag compares with a known value", check: checkWhereOpen},
		{ID: "ratio-overlap", Purpose: "no time series is both good and bad", check: checkRatioOverlap},
		{ID: "ratio-outside-total", Purpose: "total includes all good and bad time series", check: checkRatioWithin},
		{ID: "threshold-not-a-bound", Allowable: true, Purpose: "a threshold is a bucket bound of its view", check: checkThresholds},
		{ID: "threshold-at-edge", Severity: Warning, Allowable: true, Purpose: "a view has bounds on both sides of a threshold, so that the threshold can be changed", check: checkThresholdEdges},
		{ID: "says-at-most", Severity: Warning, Allowable: true, Purpose: "a display name says \"under\" and not \"at most\", because a value equal to max is bad", check: checkSaysAtMost},
		{ID: "deprecated-in-slo", Severity: Warning, Allowable: true, Purpose: "no SLO uses a deprecated element", check: checkDeprecated},
	}
}

// runRules compare the schemas of a run with each other.
func runRules() []Rule {
	return []Rule{
		{ID: "metric-twice", Purpose: "schemas of one run that export a metric under one name define it alike: measure, type, unit, tag keys, aggregation, bounds", across: checkMetricTwice},
		{ID: "slo-twice", Purpose: "no two schemas of one run have an SLO of one id for one service", across: checkSLOTwice},
		{ID: "key-differs", Severity: Warning, Allowable: true, Purpose: "a tag key has the same values in all schemas of one run, or is open in all", across: checkKeyDiffers},
	}
}

// allowableRules returns the rules that an element's `allow` may silence: first the rules of
// lint, then the rules of breaking.
func allowableRules() []Rule {
	return slices.DeleteFunc(allRules(), func(row Rule) bool { return !row.Allowable })
}

// allRules returns the rows of both tables.
func allRules() []Rule {
	all := Rules()
	for _, row := range BreakingRules() {
		all = append(all, Rule{ID: row.ID, Severity: row.Severity, Allowable: row.Allowable, Purpose: row.Purpose, breaking: true})
	}
	return all
}

// ruleTable returns the rows by id.
func ruleTable() map[string]Rule {
	table := map[string]Rule{}
	for _, row := range allRules() {
		table[row.ID] = row
	}
	return table
}

// A checker applies one rule to the model. It holds the id of the rule, so a check
// cannot report under another id.
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

// eachView calls f for every view. Some facts of a view may be unread: see unread.go.
func (c *checker) eachView(f func(*View)) {
	for _, v := range c.schema.Views() {
		f(v)
	}
}

// eachSLO calls f for every SLO. Some facts of its selections may be unread.
func (c *checker) eachSLO(f func(*SLO)) {
	for _, slo := range c.schema.SLOs {
		f(slo)
	}
}
