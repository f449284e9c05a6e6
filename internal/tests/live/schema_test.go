package live

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/schema"
)

// A runID names a run in everything that the run creates. It begins with the time, so
// that what a killed run left is known by its age.
type runID string

func newRun(now time.Time) runID {
	random := make([]byte, 4)
	_, _ = rand.Read(random) // never fails
	return runID(fmt.Sprintf("r%08x%s", now.Unix(), hex.EncodeToString(random)))
}

// started returns when a run began.
func (r runID) started() time.Time {
	var seconds int64
	_, _ = fmt.Sscanf(string(r[1:9]), "%x", &seconds) // its pattern has been checked
	return time.Unix(seconds, 0)
}

const (
	typePrefix    = "custom.googleapis.com/ocgen_test/" // before the run, in a metric type
	servicePrefix = "ocgen-test-"                       // before the run, in the id of a service
)

// An item is one resource that a run creates, from a file that ocgen writes.
type item struct {
	kind  *kind
	file  string     // its path, after the package
	query url.Values // of the call that creates it
	under string     // the collection, e.g. "v3/projects/p/services"
	body  []byte
}

// sources are the schemas whose output is created: every form of SLO over views, with
// alerts; and the predefined indicators of a service that Google knows.
var sources = []struct{ file, suffix string }{
	{"../../../golden/alerts/metrics.yaml", ""},
	{"../../../golden/slobasic/metrics.yaml", "-basic"},
}

// generated is what ocgen writes for a run.
type generated struct {
	items []item // in the order of the sources
	code  []byte // the Go file of the first source
}

// generate generates the sources for a project and a run.
func generate(project string, run runID) (all generated, err error) {
	for _, source := range sources {
		src, err := os.ReadFile(source.file)
		if err != nil {
			return all, err
		}
		if src, err = patch(src, project, run, source.suffix); err != nil {
			return all, fmt.Errorf("%s: %w", source.file, err)
		}
		s, problems := schema.Parse(src, schema.Options{File: source.file})
		if s == nil || problems.Errors() > 0 {
			return all, fmt.Errorf("%s: %v", source.file, problems)
		}
		files, err := generator.Generate(s)
		if err != nil {
			return all, err
		}
		service := "v3/projects/" + project + "/services"
		id := servicePrefix + string(run) + source.suffix
		for _, f := range files {
			switch folder, name := path.Split(f.Path); {
			case strings.HasSuffix(f.Path, ".go") && all.code == nil:
				all.code = f.Data
			case path.Ext(name) != ".json":
			case folder == "slo/" && name == "service.json":
				all.add(&serviceKind, s, f.Path, service, url.Values{"serviceId": {id}}, f.Data)
			case folder == "slo/":
				all.add(&sloKind, s, f.Path, service+"/"+id+"/serviceLevelObjectives", url.Values{"serviceLevelObjectiveId": {strings.TrimSuffix(name, ".json")}}, f.Data)
			case folder == "descriptors/":
				all.add(&descriptorKind, s, f.Path, "v3/projects/"+project+"/metricDescriptors", nil, f.Data)
			case folder == "alerts/":
				all.add(&policyKind, s, f.Path, "v3/projects/"+project+"/alertPolicies", nil, f.Data)
			case folder == "dashboards/":
				all.add(&dashboardKind, s, f.Path, "v1/projects/"+project+"/dashboards", nil, f.Data)
			}
		}
	}
	return all, nil
}

func (g *generated) add(k *kind, s *schema.Schema, file, under string, query url.Values, body []byte) {
	g.items = append(g.items, item{kind: k, file: s.Package + "/" + file, query: query, under: under, body: body})
}

// patch gives a schema the project and the prefix of a run. Notification channels are
// removed, as a project for tests has none.
func patch(src []byte, project string, run runID, suffix string) ([]byte, error) {
	var s map[string]any
	if err := yaml.Unmarshal(src, &s); err != nil {
		return nil, err
	}
	section := func(name string) map[string]any {
		m, _ := s[name].(map[string]any)
		if m == nil {
			m = map[string]any{}
			s[name] = m
		}
		return m
	}
	monitoring, service := section("monitoring"), section("service")
	monitoring["project"], monitoring["metric_prefix"] = project, typePrefix+string(run)
	delete(monitoring, "channels")
	delete(section("alerts"), "channels")
	if len(section("alerts")) == 0 {
		delete(s, "alerts")
	}
	service["id"], service["display_name"] = servicePrefix+string(run)+suffix, "Test of ocgen "+string(run)
	folders := map[string]any{}
	for _, key := range schema.OutputKeys() {
		switch key {
		case "slo", "descriptors", "alerts", "dashboards":
			folders[key] = key
		}
	}
	s["generate"] = folders
	return json.Marshal(s) // which is YAML too
}
