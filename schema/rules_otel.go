package schema

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
)

// reservedByOtel returns why OpenTelemetry reserves a key, or "".
func reservedByOtel(key string) string {
	switch label := otelLabel(key); {
	case label == "otel_scope_name" || label == "otel_scope_version" || label == "otel_scope_schema_url":
		return "OpenTelemetry's exporter for Prometheus describes the instrumentation scope with it"
	case label == "otel_metric_overflow":
		return "OpenTelemetry's SDK marks its overflow series with it"
	case strings.HasPrefix(label, "__") || label == "_":
		return "OpenTelemetry's exporter for Prometheus turns it into the label " + clip(label) + ", which is invalid"
	}
	return ""
}

// checkOtelNameCollision reports names that only OpenTelemetry's exporter for Prometheus
// makes equal. A scrape then fails, or mixes the series. This is a warning, because the
// program may use another exporter, or another strategy for names.
func checkOtelNameCollision(c *checker) {
	if !c.schema.Generate.OpenTelemetry() {
		return
	}
	first := map[string]export{}
	c.eachView(c.checkOtelLabels)
	c.eachExport(func(e export) {
		v := e.view
		if v.Unit() == "" || v.Aggregation == unknownAggregation {
			return
		}
		for _, name := range otelNames(e) {
			other, taken := first[name]
			switch {
			case name == otelTargetInfo:
				c.problem(c.ofView(v).scope, e.at, "the view %s gets the name %s in OpenTelemetry's exporter for Prometheus, which is the exporter's own metric; give the view another name", owner(e.String()), name)
				return
			case !taken:
				first[name] = e
			case other != e && !c.collides(other, e):
				c.problem(c.ofView(v).scope, e.at, "%s get the name %s in OpenTelemetry's exporter for Prometheus, which by default adds the unit and the type to names; give one of them another name", both(other, e), name)
				return
			}
		}
	})
}

// collides reports whether the names of two exports are equal in every program, which
// checkNameCollision reports.
func (c *checker) collides(a, b export) bool {
	names := prometheusNames(a)
	return c.schema.Monitoring.MetricType(a.name) == c.schema.Monitoring.MetricType(b.name) ||
		slices.ContainsFunc(prometheusNames(b), func(name string) bool { return slices.Contains(names, name) })
}

// checkOtelLabels reports keys that the exporter makes equal, because it joins
// underscores. It then joins their values.
func (c *checker) checkOtelLabels(v *View) {
	if len(v.Tags) > maxTags {
		return // another rule reports it
	}
	first := map[string]*Tag{}
	for _, t := range v.Tags {
		if t.Key == "" || reservedByOtel(t.Key) != "" {
			continue // another rule reports it
		}
		label := otelLabel(t.Key)
		switch other := first[label]; {
		case other == nil:
			first[label] = t
		case cloudmonitoring.LabelKey(other.Key) == cloudmonitoring.LabelKey(t.Key), sanitizePrometheus(other.Key) == sanitizePrometheus(t.Key):
			// checkNameCollision reports it
		default:
			c.problem(c.ofView(v).scope, v.Place, "the tags %q and %q of the view %q both become the label %s in OpenTelemetry's exporter for Prometheus, which joins their values; give one of them another key", other.ID, t.ID, v.ID, label)
		}
	}
}

// baggageKey matches a token of RFC 7230, section 3.2.6. W3C baggage has no escapes for
// other characters of a key.
var baggageKey = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

// checkBaggageKeys reports keys that OpenTelemetry leaves out of the header baggage. It
// tells nobody.
func checkBaggageKeys(c *checker) {
	if !c.schema.Generate.OpenTelemetry() {
		return
	}
	for _, t := range c.schema.Tags {
		worse := t.Key == "" || len(t.Key) > maxNameBytes || !isPrintableASCII(t.Key) // another rule reports it
		if t.Propagate && t.From == FromContext && !worse && !baggageKey.MatchString(t.Key) {
			c.problem(c.ofTag(t).scope, c.ofTag(t).keyAt, "the key %q of the propagated tag %q is not a token of RFC 7230, so OpenTelemetry leaves it out of the baggage; set another with \"key:\", made of letters, digits and !#$%%&'*+-.^_`|~, or delete \"propagate\"", t.Key, owner(t.ID))
		}
	}
}
