package schema

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// resourceID is what the API takes for the id of a service or an SLO.
var resourceID = regexp.MustCompile(`^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$`)

func (r *reader) readService(f *fields) {
	if !f.has("service") {
		return
	}
	before := r.errors
	s := &Service{Place: f.place("service")}
	r.schema.Service = s
	sf := r.fields(f.entries["service"], place(f.keys["service"]), "service",
		"id", "display_name", "type", "service_labels", "labels")
	sf.require("id")
	s.ID = strings.ReplaceAll(sf.text("id"), "_", "-")
	if s.ID != "" && !resourceID.MatchString(s.ID) {
		r.report("bad-id", sf.place("id"), "%s is not a service id; write lower-case letters, digits and hyphens, starting with a letter, at most 63", quote(s.ID))
	}
	if s.DisplayName = sf.text("display_name"); s.DisplayName == "" {
		s.DisplayName = s.ID
	}
	r.readServiceType(sf, s)
	s.Labels = r.readUserLabels(sf)
	s.broken = r.errors > before
}

func (r *reader) readSLOs(f *fields) {
	// With a measure that gave no view, a view may be declared after all.
	r.viewsUnread = r.unread["measures"] || r.unread["views"] ||
		slices.ContainsFunc(r.schema.Measures, func(m *Measure) bool { return m.broken && len(m.Views) == 0 })
	for _, e := range f.elements("slos", "slo") {
		before := r.errors
		slo := &SLO{Place: e.at, ID: e.id, ResourceID: strings.ReplaceAll(e.id, "_", "-")}
		r.readSLO(slo, e)
		slo.broken = e.bad || r.errors > before
		r.schema.SLOs = append(r.schema.SLOs, slo)
	}
	if len(r.schema.SLOs) > 0 && !f.has("service") && !f.meant["service"] {
		r.report("missing-key", place(f.keys["slos"]), "SLOs belong to a service; add a line such as \"service: {id: shop, display_name: Shop}\"")
	}
}

func (r *reader) readSLO(slo *SLO, e element) {
	f := r.fields(e.value, e.at, "slo "+quote(e.id),
		"display_name", "goal", "period", "calendar", "ratio", "distribution", "windows", "basic", "labels", "allow")
	slo.scope = r.readScope(f, r.schema.scope)
	switch {
	case idPattern.MatchString(e.id) && !resourceID.MatchString(slo.ResourceID):
		r.report("bad-id", e.at, "the id %q has %d characters; the API takes 63", clip(e.id), len(e.id))
	case slo.ResourceID == "service":
		r.report("bad-id", e.at, "an slo cannot have the id \"service\": its file would be service.json, which describes the service")
	}
	f.require("goal")
	goal := r.readFraction(f, "goal")
	if goal != nil {
		slo.Goal, _ = goal.Float64()
		slo.GoalText = percent(goal)
	}
	r.readPeriod(f, slo)
	slo.displayAt = f.place("display_name")
	if slo.DisplayName = f.text("display_name"); !f.has("display_name") {
		slo.DisplayName = defaultDisplayName(slo)
	}
	switch form := f.exactlyOne("ratio", "distribution", "windows", "basic"); form {
	case "ratio", "distribution", "basic":
		slo.SLI.Ratio, slo.SLI.Distribution, slo.SLI.Basic = r.readIndicator(f, form, slo)
	case "windows":
		slo.SLI.Windows = r.readWindows(f.entries[form], slo)
	}
	slo.Labels = r.readUserLabels(f)
}

// defaultDisplayName is, for fast_enough, "Fast enough: 99%, rolling 28 days".
func defaultDisplayName(slo *SLO) string {
	words := strings.ReplaceAll(slo.ID, "_", " ")
	if words != "" {
		words = strings.ToUpper(words[:1]) + words[1:]
	}
	switch {
	case slo.Calendar != "":
		return fmt.Sprintf("%s: %s, calendar %s", words, slo.GoalText, strings.ToLower(slo.Calendar))
	case slo.Days == 1:
		return fmt.Sprintf("%s: %s, rolling 1 day", words, slo.GoalText)
	}
	return fmt.Sprintf("%s: %s, rolling %d days", words, slo.GoalText, slo.Days)
}

