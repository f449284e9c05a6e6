package schema

import (
	"slices"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
)

// Every key of the language is a row of a table. The reader takes from it the allowed
// and required keys of an element, and the words and numbers that a value may be. It
// reads keys that need only their kind by the table alone. docs/schema.md shows the
// table, and the JSON Schema for editors is made from it. Rules about several keys
// together are in the code that reads these keys.

// A Section is a mapping whose keys are fixed by the language.
type Section struct {
	Name string // e.g. "tag"
	Keys []Key  // in the order in which messages and the documentation list them
}

// A Key is a key that a section may have.
type Key struct {
	Name     string
	Kind     Kind     // the kinds that the value may have
	Items    Kind     // of the items of a list; text if it is 0
	Keys     Kind     // of the keys of a map; text if it is 0
	Entries  Kind     // of the values of a map; text if it is 0
	Of       string   // the section that the value, an item or an entry is
	Values   []string // the words that a text may be; nil if any text is allowed
	Min, Max int      // of an integer
	Required bool
	Group    string // exactly one key of a group is given
	Default  string // the value if the key is missing; "" if there is none, or it depends on other keys
	Implied  string // a description of the default, where there is no Default
	Doc      string // one line, in Markdown, without links and without the words of Values
	See      string // an anchor of docs/schema.md, where more is said

	// A key that needs only its kind is read into a field of the element: see
	// [fields.fill].
	into func(element any) (field any)
	// A key of the schema itself has a function that reads it. The functions are called in
	// the order of the table, so a section comes after the sections that it refers to.
	read func(*reader, *fields)
	// Entries of a map that an editor offers to insert.
	snippets []snippet
}

// into returns a field of an element, for the table.
func into[Element, Field any](field func(*Element) *Field) func(any) any {
	return func(element any) any { return field(element.(*Element)) }
}

// A Kind is a set of kinds that the value of a key may have.
type Kind int

const (
	KindText    Kind = 1 << iota // one line
	KindProse                    // text of several lines
	KindBoolean                  // true or false
	KindInteger                  // a whole number
	KindNumber                   // a decimal, with a unit or a % where the key has one
	KindList
	KindMap     // its keys are names that the schema chooses
	KindSection // keys of the language
	KindID      // lower-case words joined by underscores
	KindRule    // the id of a rule that can be silenced
)

const (
	scalarKinds     = KindText | KindProse | KindBoolean | KindInteger | KindNumber
	collectionKinds = KindList | KindMap | KindSection
)

// Sections returns the table. The schema itself is the first section.
func Sections() []Section {
	return slices.Concat(topSections(), tagSections(), measureSections(), bucketSections(), sloSections(), alertSections(), environmentSections(), selectionSections())
}

// Keys that several sections have.
var (
	goKey    = Key{Name: "go", Kind: KindText, Implied: "made from the id", Doc: "the Go name"}
	aliasKey = Key{Name: "go_aliases", Kind: KindList, Implied: "none", Doc: "former Go names, which forward to the new one", See: "renaming"}
	movedKey = Key{Name: "go_moved", Kind: KindList, Implied: "the order of now", Doc: "the tags that are parameters, in the order that the functions of `go_aliases` have", See: "renaming"}
	allowKey = Key{Name: "allow", Kind: KindList, Items: KindRule, Implied: "none", Doc: "rules to silence for this element and the elements in it"}

	stabilityKey = Key{Name: "stability", Kind: KindText, Values: []string{"stable", "experimental"}, Default: "stable", Doc: "whether its users can rely on it"}
)

// ownerKey is the key of an element that somebody owns, e.g. "the metrics".
func ownerKey(owned, implied string) Key {
	return Key{Name: "owner", Kind: KindText, Implied: implied, Doc: "the team that owns " + owned + ", e.g. `storefront`; lower-case letters, digits, `_` and `-`, at most 63"}
}

func deprecatedKey(into func(any) any) Key {
	return Key{Name: "deprecated", Kind: KindProse, Doc: "why it should no longer be used", into: into}
}

