package schema_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

func read(t *testing.T, file string) []byte {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// TestSample reads the schema that has every key of the language once.
func TestSample(t *testing.T) {
	s, problems := schema.Parse(read(t, "testdata/sample.yaml"), schema.Options{File: "metrics.yaml"})
	if len(problems) > 0 {
		t.Fatalf("%v", problems)
	}
	for _, c := range []struct{ what, got, want string }{
		{"tags", fmt.Sprint(tagIDs(s.Tags)), "[method outcome error_class route tenant build server_route]"},
		{"existing key", s.Tags[6].Key, "http_server_route"},
		{"existing variable", fmt.Sprint(*s.Tags[6].Existing), "{{35 15} go.opencensus.io/plugin/ochttp KeyServerRoute}"},
		{"key", s.Tags[0].Key, "http.method"},
		{"default key", s.Tags[1].Key, "outcome"},
		{"catch-all", values(s.Tags[0]), "GET=GET POST=POST PUT=PUT OTHER=OTHER* "},
		{"Go name of a value", values(s.Tags[1]), "ok=OK error=Failed "},
		{"sources", fmt.Sprint(s.Tags[3].From, s.Tags[4].From, s.Tags[5].From), fmt.Sprint(schema.FromCall, schema.FromContext, schema.FromProcess)},
		{"open", fmt.Sprint(s.Tags[3].MaxValues, s.Tags[3].Known, s.Tags[4].MaxValues), "100 [/cart /pay] 1000"},
		{"merged bounds", fmt.Sprint(view(t, s, "slow_request_latency").Bounds), "[1 2 4 8 16 32 64 128 256 300 512 1024 2048 4096 8192]"},
		{"bounds with units", fmt.Sprint(view(t, s, "request_latency").Bounds), "[5 10 25 50 100 250 500 1000 2500]"},
		{"decades", fmt.Sprint(view(t, s, "server_latency_by_route").Bounds), "[1 2 5 10 20 50 100 200 500 1000 2000 5000 10000]"},
		{"shared set", fmt.Sprint(len(view(t, s, "response_bytes").Bounds), view(t, s, "response_bytes").Bounds[:3]), "12 [1024 4096 16384]"},
		{"max_series", fmt.Sprint(view(t, s, "request_count").MaxSeries, view(t, s, "revenue").MaxSeries), "5000 10000"},
		{"names", view(t, s, "request_count").Name + " " + view(t, s, "response_bytes").Name, "shop/request_count shop.example/http/response_bytes"},
		{"inherited description", view(t, s, "request_latency").Description, "Time from the first byte read to the last byte written."},
		{"default tags of a view", fmt.Sprint(tagIDs(view(t, s, "response_bytes").Tags)), "[route]"},
		{"constant", fmt.Sprint(*s.Measures[2].Constant), "{1 0}"},
		{"unit of a count", view(t, s, "request_count").Unit(), "1"},
		{"event tags", eventTags(s.Events[0]), "method route outcome error_class tenant build "},
		{"SLOs", slos(s), "availability fast-enough slow-routes good-windows short-queue http-latency "},
		{"display name", s.SLOs[0].DisplayName, "99.9% of requests succeed, rolling 28 days"},
		{"default display names", s.SLOs[1].DisplayName + "; " + s.SLOs[2].DisplayName + "; " + s.SLOs[3].DisplayName, "Fast enough: 98%, rolling 1 day; Slow routes: 95%, rolling 7 days; Good windows: 99%, calendar week"},
		{"goal", fmt.Sprintf("%v %v %v", s.SLOs[0].Goal, s.SLOs[0].GoalText, s.SLOs[0].Days), "0.999 99.9% 28"},
		{"cut", fmt.Sprint(s.SLOs[1].SLI.Cut.Min, s.SLOs[1].SLI.Cut.Max), "0 1000"},
		{"windows", fmt.Sprintf("%v %v %v", s.SLOs[3].SLI.Windows.Length, s.SLOs[3].SLI.Windows.Threshold, s.SLOs[3].Calendar), "5m0s 0.95 WEEK"},
		{"mean", fmt.Sprint(s.SLOs[4].SLI.Windows.Mean.Min, s.SLOs[4].SLI.Windows.Mean.Max), "-Inf 100"},
		{"metric type", s.Monitoring.MetricType("shop/request_count"), "custom.googleapis.com/opencensus/shop/request_count"},
		{"outputs", fmt.Sprint(s.Generate), "{views  metrics_gen.go [{slo slo false true} {descriptors descriptors false true}]}"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", c.what, c.got, c.want)
		}
	}
}

// TestDirectSample reads the schema with the features that only the direct recorder
// has.
func TestDirectSample(t *testing.T) {
	s, problems := schema.Parse(read(t, "testdata/direct.yaml"), schema.Options{File: "metrics.yaml"})
	if len(problems) > 0 {
		t.Fatalf("%v", problems)
	}
	latency, value, carts, wait, existing := s.Measures[0], s.Measures[1], s.Measures[2], s.Measures[3], s.Measures[4]
	orders, order, local := view(t, s, "orders"), s.Events[0], s.Events[1]
	for _, c := range []struct{ what, got, want string }{
		{"recorder", s.Generate.Recorder, "direct"},
		{"UTF-8", fmt.Sprint(s.Tags[1].UTF8, s.Tags[2].UTF8, s.Tags[2].Known), "false true [Rome 東京]"},
		{"set to UTF-8", *local.Tags[2].Text, "Zürich"},
		{"condition in UTF-8", fmt.Sprint(s.SLOs[1].SLI.Cut.Selection.Where[0].Values), "[東京]"},
		{"zero rows", fmt.Sprint(orders.ZeroRows, view(t, s, "order_value").ZeroRows, view(t, s, "order_latency").ZeroRows), "true true false"},
		{"series of zero rows", fmt.Sprint(orders.Series()), fmt.Sprint(3 * 4)},
		{"observed", fmt.Sprint(latency.Observe, carts.Observe, wait.Observe, existing.Observe), "false true true false"},
		{"recorded", fmt.Sprint(latency.Recorded(), carts.Recorded(), existing.Recorded()), "true false false"},
		{"series of observers", fmt.Sprint(view(t, s, "carts").Series(), view(t, s, "pool_wait").Series(), view(t, s, "longest_wait").Series()), "1 1003 1"},
		{"bound", fmt.Sprint(latency.Bound(), value.Bound(), wait.Bound(), existing.Bound(), order.Bound(), local.Bound()), "true true false false true true"},
		{"bound names", latency.ForName() + " " + latency.BoundName() + " " + order.ForName() + " " + order.BoundName(), "OrderLatencyFor BoundOrderLatency OrderFor BoundOrder"},
		{"observer's name", wait.ObserveName(), "ObservePoolWait"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", c.what, c.got, c.want)
		}
	}
}

// TestOtelSample reads the schema of the recorder for OpenTelemetry.
func TestOtelSample(t *testing.T) {
	s, problems := schema.Parse(read(t, "testdata/otel.yaml"), schema.Options{File: "metrics.yaml"})
	if len(problems) > 0 {
		t.Fatalf("%v", problems)
	}
	if g := s.Generate; g.Recorder != "otel" || g.Scope != "example.com/shop/metrics" {
		t.Errorf("recorder %q, scope %q", g.Recorder, g.Scope)
	}
	if tenant := s.Tags[3]; tenant.Key != "shop.tenant" || !tenant.Propagate || tenant.From != schema.FromContext {
		t.Errorf("%+v", tenant)
	}
	if orders := view(t, s, "orders"); !orders.ZeroRows || !s.Tags[2].UTF8 {
		t.Errorf("zero rows %t, UTF-8 %t", orders.ZeroRows, s.Tags[2].UTF8)
	}
}

// TestRecorders checks which names each recorder declares. The names that are kept free
// are the same with all.
func TestRecorders(t *testing.T) {
	const src = `tags:
  method: {values: [GET]}
  tenant: {from: context}
measures:
  latency: {description: d, type: float64, unit: ms, tags: [method, tenant], aggregation: distribution, buckets: [1, 2]}
  depth: {description: d, type: int64, unit: "1", observe: true, aggregation: last_value}
`
	var all [][]string
	for _, c := range []struct {
		recorder      string
		inCall, otel  bool
		ownDeclared   string
		ownUndeclared string
	}{
		{"views", false, false, "Views MethodKey TenantKey LatencyMeasure LatencyView LatencyAggregation", "latencySeries"},
		{"direct", true, false, "MethodKey TenantKey latencySeries", "Views LatencyMeasure LatencyView LatencyAggregation"},
		{"otel", true, true, "latencySeries", "Views MethodKey TenantKey LatencyMeasure LatencyView LatencyAggregation"},
	} {
		s := parse(t, src+"generate: {recorder: "+c.recorder+"}\n")
		if s.Generate.InCall() != c.inCall || s.Generate.OpenTelemetry() != c.otel {
			t.Errorf("%s: in the call %t, OpenTelemetry %t", c.recorder, s.Generate.InCall(), s.Generate.OpenTelemetry())
		}
		declared, names := map[string]bool{}, []string{}
		for _, n := range s.Names() {
			declared[n.Go] = n.Declared
			names = append(names, n.Go)
		}
		all = append(all, names)
		for _, name := range strings.Fields(c.ownDeclared + " Method MethodGET ParseMethod Tenant WithTenant RecordLatency TimeLatency LatencyFor ObserveDepth RegisterViews") {
			if !declared[name] {
				t.Errorf("%s does not declare %s", c.recorder, name)
			}
		}
		for _, name := range strings.Fields(c.ownUndeclared) {
			if is, listed := declared[name]; is || !listed {
				t.Errorf("%s: %s is declared %t, listed %t", c.recorder, name, is, listed)
			}
		}
	}
	if !slices.Equal(all[0], all[1]) || !slices.Equal(all[1], all[2]) {
		t.Errorf("the names are %q", all)
	}
}

// TestDefaultOutputs reads a schema without the outputs that the sample names.
func TestDefaultOutputs(t *testing.T) {
	asked := ""
	opts := schema.Options{File: `dir\shop.metrics.yaml`, DefaultPackage: func(goFile string) string { asked = goFile; return "shop" }}
	s, problems := schema.Parse([]byte("ocgen: v1\n"), opts)
	if len(problems) > 0 || s.Package != "shop" || asked != "shop.metrics_gen.go" || s.Generate.Go != asked || len(s.Generate.Outputs) > 0 {
		t.Errorf("%v, %+v, asked for %q", problems, s, asked)
	}
	if s, _ := schema.Parse([]byte("ocgen: v1\npackage: p\n"), opts); s == nil || s.Package != "p" {
		t.Error("the schema's own package does not win")
	}
	// Go ignores a file whose name starts with _ or a dot, and refuses some others.
	for _, file := range []string{"_shop.yaml", ".shop.yaml", "-shop.yaml", " shop.yaml", "+shop.yaml", "in/_-.shop.yaml"} {
		opts.File = file
		if s, _ := schema.Parse([]byte("ocgen: v1\n"), opts); s == nil || s.Generate.Go != "shop_gen.go" {
			t.Errorf("the default output of %s is one that Go ignores", file)
		}
	}
	for file, goFile := range map[string]string{"metrics_linux.yaml": "metrics_linux_gen.go", "x_test.yaml": "x_test_gen.go", "con.yaml": "con_gen.go"} {
		opts.File = file
		if s, _ := schema.Parse([]byte("ocgen: v1\n"), opts); s == nil || s.Generate.Go != goFile {
			t.Errorf("the default output of %s is not %s", file, goFile)
		}
	}
}

// TestNoDefaultOutput reads schemas whose names cannot be turned into the name of a Go
// file.
func TestNoDefaultOutput(t *testing.T) {
	for file, want := range map[string]string{
		"_.yaml":   `_.yaml:1:1: error: the schema names no Go file, and the default name "_gen.go" is a file that Go does not build, because its name does not start with a letter or digit; add a line such as "generate: {go: metrics_gen.go}" [output-path]`,
		"📈.yaml":   `📈.yaml:1:1: error: the schema names no Go file, and the default name "📈_gen.go" is a file that Go does not build, because its name does not start with a letter or digit; add a line such as "generate: {go: metrics_gen.go}" [output-path]`,
		"aux.yaml": "",
		"NUL.yaml": "",
		"":         "", // the command checks a schema without a name and one from standard input
		"<stdin>":  "",
		strings.Repeat("x", 250) + ".yaml": strings.Repeat("x", 250) + `.yaml:1:1: error: the schema names no Go file, and the default name "` + strings.Repeat("x", 60) +
			`…" contains a name of 257 bytes, and file systems allow 255; add a line such as "generate: {go: metrics_gen.go}" [output-path]`,
	} {
		if got := strings.TrimSuffix(lint(file, []byte("ocgen: v1\npackage: p\n")), "\n"); got != want {
			t.Errorf("%q:\n got %s\nwant %s", file, got, want)
		}
		named := []byte("ocgen: v1\npackage: p\ngenerate: {go: x.go}\n")
		if got := lint(file, named); got != "" {
			t.Errorf("%q with a name for the Go file: %s", file, got)
		}
	}
}

func tagIDs(tags []*schema.Tag) []string {
	var list []string
	for _, tag := range tags {
		list = append(list, tag.ID)
	}
	return list
}

func values(tag *schema.Tag) string {
	var b strings.Builder
	for _, v := range tag.Values {
		fmt.Fprintf(&b, "%s=%s", v.Text, v.GoName)
		if v == tag.CatchAll {
			b.WriteString("*")
		}
		b.WriteString(" ")
	}
	return b.String()
}

func eventTags(e *schema.Event) string {
	var b strings.Builder
	for _, et := range e.Tags {
		b.WriteString(et.Tag.ID + " ")
	}
	return b.String()
}

func slos(s *schema.Schema) string {
	var b strings.Builder
	for _, slo := range s.SLOs {
		b.WriteString(slo.ResourceID + " ")
	}
	return b.String()
}

func view(t *testing.T, s *schema.Schema, id string) *schema.View {
	t.Helper()
	all := s.Views()
	i := slices.IndexFunc(all, func(v *schema.View) bool { return v.ID == id })
	if i < 0 {
		t.Fatalf("no view %q", id)
	}
	return all[i]
}

// TestTwentyMistakes checks that every mistake is reported, and no problem that only
// follows from another.
func TestTwentyMistakes(t *testing.T) {
	got := lint("twenty.yaml", read(t, "testdata/twenty.yaml"))
	if n := strings.Count(got, "\n"); n != 20 {
		t.Errorf("%d problems", n)
	}
	if *update {
		if err := os.WriteFile("testdata/twenty.want", []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if want := string(read(t, "testdata/twenty.want")); got != want {
		t.Error(difference(want, got))
	}
}