func (r *reader) readFraction(f *fields, key string) *big.Rat {
	if !f.has(key) {
		return nil
	}
	text, ok := r.scalar(f.entries[key], key)
	if !ok {
		return nil
	}
	value, err := parseFraction(text)
	if err != nil {
		r.report("goal", f.place(key), "%s: %v", key, err)
		return nil
	}
	return value
}

func (r *reader) readPeriod(f *fields, slo *SLO) {
	switch f.exactlyOne("period", "calendar") {
	case "period":
		text, ok := r.scalar(f.entries["period"], "period")
		if !ok {
			return
		}
		days, err := parseDays(text)
		if err != nil {
			r.report("period", f.place("period"), "period: %v", err)
		}
		slo.Days = days
	case "calendar":
		slo.Calendar = strings.ToUpper(f.choice("calendar", "day", "week", "fortnight", "month"))
	}
}

// readIndicator reads one of the forms that may also stand inside windows.
func (r *reader) readIndicator(f *fields, form string, slo *SLO) (*Ratio, *DistributionCut, *Basic) {
	n := f.entries[form]
	switch form {
	case "ratio":
		return r.readRatio(n, slo), nil, nil
	case "distribution":
		return nil, r.readCut(n, slo), nil
	case "basic":
		return nil, nil, r.readBasic(n)
	}
	return nil, nil, nil
}

func (r *reader) readRatio(n *yaml.Node, slo *SLO) *Ratio {
	f := r.fields(n, place(n), "ratio", "good", "bad", "total")
	if count := len(f.entries); count != 2 && !f.broken && f.meant == nil {
		r.report("conflicting-keys", f.at, "a ratio takes exactly two of good, bad and total; this has %d", count)
	}
	read := func(key string) *Selection {
		if !f.has(key) {
			return nil
		}
		s := r.readSelection(f.entries[key], key, slo)
		if s == nil {
			return nil
		}
		r.expect(s, slo, "a ratio counts events", Count, Sum)
		return s
	}
	return &Ratio{Good: read("good"), Bad: read("bad"), Total: read("total")}
}

// expect reports a selection whose view's aggregation does not fit its place.
func (r *reader) expect(s *Selection, slo *SLO, reason string, fitting ...Aggregation) {
	if s.View.broken || s.View.Measure.broken || slices.Contains(fitting, s.View.Aggregation) {
		return
	}
	var words []string
	for _, a := range fitting {
		words = append(words, a.String())
	}
	r.reportIn(slo.scope, "slo-aggregation", s.Place, "%s, so it needs a view with the aggregation %s; %q is a %s", reason, oneOf(words), s.View.ID, s.View.Aggregation)
}

// readSelection reads a view's id, or a mapping with view and where and
// whatever further keys the form has; nil if the view is not known.
func (r *reader) readSelection(n *yaml.Node, what string, slo *SLO) *Selection {
	if n.Kind == yaml.ScalarNode {
		return r.selectView(n, what)
	}
	return r.readWhere(r.fields(n, place(n), what, "view", "where"), slo)
}

func (r *reader) selectView(n *yaml.Node, what string) *Selection {
	if !r.isLine(n, what) {
		return nil
	}
	v := r.views[n.Value]
	if v == nil {
		if !r.viewsUnread {
			r.unknown(place(n), "view", n.Value, "measures", r.viewIDs)
		}
		return nil
	}
	return &Selection{Place: place(n), View: v}
}

// hasTag reports whether the view has the tag, and true for a view that has more
// than it may.
func (v *View) hasTag(t *Tag) bool { return len(v.Tags) > maxTags || slices.Contains(v.Tags, t) }

