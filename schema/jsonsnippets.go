package schema

import "gopkg.in/yaml.v3"

// A snippet is an entry of a map that an editor offers to insert. Its body is YAML. The
// parts to fill in have a number and a text that stands there at first, as in
// ${1:availability}. Editors insert texts without quotes, so a text that needs quotes
// contains them.
type snippet struct{ label, doc, body string }

var tagSnippets = []snippet{
	{"closed tag", "a tag with a list of values: each becomes a Go constant", `
${1:outcome}:
  description: ${2:How the request ended.}
  values:
    - ${3:ok}
    - ${4:error}
`},
	{"open tag", "a tag with any values", `
${1:route}:
  description: ${2:Matched route pattern, never the raw path.}
  max_values: 1000
`},
}

var measureSnippets = []snippet{
	{"measure of a time", "a duration, exported as a distribution", `
${1:request_latency}:
  description: ${2:Time to answer.}
  type: float64
  unit: ms
  aggregation: distribution
  buckets:
    - 10ms
    - 50ms
    - 100ms
    - 500ms
    - 1s
`},
	{"measure of a count", "a number of events: the recorder takes no value", `
${1:requests}:
  description: ${2:Requests served.}
  type: int64
  unit: '"1"'
  constant: 1
  aggregation: count
`},
}

var sloSnippets = []snippet{
	{"SLO: ratio", "a fraction of the events is good", `
${1:availability}:
  goal: ${2:99.9%}
  period: ${3:28d}
  ratio:
    bad:
      view: ${4:request_count}
      where:
        ${5:outcome}: ${6:error}
    total: ${4:request_count}
`},
	{"SLO: distribution", "a fraction of the values is in a range", `
${1:fast}:
  goal: ${2:98%}
  period: ${3:28d}
  distribution:
    view: ${4:request_latency}
    max: ${5:500ms}
`},
	{"SLO: windows", "a fraction of the windows of time is good", `
${1:good_windows}:
  goal: ${2:99%}
  period: ${3:28d}
  windows:
    length: ${4:5m}
    threshold: ${5:95%}
    distribution:
      view: ${6:request_latency}
      max: ${7:500ms}
`},
	{"SLO: basic", "Google's own metrics of a service with a type", `
${1:fast_enough}:
  goal: ${2:95%}
  period: ${3:28d}
  basic:
    latency: ${4:300ms}
`},
}

// snippetsOf returns the value of "defaultSnippets", a keyword of editors.
func snippetsOf(k Key) []object {
	var list []object
	for _, s := range k.snippets {
		var body yaml.Node
		if err := yaml.Unmarshal([]byte(s.body), &body); err != nil {
			panic("ocgen bug: the snippet " + s.label + ": " + err.Error())
		}
		list = append(list, object{{"label", s.label}, {"description", sentence(s.doc)}, {"body", jsonOf(body.Content[0])}})
	}
	return list
}

// jsonOf returns a node as a value for JSON.
func jsonOf(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		o := object{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			o = append(o, member{n.Content[i].Value, jsonOf(n.Content[i+1])})
		}
		return o
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			list = append(list, jsonOf(item))
		}
		return list
	}
	var v any
	if err := n.Decode(&v); err != nil {
		panic("ocgen bug: " + err.Error())
	}
	return v
}
