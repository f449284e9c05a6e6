package schema

func sloSections() []Section {
	const form, period = "form", "period" // exactly one of each
	return []Section{
		{"service", []Key{
			{Name: "id", Kind: KindText, Required: true, Doc: "lower-case letters, digits, `_` and `-`, at most 63"},
			{Name: "display_name", Kind: KindText, Implied: "the id", Doc: "the name in Cloud Monitoring",
				into: into(func(s *Service) *string { return &s.DisplayName })},
			{Name: "type", Kind: KindText, Values: serviceTypeNames(), Doc: "for `basic`: a service that Google knows"},
			{Name: "service_labels", Kind: KindMap, Doc: "labels that identify the service, depending on its type"},
			{Name: "labels", Kind: KindMap, Implied: "none", Doc: "user labels, as on an SLO"},
			ownerKey("the service", "the label `owner`, else the schema's"),
			runbookKey("none"),
		}},
		{"slo", []Key{
			{Name: "description", Kind: KindProse, Implied: "none", Doc: "what users feel when the SLO is missed; every alert starts with it",
				into: into(func(slo *SLO) *string { return &slo.Description })},
			{Name: "display_name", Kind: KindText, Implied: "made from the id, the goal and the period: \"Fast enough: 99%, rolling 28 days\"", Doc: "the name in Cloud Monitoring"},
			{Name: "goal", Kind: KindNumber, Required: true, Doc: "the fraction of events or windows that should be good: `99.9%` or `0.999`, above 0 and at most 99.99%"},
			{Name: "period", Kind: KindNumber, Group: period, Implied: "this or `calendar`", Doc: "rolling: 1d to 30d"},
			{Name: "calendar", Kind: KindText, Values: []string{"day", "week", "fortnight", "month"}, Group: period, Implied: "this or `period`", Doc: "a period of the calendar"},
			{Name: "ratio", Kind: KindSection, Of: "ratio", Group: form, Implied: "exactly one form", Doc: "counts of good or bad events, and of all events"},
			{Name: "distribution", Kind: KindSection, Of: "distribution", Group: form, Implied: "exactly one form", Doc: "a value in a range is good"},
			{Name: "windows", Kind: KindSection, Of: "windows", Group: form, Implied: "exactly one form", Doc: "a window of time is good or bad as a whole, by one of the other forms, a mean or a sum"},
			{Name: "basic", Kind: KindSection, Of: "basic", Group: form, Implied: "exactly one form", Doc: "Google's own metrics of a known service"},
			{Name: "labels", Kind: KindMap, Implied: "none", Doc: "at most 64 user labels of the API, lower-case letters, digits, `_` and `-`"},
			ownerKey("the SLO", "the label `owner`, else the service's"),
			runbookKey("the service's"),
			{Name: "alerts", Kind: KindText | KindSection, Of: "slo_alerts", Implied: "the schema's `alerts`", Doc: "`none`, or keys of `alerts` that replace the schema's; not `channels`"},
			stabilityKey, allowKey,
		}},
		{"windows", []Key{
			{Name: "length", Kind: KindNumber, Required: true, Doc: "at least 60 s, and divides a day evenly: `1m`, `5m`, `1h`"},
			{Name: "threshold", Kind: KindNumber, Implied: "required, except with `mean` and `sum`", Doc: "the fraction of good events that makes a window good: `95%`"},
			{Name: "ratio", Kind: KindSection, Of: "ratio", Group: form, Implied: "exactly one form", Doc: "which events in a window are good"},
			{Name: "distribution", Kind: KindSection, Of: "distribution", Group: form, Implied: "exactly one form", Doc: "which events in a window are good"},
			{Name: "basic", Kind: KindSection, Of: "basic", Group: form, Implied: "exactly one form", Doc: "which events in a window are good"},
			{Name: "mean", Kind: KindSection, Of: "range", Group: form, Implied: "exactly one form", Doc: "of a `last_value` or `up_down` view: `{view, where, min, max}`, in its unit"},
			{Name: "sum", Kind: KindSection, Of: "range", Group: form, Implied: "exactly one form", Doc: "of a `last_value` or `up_down` view: `{view, where, min, max}`, in its unit"},
		}},
		{"basic", []Key{
			{Name: "availability", Kind: KindSection, Of: "availability", Group: form, Doc: "requests that succeed are good; `{}`"},
			{Name: "latency", Kind: KindNumber, Group: form, Doc: "requests that take at most this long are good, e.g. `300ms`"},
			{Name: "method", Kind: KindList, Implied: "all", Doc: "only requests of these methods"},
			{Name: "location", Kind: KindList, Implied: "all", Doc: "only requests in these locations"},
			{Name: "version", Kind: KindList, Implied: "all", Doc: "only requests to these versions"},
		}},
		{"availability", nil},
	}
}

// selectionSections are the sections that select time series.
func selectionSections() []Section {
	const term = "term" // exactly one
	view := Key{Name: "view", Kind: KindText, Required: true, Doc: "the id of a view"}
	where := Key{Name: "where", Kind: KindMap, Entries: KindText | KindList | KindSection, Items: KindText | KindSection, Of: "condition",
		Implied: "all series", Doc: "conditions by tag; all must hold"}
	return []Section{
		{"ratio", []Key{
			{Name: "good", Kind: KindText | KindSection, Of: "selection", Doc: "the good events: a view, or `{view, where}`"},
			{Name: "bad", Kind: KindText | KindSection, Of: "selection", Doc: "the bad events"},
			{Name: "total", Kind: KindText | KindSection, Of: "selection", Doc: "all events"},
		}},
		{"selection", []Key{view, where}},
		{"distribution", []Key{view, where,
			{Name: "min", Kind: KindNumber, Default: "0", Doc: "values of at least min are good"},
			{Name: "max", Kind: KindNumber, Default: ".inf", Doc: "values below max are good"},
		}},
		{"range", []Key{view, where,
			{Name: "min", Kind: KindNumber, Default: "-.inf", Doc: "a window below min is bad"},
			{Name: "max", Kind: KindNumber, Default: ".inf", Doc: "a window above max is bad"},
		}},
		{"condition", []Key{
			{Name: "not", Kind: KindText | KindList | KindSection, Items: KindText | KindSection, Of: "condition", Group: term, Doc: "the tag has none of these values"},
			{Name: "starts_with", Kind: KindText | KindList, Group: term, Doc: "the tag's value starts with the text, or with one of the texts"},
		}},
	}
}
