package slocheck

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
)

// A Module is what the JSON files of a Terraform module declare.
type Module struct {
	Resources map[string]map[string]map[string]any // by type and name
	Variables map[string]map[string]any
	Outputs   map[string]map[string]any
	Settings  map[string]any // the block "terraform"
}

// ReadModule joins the files of a module. Two files must not declare the same.
func ReadModule(files [][]byte) (*Module, error) {
	m := &Module{Resources: map[string]map[string]map[string]any{}, Variables: map[string]map[string]any{}, Outputs: map[string]map[string]any{}}
	var f faults
	for _, data := range files {
		var file struct {
			Terraform map[string]any                       `json:"terraform"`
			Variable  map[string]map[string]any            `json:"variable"`
			Resource  map[string]map[string]map[string]any `json:"resource"`
			Output    map[string]map[string]any            `json:"output"`
		}
		d := json.NewDecoder(strings.NewReader(string(data)))
		d.DisallowUnknownFields()
		if err := d.Decode(&file); err != nil {
			return nil, err
		}
		if file.Terraform != nil {
			m.Settings = file.Terraform
		}
		maps.Copy(m.Variables, file.Variable)
		maps.Copy(m.Outputs, file.Output)
		for kind, named := range file.Resource {
			if m.Resources[kind] == nil {
				m.Resources[kind] = map[string]map[string]any{}
			}
			for name, body := range named {
				if m.Resources[kind][name] != nil {
					f.addf("two resources %s.%s", kind, name)
				}
				m.Resources[kind][name] = body
			}
		}
	}
	return m, f.err()
}

// Check compares the resources with the documentation of the provider: names, nesting and
// types. All that they refer to must exist.
func (m *Module) Check() error {
	var f faults
	for kind, named := range m.Resources {
		table, known := terraformResources[kind]
		if !known {
			f.addf("no resource %s", kind)
			continue
		}
		for name, body := range named {
			at := kind + "." + name
			if !terraformID.MatchString(name) {
				f.addf("%s is no name", at)
			}
			f.add(m.meta(at, body))
			f.add(table.check(at, plain(body)))
			f.add(m.references(at, body))
			if strings.Contains(kind, "slo") {
				f.add(oneOf(at, body, "basic_sli", "request_based_sli", "windows_based_sli"))
				f.add(oneOf(at, body, "rolling_period_days", "calendar_period"))
			}
			if body["project"] != "${var.project}" {
				f.addf("%s: project is %v", at, body["project"])
			}
		}
	}
	for name, body := range m.Outputs {
		f.add(m.references("output."+name, body))
	}
	for name, body := range m.Variables {
		if body["type"] == nil || body["description"] == nil {
			f.addf("variable %s has no type or no description", name)
		}
	}
	return f.err()
}

var terraformID = regexp.MustCompile(`^[a-z_][a-z0-9_-]*$`)

// plain returns a body without the arguments that every resource has.
func plain(body map[string]any) map[string]any {
	body = maps.Clone(body)
	delete(body, "depends_on")
	delete(body, "lifecycle")
	return body
}

// meta checks depends_on and lifecycle.
func (m *Module) meta(at string, body map[string]any) error {
	var f faults
	list, _ := body["depends_on"].([]any)
	for _, address := range list {
		kind, name, _ := strings.Cut(fmt.Sprint(address), ".")
		if m.Resources[kind][name] == nil {
			f.addf("%s depends on %v, which does not exist", at, address)
		}
	}
	lifecycle, isSet := body["lifecycle"].(map[string]any)
	if isDescriptor := strings.HasPrefix(at, "google_monitoring_metric_descriptor."); isSet != isDescriptor ||
		isSet && (lifecycle["prevent_destroy"] != true || fmt.Sprint(lifecycle["ignore_changes"]) != "[labels]" || len(lifecycle) != 2) {
		f.addf("%s: lifecycle is %v", at, body["lifecycle"])
	}
	return f.err()
}

