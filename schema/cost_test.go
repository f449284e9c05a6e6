package schema_test

import (
	"fmt"
	"strings"
)

const head = "ocgen: v1\npackage: p\n"

// repeat returns head, then line as often as it fits into size bytes, with # replaced
// by the number of the repetition, then tail.
func repeat(size int, head, line, tail string) string {
	var b strings.Builder
	b.WriteString(head)
	for i := 0; b.Len() < size-len(tail); i++ {
		b.WriteString(strings.ReplaceAll(line, "#", fmt.Sprint(i)))
	}
	b.WriteString(tail)
	return b.String()
}

const (
	tagsOfA  = head + "tags:\n a: {max_values: 5}\n"
	oneView  = "measures:\n m: {description: d, type: int64, unit: \"1\", tags: [a], aggregation: count}\n"
	oneCut   = "measures:\n m: {description: d, type: int64, unit: \"1\", aggregation: distribution, buckets: {bounds: [1, 9], include: slo_thresholds}}\n"
	service  = "service: {id: s}\n"
	aMeasure = ": {description: d, type: int64, unit: \"1\", aggregation: count}\n"
)

// hostile are schemas of a given size. Each has much of one thing, in its most
// expensive form.
var hostile = []struct {
	name string
	make func(size int) string
}{
	{"comments", func(n int) string { return repeat(n, head, "# a\n", "") }},
	{"blank lines", func(n int) string { return repeat(n, head, "\n", "") }},
	{"flow list", func(n int) string { return repeat(n, head+"a: [", "a,", "]") }},
	{"block list", func(n int) string { return repeat(n, head+"a:\n", "- a\n", "") }},
	{"deep list", func(n int) string { return repeat(n, head+"a: ", "[", "") }},
	{"deep mapping", func(n int) string { return repeat(n, head+"a: ", "{a: ", "") }},
	{"unknown keys", func(n int) string { return repeat(n, head, "k#: 1\n", "") }},
	{"near misses", func(n int) string { return repeat(n, head+"tags:\n", " a#: {descriptoin: x}\n", "") }},
	{"duplicate keys", func(n int) string { return repeat(n, head, "a: 1\n", "") }},
	{"merge keys", func(n int) string { return repeat(n, head+"a: &a {}\ntags:\n", " a#: {<<: 1}\n", "") }},
	{"tags", func(n int) string { return repeat(n, head+"tags:\n", " a#: {max_values: 1}\n", "") }},
	{"empty tags", func(n int) string { return repeat(n, head+"tags:\n", " a#:\n", "") }},
	{"YAML tags", func(n int) string { return repeat(n, head+"tags:\n", " a#: !x {}\n", "") }},
	{"values", func(n int) string { return repeat(n, head+"tags:\n a: {values: [", "v#,", "]}\n") }},
	{"equal values", func(n int) string { return repeat(n, head+"tags:\n a: {values: [", "v,", "]}\n") }},
	{"tags of a measure", func(n int) string {
		return repeat(n, repeat(n/2, head+"tags:\n", " a#: {}\n", "measures:\n m: {tags: ["), "a#,", "], views: {v: {tags: [a1]}, w: {}}}\n")
	}},
	{"unknown tags of a measure", func(n int) string {
		return repeat(n, repeat(n/2, head+"tags:\n", " a#: {}\n", "measures:\n m: {tags: ["), "b#,", "]}\n")
	}},
	{"views over many tags", func(n int) string {
		many := repeat(n/3, head+"tags:\n", " a#: {}\n", "")
		many = repeat(2*n/3, many+"measures:\n m:\n  description: d\n  type: int64\n  unit: By\n  tags: [", "a#,", "]\n  views:\n")
		return repeat(n, many, "   v#: {aggregation: count}\n", "")
	}},
	{"views", func(n int) string {
		return repeat(n, head+"measures:\n m:\n  description: d\n  type: int64\n  unit: By\n  views:\n", "   v#: {aggregation: count}\n", "")
	}},
	{"measures", func(n int) string { return repeat(n, head+"measures:\n", " m#"+aMeasure, "") }},
	{"one view twice", func(n int) string {
		return repeat(n, head+"measures:\n", " m#: {description: d, type: int64, unit: By, views: {v: {aggregation: count}}}\n", "")
	}},
	{"clashing names", func(n int) string {
		return repeat(n, head+"measures:\n", " m#: {go: M, description: d, type: int64, unit: By, name: n, aggregation: count}\n", "")
	}},
	{"long prefix", func(n int) string {
		return repeat(n, head+"prefix: "+strings.Repeat("p", n/2)+"\nmeasures:\n", " m#"+aMeasure, "")
	}},
	{"long metric prefix", func(n int) string {
		return repeat(n, head+"monitoring: {metric_prefix: a/"+strings.Repeat("p", n/2)+"}\nmeasures:\n", " m#"+aMeasure, "")
	}},
	{"long id", func(n int) string {
		return repeat(n, head+"measures:\n ? "+strings.Repeat("m", n/2)+"\n : {", "k#: 1,", "}\n")
	}},
	{"long alias", func(n int) string {
		return repeat(n, head+"description: &a "+strings.Repeat("m", n/2)+"\nallow: [", "*a,", "]\n")
	}},
	{"long unit", func(n int) string {
		return head + "measures:\n m: {description: d, type: int64, aggregation: count, unit: " + strings.Repeat(".s", n/2) + "}\n"
	}},
	{"long number", func(n int) string {
		return head + "measures:\n m: {description: d, type: int64, unit: By, aggregation: count, constant: " + strings.Repeat("9", n) + "}\n"
	}},
	{"long anchor", func(n int) string { return head + "a: *" + strings.Repeat("a", n) + "\n" }},
	{"aliases without anchor", func(n int) string { return repeat(n, head, "#*ab\n", "a: *a") }},
	{"sets of buckets", func(n int) string { return repeat(n, head+"buckets:\n", " b#: [1]\n", "") }},
	{"bounds", func(n int) string {
		return repeat(n, head+"measures:\n m: {description: d, type: int64, unit: By, aggregation: distribution, buckets: [", "1#,", "]}\n")
	}},
	{"events", func(n int) string {
		return repeat(n, repeat(n/2, head+"measures:\n", " m#"+aMeasure, "events:\n e: {measures: ["), "m#,", "]}\n")
	}},
	{"unknown measures of events", func(n int) string {
		return repeat(n, repeat(n/2, head+"measures:\n", " m#"+aMeasure, "events:\n e: {measures: ["), "x#,", "]}\n")
	}},
	{"event over many tags", func(n int) string {
		many := repeat(n/3, head+"tags:\n", " a#: {}\n", "measures:\n a: {tags: &t [")
		many = repeat(2*n/3, many, "a#,", "]}\n b: {tags: *t}\nevents:\n e: {measures: [a, b], set: {")
		return repeat(n, many, "a#: x,", "}}\n")
	}},
	{"SLOs", func(n int) string {
		return repeat(n, tagsOfA+oneView+service+"slos:\n", " s#: {goal: 99%, period: 1d, ratio: {bad: {view: m, where: {a: x}}, total: m}}\n", "")
	}},
	{"SLOs of unknown views", func(n int) string {
		views := repeat(n/2, head+"measures:\n", " m#"+aMeasure, service+"slos:\n")
		return repeat(n, views, " s#: {goal: 99%, period: 1d, ratio: {bad: x#, total: m1}}\n", "")
	}},
	{"thresholds", func(n int) string {
		return repeat(n, head+oneCut+service+"slos:\n", " s#: {goal: 99%, period: 1d, distribution: {view: m, max: 1#}}\n", "")
	}},
	{"where over many values", func(n int) string {
		values := repeat(n/3, head+"tags:\n a: {values: [", "v#,", "]}\n"+oneView+service+"slos:\n s: {goal: 99%, period: 1d, ratio: {bad: {view: m, where: {a: [")
		return repeat(n, values, "v#,", "]}}, good: {view: m, where: {a: {not: v1}}}}}\n")
	}},
	{"where unknown among many values", func(n int) string {
		values := repeat(n/3, head+"tags:\n a: {values: [", "v#,", "]}\n"+oneView+service+"slos:\n s: {goal: 99%, period: 1d, ratio: {bad: {view: m, where: {a: [")
		return repeat(n, values, "w#,", "]}}, total: m}}\n")
	}},
	{"where over many prefixes", func(n int) string {
		values := repeat(n/3, head+"tags:\n a: {values: [", "v#,", "]}\n"+oneView+service+"slos:\n s: {goal: 99%, period: 1d, ratio: {bad: {view: m, where: {a: {starts_with: [")
		return repeat(n, values, "v#,", "]}}}, good: {view: m, where: {a: {not: {starts_with: v1}}}}}}\n")
	}},
	{"SLOs over many values", func(n int) string {
		values := repeat(n/2, head+"tags:\n a: {values: [", "v#,", "]}\n"+oneView+service+"slos:\n")
		return repeat(n, values, " s#: {goal: 99%, period: 1d, ratio: {bad: {view: m, where: {a: {not: v1}}}, good: {view: m, where: {a: {starts_with: v1}}}}}\n", "")
	}},
	{"where over many tags", func(n int) string {
		return repeat(n, tagsOfA+oneView+service+"slos:\n s: {goal: 99%, period: 1d, ratio: {total: m, bad: {view: m, where: {", "b#: x,", "}}}}\n")
	}},
	{"long deprecation", func(n int) string {
		view := strings.Replace(oneView, "type", "deprecated: "+strings.Repeat("d", n/2)+", type", 1)
		return repeat(n, tagsOfA+view+service+"slos:\n", " s#: {goal: 99%, period: 1d, ratio: {bad: m, total: m}}\n", "")
	}},
	{"labels", func(n int) string { return repeat(n, head+"service: {id: s, labels: {", "a#: b,", "}}\n") }},
	{"resource labels", func(n int) string {
		return repeat(n, head+"monitoring: {resource: global, resource_labels: {", "a#: b,", "}}\n")
	}},
	{"allow", func(n int) string { return repeat(n, head+"allow: [", "name-style,", "]\n") }},
	{"allow unknown", func(n int) string { return repeat(n, head+"allow: [", "name-styles,", "]\n") }},
	{"anchors", func(n int) string { return repeat(n, head+"a: [", "&a# a,", "]") }},
	{"aliases", func(n int) string { return repeat(n, head+"a: [&a a,", "*a,", "]") }},
}
