package schema

// A BreakingRule is a row of the table of rules that compare a schema with an earlier
// version of it. Package compare checks them. They are here because "allow" names them.
type BreakingRule struct {
	ID        string
	Class     string   // what breaks: "data", "slo", "api", or "note" if nothing does
	Severity  Severity // the most severe if it depends on the case
	Allowable bool     // an element's `allow` may silence it
	Purpose   string   // one line, for people: the change that is reported
}

// BreakingRules returns the table, in the order of the documentation.
func BreakingRules() []BreakingRule {
	const data, slo, api, note = "data", "slo", "api", "note"
	return []BreakingRule{
		{"metric-removed", data, Error, false, "an exported name is gone, and \"removed\" does not list it"},
		{"metric-type", data, Error, true, "the kind or value type of a metric differs, so a backend refuses its points: a count or sum became a last value or an up-down count, an int64 a float64, or a distribution another aggregation"},
		{"overlap-type", data, Error, false, "a view is renamed from a metric of another kind or value type, so a backend refuses the points under the old name"},
		{"metric-meaning", data, Error, true, "a count became a sum, or a last value an up-down count, or the reverse: the metric has the same type and other numbers"},
		{"metric-unit", data, Error, true, "the unit of a metric differs"},
		{"label-removed", data, Error, true, "a metric lost a label: filters by it find nothing"},
		{"label-renamed", data, Error, true, "a tag has another key"},
		{"label-added", data, Warning, true, "a metric has a new label: each of its series ends and others begin"},
		{"value-removed", data, Error, true, "a closed tag lost a value, which is now recorded as another one; a warning unless an SLO names the value"},
		{"tag-closed", data, Error, true, "an open tag became closed: values that are not listed are lost"},
		{"tag-opened", data, Warning, true, "a closed tag became open: only its max_values limits the series"},
		{"catch-all-changed", data, Warning, true, "values that are not listed are recorded as another one"},
		{"bound-lowered", data, Warning, true, "the limit `max_series` or `max_values` is lower, or a known value is gone, so more values become `__other__`"},
		{"buckets-changed", data, Error, true, "the bounds of a distribution differ; a warning unless an SLO of the base cuts at a bound that is gone"},
		{"resource-changed", data, Error, true, "the metric prefix, the monitored resource or the values of its labels differ: all series have another identity"},
		{"environment-removed", data, Error, true, "an environment is gone, so programs that choose it do not start, or start with other facts"},
		{"recorder-direct", data, Warning, true, "the recorder changed, so records by hand no longer arrive, or tags and spans come from OpenTelemetry"},

		{"slo-removed", slo, Error, false, "an SLO is gone, and \"removed\" does not list it"},
		{"slo-service", slo, Error, true, "the service has another id, so all its SLOs have other names"},
		{"slo-period", slo, Error, true, "the period of an SLO differs: budget and burn rate start anew"},
		{"slo-indicator", slo, Warning, true, "the generated indicator of an SLO differs: form, view, filter or threshold"},
		{"slo-goal", slo, Warning, true, "the goal of an SLO differs"},
		{"alert-removed", slo, Error, true, "an SLO that still exists lost an alert policy"},
		{"alert-changed", slo, Warning, true, "an alert policy has another burn rate, short look-back, minimum of events or other channels"},

		{"api-removed", api, Error, true, "an exported Go identifier is gone; a warning in a package that no other module can import"},
		{"api-changed", api, Error, true, "an exported Go identifier has another type or other parameters; a warning in a package that no other module can import"},
		{"api-silent", api, Error, false, "parameters changed places among ones that take the same constants, or a value of an event is recorded as another measure, so calls compile and record under the wrong names"},
		{"api-package", api, Error, true, "the Go package has another name or folder; a warning in a package that no other module can import"},

		{"metric-added", note, Info, false, "a metric is new"},
		{"value-added", note, Info, false, "a closed tag has a new value"},
		{"slo-added", note, Info, false, "an SLO is new"},
		{"metric-moved", note, Info, false, "another schema exports the metric now"},
		{"description-changed", note, Info, false, "the description of a metric differs"},
		{"series-growth", note, Warning, true, "a metric can have more series in a process; a note unless it has 1,000 more and twice as many"},
		{"idle-allow", note, Info, false, "an allow of one of these rules silences nothing"},
	}
}