func (r *reader) readWhere(f *fields, slo *SLO) *Selection {
	f.require("view")
	if !f.has("view") {
		return nil
	}
	s := r.selectView(f.entries["view"], "view")
	if s == nil || !f.has("where") {
		return s
	}
	pairs, _ := r.pairs(f.entries["where"], "where")
	for _, p := range pairs {
		if c, ok := r.readCondition(s, p); ok {
			s.Where = append(s.Where, c)
		}
	}
	return s
}

func (r *reader) readCondition(s *Selection, p pair) (Condition, bool) {
	c := Condition{Place: place(p.key), Tag: r.tags[p.key.Value]}
	switch {
	case !r.isLine(p.key, "a tag's id"):
		return c, false
	case c.Tag == nil:
		r.unknown(place(p.key), "tag", p.key.Value, "tags", r.tagIDs)
		return c, false
	case s.View.broken || s.View.Measure.broken:
		return c, false
	case !s.View.hasTag(c.Tag):
		c.Tag.named = true
		r.report("where-tag", place(p.key), "the view %q has no tag %q%s", s.View.ID, c.Tag.ID, r.tagHint(c.Tag.ID, s.View.Tags))
		return c, false
	}
	before := r.errors
	items := []*yaml.Node{p.value}
	switch p.value.Kind {
	case yaml.SequenceNode:
		if items = r.list(p.value, "where"); len(items) == 0 {
			r.report("bad-value", place(p.value), "the list is empty; nothing would be selected")
		}
	case yaml.MappingNode:
		f := r.fields(p.value, place(p.value), "a condition", "not", "starts_with")
		switch key := f.exactlyOne("not", "starts_with"); key {
		case "":
			return c, false
		case "not":
			c.Op, items = Not, []*yaml.Node{f.entries[key]}
		default:
			c.Op, items = StartsWith, []*yaml.Node{f.entries[key]}
		}
	}
	c.listed = map[string]bool{}
	for _, item := range items {
		if !r.isLine(item, "a value of "+c.Tag.ID) {
			continue
		}
		if c.listed[item.Value] {
			r.report("bad-value", place(item), "the value %s is listed twice", quote(item.Value))
			continue
		}
		c.listed[item.Value] = true
		r.checkConditionValue(c, item)
		c.Values = append(c.Values, item.Value)
	}
	return c, r.errors == before
}

// checkConditionValue reports a value that a closed tag never has.
func (r *reader) checkConditionValue(c Condition, n *yaml.Node) {
	t := c.Tag
	if t.broken {
		return
	}
	if n.Value == "" || len(n.Value) > 255 || !isPrintableASCII(n.Value) {
		r.report("where-value", place(n), "no tag has the value %s: values are 1 to 255 bytes of printable ASCII", quote(n.Value))
		return
	}
	if !t.Closed() {
		return
	}
	if c.Op == StartsWith {
		if len(t.startingWith(n.Value)) == 0 {
			r.report("where-value", place(n), "no value of the tag %q starts with %q%s", t.ID, n.Value, r.valueHint(t, n.Value))
		}
		return
	}
	if t.value(n.Value) == nil && !(n.Value == invalidValue && t.CatchAll == nil) {
		r.report("where-value", place(n), "the tag %q has no value %q%s", t.ID, n.Value, r.valueHint(t, n.Value))
	}
}