func oneOf(at string, body map[string]any, keys ...string) error {
	n := 0
	for _, key := range keys {
		if body[key] != nil {
			n++
		}
	}
	if n != 1 {
		return fmt.Errorf("%s has %d of %q", at, n, keys)
	}
	return nil
}

func (all arguments) check(at string, body map[string]any) error {
	var f faults
	for name, a := range all {
		if _, isSet := body[name]; a.required && !isSet {
			f.addf("%s: no %s", at, name)
		}
	}
	for name, value := range body {
		a, known := all[name]
		if !known {
			f.addf("%s: no argument %s", at, name)
			continue
		}
		f.add(a.check(at+"."+name, value))
	}
	return f.err()
}

func (a argument) check(at string, value any) error {
	isText := func(v any) bool { _, ok := v.(string); return ok }
	fits := false
	switch a.kind {
	case text:
		fits = isText(value)
	case number:
		_, fits = value.(float64)
	case boolean:
		_, fits = value.(bool)
	case textList:
		if list, ok := value.([]any); ok {
			fits = len(list) > 0 && !slices.ContainsFunc(list, func(v any) bool { return !isText(v) })
		} else {
			fits = isText(value) && strings.HasPrefix(value.(string), "${") // an expression of a list
		}
	case textMap:
		m, ok := value.(map[string]any)
		fits = ok && !slices.ContainsFunc(slices.Collect(maps.Values(m)), func(v any) bool { return !isText(v) })
	case oneBlock:
		if block, ok := value.(map[string]any); ok {
			return a.block.check(at, block)
		}
	case manyBlocks:
		list, ok := value.([]any)
		var f faults
		for _, v := range list {
			block, isBlock := v.(map[string]any)
			ok = ok && isBlock
			f.add(a.block.check(at, block))
		}
		if fits = ok; ok {
			return f.err()
		}
	}
	if !fits {
		return fmt.Errorf("%s is %v", at, value)
	}
	return nil
}

// references checks that each expression of a body refers to something that exists.
func (m *Module) references(at string, v any) error {
	var f faults
	eachText(v, func(s string) {
		if _, err := m.evaluate(s); err != nil {
			f.addf("%s: %w", at, err)
		}
	})
	return f.err()
}

func eachText(v any, call func(string)) {
	switch v := v.(type) {
	case string:
		call(v)
	case []any:
		for _, inner := range v {
			eachText(inner, call)
		}
	case map[string]any:
		for _, inner := range v {
			eachText(inner, call)
		}
	}
}

var (
	attribute   = regexp.MustCompile(`^(google_[a-z_]+)\.([a-z0-9_-]+)\.(name|service_id)$`)
	channelsOf  = regexp.MustCompile(`^lookup\(var\.notification_channels, "(page|ticket)", \[\]\)$`)
	dashboardOf = regexp.MustCompile(`^(?:replace\()?file\("\$\{path\.module\}/dashboard\.json"\)(?:, "projects/-/services/([a-z0-9-]+)/", "projects/\$\{var\.project\}/services/[a-z0-9-]+/"\))?$`)
)

// evaluate returns the value of a template with the defaults of the variables.
func (m *Module) evaluate(s string) (any, error) {
	if inner, ok := strings.CutPrefix(s, "${"); ok && strings.HasSuffix(s, "}") {
		inner = strings.TrimSuffix(inner, "}")
		if c := channelsOf.FindStringSubmatch(inner); c != nil {
			channels, _ := m.Variables["notification_channels"]["default"].(map[string]any)
			list, _ := channels[c[1]].([]any)
			return list, nil
		}
		if dashboardOf.MatchString(inner) {
			return s, nil // the file is not known here
		}
	}
	var b strings.Builder
	for s != "" {
		switch {
		case strings.HasPrefix(s, "$${") || strings.HasPrefix(s, "%%{"):
			b.WriteString(s[1:3])
			s = s[3:]
		case strings.HasPrefix(s, "%{"):
			return nil, fmt.Errorf("a directive in %q", s)
		case strings.HasPrefix(s, "${"):
			inner, rest, found := strings.Cut(s[2:], "}")
			value, err := m.attribute(inner)
			if err != nil || !found {
				return nil, fmt.Errorf("%q: %w", inner, err)
			}
			b.WriteString(value)
			s = rest
		default:
			b.WriteByte(s[0])
			s = s[1:]
		}
	}
	return b.String(), nil
}