// viewStabilityKey is stabilityKey for a view, which is as stable as its measure unless
// it says otherwise.
func viewStabilityKey() Key {
	key := stabilityKey
	key.Default, key.Implied = "", "the measure's"
	return key
}

// sectionTable returns the sections by name.
func sectionTable() map[string]section {
	table := map[string]section{}
	for _, s := range Sections() {
		row := section{keys: map[string]Key{}}
		for _, k := range s.Keys {
			row.names = append(row.names, k.Name)
			row.keys[k.Name] = k
		}
		table[s.Name] = row
	}
	return table
}

// A section is a [Section] in the form that the reader uses.
type section struct {
	names []string // of the keys, in order
	keys  map[string]Key
}

// group returns the keys of a group, in order.
func (s section) group(name string) []string {
	return slices.DeleteFunc(slices.Clone(s.names), func(key string) bool { return s.keys[key].Group != name })
}

func topSections() []Section {
	return []Section{
		{"schema", []Key{
			{Name: "ocgen", Kind: KindText, Values: []string{"v1"}, Required: true, Doc: "the language's version"},
			{Name: "package", Kind: KindText, Implied: "the package clause of the Go files already there, else the folder's name", Doc: "name of the Go package"},
			{Name: "description", Kind: KindProse, Doc: "what the package measures",
				into: into(func(s *Schema) *string { return &s.Description })},
			ownerKey("the metrics", "none"),
			{Name: "prefix", Kind: KindText, Implied: "none", Doc: "start of every exported name, before the id, e.g. `shop/`"},
			{Name: "buckets", Kind: KindMap, Keys: KindID, Entries: KindList | KindSection, Items: KindNumber, Of: "buckets", read: (*reader).readBucketSets,
				Doc: "sets of bounds that several views share, by id", See: "buckets"},
			{Name: "tags", Kind: KindMap, Keys: KindID, Entries: KindSection, Of: "tag", read: (*reader).readTags, snippets: tagSnippets,
				Doc: "the tags that measures are recorded with, by id", See: "tags"},
			{Name: "measures", Kind: KindMap, Keys: KindID, Entries: KindSection, Of: "measure", read: (*reader).readMeasures, snippets: measureSnippets,
				Doc: "the measures and their views, by id", See: "measures-and-views"},
			{Name: "events", Kind: KindMap, Keys: KindID, Entries: KindSection, Of: "event", read: (*reader).readEvents,
				Doc: "measures that one call records together, by id", See: "events"},
			{Name: "service", Kind: KindSection, Of: "service", read: (*reader).readService, Implied: "required with `slos`", Doc: "the service that the SLOs belong to"},
			{Name: "alerts", Kind: KindSection, Of: "alerts", read: (*reader).readAlerts, Implied: "the defaults of its keys", Doc: "when the SLOs raise alerts, and who is told; written with `generate.alerts`, `generate.terraform` and `generate.prometheus`", See: "alerts"},
			{Name: "slos", Kind: KindMap, Keys: KindID, Entries: KindSection, Of: "slo", read: (*reader).readSLOs, snippets: sloSnippets,
				Doc: "the service level objectives, by id", See: "slos"},
			{Name: "monitoring", Kind: KindSection, Of: "monitoring", read: (*reader).readMonitoring, Doc: "how the metrics appear in Cloud Monitoring"},
			{Name: "prometheus", Kind: KindSection, Of: "prometheus", read: (*reader).readPrometheus, Doc: "how the metrics appear in Prometheus, for `generate.prometheus`", See: "prometheus"},
			{Name: "environments", Kind: KindMap, Entries: KindSection, Of: "environment", read: (*reader).readEnvironments, Implied: "none",
				Doc: "what differs between environments, by their names", See: "environments"},
			{Name: "generate", Kind: KindSection, Of: "generate", read: (*reader).readGenerate, Doc: "which files are written, and where"},
			{Name: "removed", Kind: KindSection, Of: "removed", read: (*reader).readRemoved, Doc: "metrics and SLOs that are gone, and why", See: "removed"},
			allowKey,
		}},
		{"removed", []Key{
			{Name: "metrics", Kind: KindMap, Entries: KindProse, Implied: "none", Doc: "exported names, each with the reason"},
			{Name: "slos", Kind: KindMap, Entries: KindProse, Implied: "none", Doc: "ids of SLOs, each with the reason"},
		}},
		{"monitoring", []Key{
			{Name: "metric_prefix", Kind: KindText, Default: cloudmonitoring.DefaultPrefix, Doc: "start of the metric types"},
			{Name: "resource", Kind: KindText, Values: cloudmonitoring.ResourceTypes(), Implied: "not in the filters", Doc: "monitored resource type of the metrics"},
			{Name: "resource_labels", Kind: KindMap, Entries: KindText | KindList, Doc: "values that the resource's labels may have: a text or a list for each label"},
			{Name: "project", Kind: KindText, Implied: "required for alert policies, and for dashboards with SLOs", Doc: "id of the Google Cloud project that has the SLOs"},
			{Name: "channels", Kind: KindMap, Implied: "none", Doc: "notification channels by name: `projects/…/notificationChannels/…`"},
		}},
		{"prometheus", []Key{
			{Name: "namespace", Kind: KindText, Implied: "none", Doc: "`Options.Namespace` of the handler that serves the metrics"},
			{Name: "matchers", Kind: KindMap, Entries: KindText | KindList, Implied: "none", Doc: "values that labels of the series must have, in every query: a text or a list for each label, e.g. `job: shop`"},
		}},
		{"generate", slices.Concat([]Key{
			{Name: "recorder", Kind: KindText, Values: []string{"views", "direct", "otel"}, Default: "views", Doc: "record through OpenCensus views, aggregate in the call itself, or the same without OpenCensus"},
			{Name: "scope", Kind: KindText, Implied: "the import path of the generated package", Doc: "with `recorder: otel`: name of the instrumentation scope in OpenTelemetry's SDK"},
		}, outputKeys())},
	}
}