func (r *reader) readCut(n *yaml.Node, slo *SLO) *DistributionCut {
	f := r.fields(n, place(n), "distribution", "view", "where", "min", "max")
	s := r.readWhere(f, slo)
	if !f.broken && !f.has("min") && !f.has("max") && !f.meant["min"] && !f.meant["max"] {
		r.report("missing-key", f.at, "a distribution needs \"max\", \"min\" or both: values from min up to, and without, max are good")
	}
	if s == nil {
		return nil
	}
	r.expect(s, slo, "a cut needs buckets", Distribution)
	cut := &DistributionCut{Selection: *s, Max: math.Inf(1), minAt: f.place("min"), maxAt: f.place("max")}
	unit := s.View.Measure.Unit
	before := r.errors
	cut.exactMin = r.readBound(f, "min", unit, &cut.Min)
	cut.exactMax = r.readBound(f, "max", unit, &cut.Max)
	r.checkThreshold(f, "min", s.View, cut.exactMin)
	r.checkThreshold(f, "max", s.View, cut.exactMax)
	if cut.Min >= cut.Max && r.errors == before {
		r.report("range", f.place(f.last("min", "max")), "min %s is not below max %s", formatNumber(cut.Min), formatNumber(cut.Max))
	}
	return cut
}

// checkThreshold reports a threshold that can be no bound of the view.
func (r *reader) checkThreshold(f *fields, key string, v *View, exact *big.Rat) {
	switch {
	case exact == nil:
	case exact.Sign() < 0:
		r.report("range", f.place(key), "%s is %s, and a distribution's bounds are above 0; write one of them, or leave min out", key, f.written(key))
	case v.Measure.Type == Int64 && !exact.IsInt():
		r.report("bad-number", f.place(key), "%s is %s, and the measure %q holds integers; write a whole number", key, f.written(key), v.Measure.ID)
	}
}

// readBound reads one end of a range into target, which keeps its default
// without the key; the exact value is nil for an infinity.
func (r *reader) readBound(f *fields, key, unit string, target *float64) *big.Rat {
	n := f.entries[key]
	if n == nil || unit == "" {
		return nil
	}
	switch word := n.Value; {
	case n.Kind != yaml.ScalarNode || len(word) > len("-.inf"):
	case strings.EqualFold(word, ".inf") || strings.EqualFold(word, "+.inf"):
		*target = math.Inf(1)
		return nil
	case strings.EqualFold(word, "-.inf"):
		*target = math.Inf(-1)
		return nil
	}
	exact := r.quantity(n, key, unit)
	if exact == nil {
		return nil
	}
	value, err := ratFloat(exact)
	if err != nil {
		r.report("bad-number", place(n), "%s: %v", key, err)
		return nil
	}
	*target = value
	return exact
}

func (r *reader) readWindows(n *yaml.Node, slo *SLO) *Windows {
	f := r.fields(n, place(n), "windows", "length", "threshold", "ratio", "distribution", "basic", "mean", "sum")
	w := &Windows{Place: place(n)}
	f.require("length")
	r.readWindowLength(f, w)
	form := f.exactlyOne("ratio", "distribution", "basic", "mean", "sum")
	switch form {
	case "":
	case "mean":
		w.Mean = r.readMetricRange(f.entries[form], form, slo)
	case "sum":
		w.Sum = r.readMetricRange(f.entries[form], form, slo)
	default:
		w.Ratio, w.Distribution, w.Basic = r.readIndicator(f, form, slo)
		f.require("threshold")
	}
	switch {
	case form == "mean" || form == "sum":
		f.notWith("is for ratio, distribution and basic; a "+form+" has min and max", "threshold")
	default:
		if t := r.readFraction(f, "threshold"); t != nil {
			w.Threshold, _ = t.Float64()
		}
	}
	return w
}

func (r *reader) readWindowLength(f *fields, w *Windows) {
	if !f.has("length") {
		return
	}
	text, ok := r.scalar(f.entries["length"], "length")
	if !ok {
		return
	}
	length, err := parseLength(text)
	switch {
	case err != nil:
		r.report("window-length", f.place("length"), "length: %v", err)
	case length < minWindow || day%length != 0:
		r.report("window-length", f.place("length"), "a window of %s does not do: it lasts at least 60 seconds and divides a day evenly, as 1m, 5m, 10m, 15m, 30m and 1h do", clip(text))
	}
	w.Length = length
}