// attribute returns the value of a variable or of an attribute of a resource.
func (m *Module) attribute(name string) (string, error) {
	if name == "var.project" && m.Variables["project"] != nil {
		value, _ := m.Variables["project"]["default"].(string)
		return value, nil
	}
	a := attribute.FindStringSubmatch(name)
	if a == nil || m.Resources[a[1]][a[2]] == nil {
		return "", fmt.Errorf("%q refers to nothing", name)
	}
	body := m.Resources[a[1]][a[2]]
	if a[3] == "service_id" {
		return fmt.Sprint(body["service_id"]), nil
	}
	service, err := m.evaluate(fmt.Sprint(body["service"]))
	project, _ := m.attribute("var.project")
	return fmt.Sprintf("projects/%s/services/%v/serviceLevelObjectives/%v", project, service, body["slo_id"]), err
}

// Evaluated returns the body of a resource with the values of its expressions.
func (m *Module) Evaluated(body map[string]any) (map[string]any, error) {
	v, err := m.evaluateAll(plain(body))
	evaluated, _ := v.(map[string]any)
	return evaluated, err
}

func (m *Module) evaluateAll(v any) (any, error) {
	var f faults
	switch v := v.(type) {
	case string:
		return m.evaluate(v)
	case []any:
		list := []any{}
		for _, inner := range v {
			value, err := m.evaluateAll(inner)
			f.add(err)
			list = append(list, value)
		}
		return list, f.err()
	case map[string]any:
		all := map[string]any{}
		for key, inner := range v {
			value, err := m.evaluateAll(inner)
			f.add(err)
			all[key] = value
		}
		return all, f.err()
	}
	return v, nil
}

// APIBody returns the body of the API for an evaluated resource, as JSON has it.
func APIBody(kind string, body map[string]any) map[string]any {
	body = camelKeys(body).(map[string]any)
	delete(body, "project")
	switch kind {
	case "google_monitoring_slo":
		delete(body, "service")
		delete(body, "sloId")
		indicator := map[string]any{}
		for from, to := range map[string]string{"basicSli": "basicSli", "requestBasedSli": "requestBased", "windowsBasedSli": "windowsBased"} {
			if body[from] != nil {
				indicator[to] = body[from]
				delete(body, from)
			}
		}
		body["serviceLevelIndicator"] = indicator
		if days, ok := body["rollingPeriodDays"].(float64); ok {
			delete(body, "rollingPeriodDays")
			body["rollingPeriod"] = fmt.Sprintf("%.0fs", days*86400)
		}
	case "google_monitoring_custom_service":
		delete(body, "serviceId")
		body["custom"] = map[string]any{}
	case "google_monitoring_service":
		delete(body, "serviceId")
	case "google_monitoring_alert_policy":
		if list, _ := body["notificationChannels"].([]any); len(list) == 0 {
			delete(body, "notificationChannels")
		}
	}
	return body
}

// camelKeys returns a value with the API's keys, and with its values for availability and
// for infinities.
func camelKeys(v any) any {
	switch v := v.(type) {
	case []any:
		list := []any{}
		for _, inner := range v {
			list = append(list, camelKeys(inner))
		}
		return list
	case map[string]any:
		all := map[string]any{}
		for key, inner := range v {
			switch key {
			case "user_labels", "service_labels":
			case "availability":
				inner = map[string]any{}
			default:
				inner = camelKeys(inner)
			}
			words := strings.Split(key, "_")
			for i := range words[1:] {
				words[i+1] = strings.ToUpper(words[i+1][:1]) + words[i+1][1:]
			}
			all[strings.Join(words, "")] = inner
		}
		return all
	case float64:
		switch v {
		case math.MaxFloat64:
			return "Infinity"
		case -math.MaxFloat64:
			return "-Infinity"
		}
	}
	return v
}