// outputKeys are the keys of "generate" that name files and folders.
func outputKeys() []Key {
	keys := []Key{{Name: "go", Kind: KindText, Implied: "`<schema's name>_gen.go`", Doc: "the Go file"}}
	for _, kind := range outputKinds {
		implied := "not written"
		if kind.folder != "" {
			implied = "`" + kind.folder + "/` if there are SLOs"
		}
		keys = append(keys, Key{Name: kind.key, Kind: KindText, Implied: implied, Doc: kind.doc})
	}
	return keys
}

func tagSections() []Section {
	return []Section{
		{"tag", []Key{
			{Name: "description", Kind: KindProse, Doc: "what the tag means",
				into: into(func(t *Tag) *string { return &t.Description })},
			{Name: "key", Kind: KindText, Implied: "the id", Doc: "OpenCensus tag key, or OpenTelemetry attribute"},
			{Name: "values", Kind: KindList | KindMap, Entries: KindProse | KindSection, Of: "value", Doc: "the values of a closed tag; without it the tag is open"},
			{Name: "catch_all", Kind: KindText, Implied: "`" + invalidValue + "`", Doc: "closed: the value that is recorded for an unlisted one; one of the values, or one more"},
			{Name: "optional", Kind: KindBoolean, Default: "false", Doc: "closed: the tag may be absent"},
			{Name: "max_values", Kind: KindInteger, Min: 1, Max: 1_000_000, Default: "1000", Doc: "open: how many different values one process records, besides those in `known`; 1 to 1,000,000"},
			{Name: "known", Kind: KindList, Doc: "open: values that are never replaced by `__other__`"},
			{Name: "utf8", Kind: KindBoolean, Default: "false", Doc: "open: values may be any UTF-8; needs `recorder: direct` or `otel`, not with `from: context`"},
			{Name: "from", Kind: KindText, Values: []string{"context", "process"}, Implied: "a parameter of the recorder", Doc: "the source of the value"},
			{Name: "propagate", Kind: KindBoolean, Default: "false", Doc: "with `from: context`: send the tag over the wire",
				into: into(func(t *Tag) *bool { return &t.Propagate })},
			{Name: "existing", Kind: KindText, Doc: "a `tag.Key` of another package, `import/path.Name`; not with `recorder: otel`"},
			stabilityKey, deprecatedKey(into(func(t *Tag) *string { return &t.Deprecated })), goKey, aliasKey, allowKey,
		}},
		{"value", []Key{
			{Name: "description", Kind: KindProse, Doc: "what the value means",
				into: into(func(v *Value) *string { return &v.Description })},
			{Name: "go", Kind: KindText, Implied: "made from the value", Doc: "the Go name, which follows the tag's Go name"},
			aliasKey,
			deprecatedKey(into(func(v *Value) *string { return &v.Deprecated })),
		}},
	}
}