func (r *reader) readMetricRange(n *yaml.Node, what string, slo *SLO) *MetricRange {
	f := r.fields(n, place(n), what, "view", "where", "min", "max")
	s := r.readWhere(f, slo)
	if !f.broken && !f.has("min") && !f.has("max") && !f.meant["min"] && !f.meant["max"] {
		r.report("missing-key", f.at, "a %s needs \"min\", \"max\" or both: a window is good from min to max, both included", what)
	}
	if s == nil {
		return nil
	}
	r.expect(s, slo, "a "+what+" over windows needs a gauge", LastValue)
	m := &MetricRange{Selection: *s, Min: math.Inf(-1), Max: math.Inf(1)}
	before := r.errors
	r.readBound(f, "min", s.View.Measure.Unit, &m.Min)
	r.readBound(f, "max", s.View.Measure.Unit, &m.Max)
	if m.Min >= m.Max && r.errors == before {
		r.report("range", f.place(f.last("min", "max")), "min %s is not below max %s", formatNumber(m.Min), formatNumber(m.Max))
	}
	return m
}

func (r *reader) readBasic(n *yaml.Node) *Basic {
	f := r.fields(n, place(n), "basic", "availability", "latency", "method", "location", "version")
	b := &Basic{Place: place(n)}
	switch f.exactlyOne("availability", "latency") {
	case "availability":
		b.Availability = true
		r.fields(f.entries["availability"], f.place("availability"), "availability")
	case "latency":
		if text, ok := r.scalar(f.entries["latency"], "latency"); ok {
			length, err := parseLength(text)
			if err != nil {
				r.report("bad-number", f.place("latency"), "latency: %v", err)
			}
			b.Latency = length
		}
	}
	b.Methods, b.Locations, b.Versions = r.readTexts(f, "method"), r.readTexts(f, "location"), r.readTexts(f, "version")
	if s := r.schema.Service; s != nil && s.Type == "" && !s.broken {
		r.report("basic-service", b.Place, "a basic indicator reads metrics that Google predefines for known services, and this service is a custom one; give service.type, one of %s", oneOf(serviceTypeNames()))
	}
	return b
}

func (r *reader) readTexts(f *fields, key string) []string {
	if !f.has(key) {
		return nil
	}
	var list []string
	for _, item := range r.texts(f.entries[key], key) {
		list = append(list, item.Value)
	}
	return list
}

// includeThresholds merges the thresholds of SLOs into the bounds of the views
// that ask for it.
func (r *reader) includeThresholds() {
	extra := map[*View][]*big.Rat{}
	for _, slo := range r.schema.SLOs {
		cut := slo.cut()
		if cut == nil || !cut.Selection.View.include || cut.Selection.View.exact == nil {
			continue
		}
		for _, t := range []*big.Rat{cut.exactMin, cut.exactMax} {
			if t != nil && t.Sign() > 0 {
				extra[cut.Selection.View] = append(extra[cut.Selection.View], t)
			}
		}
	}
	for _, v := range r.schema.Views() {
		if len(extra[v]) > 0 {
			r.mergeThresholds(v, extra[v])
		}
	}
}

func (r *reader) mergeThresholds(v *View, thresholds []*big.Rat) {
	merged := mergeBounds(v.exact, thresholds)
	rounded, err := roundBounds(merged)
	if err == nil && len(merged) > maxBounds {
		err = fmt.Errorf("with the thresholds of its SLOs, the view %q has %d bounds; Cloud Monitoring takes %d: leave some out", v.ID, len(merged), maxBounds)
	}
	if err != nil {
		r.report("bounds", v.boundsAt, "%v", err)
		v.broken = true
		return
	}
	v.exact, v.Bounds = merged, rounded
}

// cut returns the SLO's distribution cut, also that inside windows; or nil.
func (slo *SLO) cut() *DistributionCut {
	if w := slo.SLI.Windows; w != nil {
		return w.Distribution
	}
	return slo.SLI.Distribution
}