func measureSections() []Section {
	return []Section{
		{"measure", []Key{
			{Name: "description", Kind: KindProse, Implied: "required, but for an `existing` measure", Doc: "what is measured",
				into: into(func(m *Measure) *string { return &m.Description })},
			ownerKey("the metrics", "the schema's"),
			{Name: "type", Kind: KindText, Values: []string{Int64.String(), Float64.String()}, Required: true, Doc: "type of the values"},
			{Name: "unit", Kind: KindText, Required: true, Doc: "unit of the values, in UCUM, e.g. `ms`"},
			{Name: "tags", Kind: KindList, Implied: "none", Doc: "ids of the tags that it is recorded with"},
			{Name: "constant", Kind: KindNumber, Doc: "the value of every record, below 1e150: the recorder has no parameter for it"},
			{Name: "exemplars", Kind: KindBoolean, Default: "false",
				Doc:  "attach the sampled span of ctx to distribution buckets; an event attaches it to all its measures if one of them has `exemplars`",
				into: into(func(m *Measure) *bool { return &m.Exemplars })},
			{Name: "observe", Kind: KindBoolean, Default: "false", Doc: "functions return the values at export, and there is no recorder", See: "observed-measures"},
			{Name: "forget", Kind: KindBoolean, Default: "false", Doc: "of a `last_value` or `up_down`: a function ends time series, which gives their places within `max_values` and `max_series` back", See: "things-that-end"},
			{Name: "aggregation", Kind: KindText, Values: aggregations, Group: "views", Implied: "this or `views`", Doc: "the short form of a measure with one view, which has the measure's id"},
			{Name: "buckets", Kind: KindText | KindList | KindSection, Items: KindNumber, Of: "buckets", Doc: "of the view in the short form"},
			{Name: "max_series", Kind: KindInteger, Min: 1, Max: 100_000_000, Default: "10000", Doc: "of the view in the short form"},
			{Name: "zero_rows", Kind: KindBoolean, Default: "false", Doc: "of the view in the short form"},
			{Name: "views", Kind: KindMap, Keys: KindID, Entries: KindSection, Of: "view", Group: "views", Implied: "this or `aggregation`", Doc: "the metrics of the measure, by id"},
			{Name: "name", Kind: KindText, Implied: "`prefix` and id", Doc: "the exported name; `prefix` is not added"},
			{Name: "renamed_from", Kind: KindSection, Of: "renamed_from", Doc: "of the view in the short form"},
			{Name: "existing", Kind: KindText, Doc: "a measure that another package declares and records, `import/path.Name`: the schema adds views and SLOs, and no recorder is generated. `name` is required, except for measures of OpenCensus's own plugins; not with `recorder: otel`"},
			goKey, aliasKey, movedKey,
			stabilityKey, deprecatedKey(into(func(m *Measure) *string { return &m.Deprecated })), allowKey,
		}},
		{"view", []Key{
			{Name: "description", Kind: KindProse, Implied: "the measure's", Doc: "what the metric means",
				into: into(func(v *View) *string { return &v.Description })},
			{Name: "aggregation", Kind: KindText, Values: aggregations, Required: true, Doc: "how the view aggregates the measure's values"},
			{Name: "buckets", Kind: KindText | KindList | KindSection, Items: KindNumber, Of: "buckets", Doc: "required for a distribution", See: "buckets"},
			{Name: "tags", Kind: KindList, Implied: "all of the measure's", Doc: "the tags of the measure that become labels of the metric; `[]`: none"},
			{Name: "max_series", Kind: KindInteger, Min: 1, Max: 100_000_000, Default: "10000", Doc: "maximum of tag combinations of a view with open tags, 1 to 100,000,000; not for observed measures"},
			{Name: "zero_rows", Kind: KindBoolean, Default: "false", Doc: "with `recorder: direct` or `otel`, or for an `up_down`: time series exist before the first record, also those of `known` values and of bound recorders", See: "zero_rows"},
			{Name: "name", Kind: KindText, Implied: "`prefix` and id", Doc: "the exported name; `prefix` is not added"},
			{Name: "renamed_from", Kind: KindSection, Of: "renamed_from", Doc: "the former name, under which the view is exported too", See: "renaming"},
			goKey, viewStabilityKey(), deprecatedKey(into(func(v *View) *string { return &v.Deprecated })), allowKey,
		}},
		{"renamed_from", []Key{
			{Name: "name", Kind: KindText, Required: true, Doc: "the former exported name; `prefix` is not added"},
			{Name: "until", Kind: KindText, Required: true, Doc: "the last day of both names, e.g. `2027-03-01`; only `ocgen lint --today` compares it"},
			{Name: "slos", Kind: KindText, Values: []string{"old", "new"}, Default: "old", Doc: "the name in the filters of SLOs"},
		}},
		{"event", []Key{
			{Name: "description", Kind: KindProse, Doc: "what happens",
				into: into(func(e *Event) *string { return &e.Description })},
			{Name: "measures", Kind: KindList, Required: true, Doc: "ids of at least two measures that are recorded together"},
			{Name: "set", Kind: KindMap, Implied: "none", Doc: "tags with a fixed value, and the values"},
			{Name: "tags", Kind: KindList, Implied: "all of the measures'", Doc: "tags that are parameters; tags that are neither here nor in `set` are absent"},
			goKey, aliasKey, movedKey, allowKey,
		}},
	}
}

func bucketSections() []Section {
	const bounds = "bounds" // exactly one form of them
	return []Section{
		{"buckets", []Key{
			{Name: "bounds", Kind: KindList, Items: KindNumber, Group: bounds, Doc: "the bounds themselves"},
			{Name: "linear", Kind: KindSection, Of: "linear", Group: bounds, Doc: "bounds at equal distances"},
			{Name: "exponential", Kind: KindSection, Of: "exponential", Group: bounds, Doc: "bounds in equal ratios"},
			{Name: "decades", Kind: KindSection, Of: "decades", Group: bounds, Doc: "the same steps in each power of ten"},
			{Name: "include", Kind: KindText, Values: []string{"slo_thresholds"}, Implied: "none", Doc: "adds bounds: all thresholds of SLOs on the view"},
		}},
		{"linear", []Key{
			{Name: "start", Kind: KindNumber, Required: true, Doc: "the first bound"},
			{Name: "width", Kind: KindNumber, Required: true, Doc: "the distance from each bound to the next"},
			{Name: "count", Kind: KindInteger, Min: 1, Max: maxBounds, Required: true, Doc: "the number of bounds"},
		}},
		{"exponential", []Key{
			{Name: "start", Kind: KindNumber, Required: true, Doc: "the first bound"},
			{Name: "growth", Kind: KindNumber, Required: true, Doc: "each bound is the one before it times this"},
			{Name: "count", Kind: KindInteger, Min: 1, Max: maxBounds, Required: true, Doc: "the number of bounds"},
		}},
		{"decades", []Key{
			{Name: "from", Kind: KindNumber, Required: true, Doc: "the first bound"},
			{Name: "to", Kind: KindNumber, Required: true, Doc: "the largest possible bound"},
			{Name: "steps", Kind: KindList, Items: KindNumber, Required: true, Doc: "the bounds of one decade, at least 1 and below 10"},
		}},
	}
}
