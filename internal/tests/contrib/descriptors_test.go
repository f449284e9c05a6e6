package contrib_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/internal/fakemonitoring/slocheck"
	"github.com/ocgen/ocgen/internal/tests/contrib"
	"github.com/ocgen/ocgen/schema"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
	"google.golang.org/genproto/googleapis/api/label"
	"google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/protobuf/proto"
)

// TestDescriptorsAreTheExporters exports views of every aggregation, type and
// unit with the real exporter, and compares the descriptors that it creates on
// the way with ours. Where OpenCensus keeps unit and labels they are equal; else
// ours say more.
func TestDescriptorsAreTheExporters(t *testing.T) {
	for _, c := range []struct{ prefix, name string }{
		{cloudmonitoring.DefaultPrefix, "shop"},
		{"custom.googleapis.com", "shop.example"},
		{"team/a", "shop-2"},
		{"external.googleapis.com/x", "my.googleapis.com"},
		{"workload.googleapis.com/", "//shop//x"},
		{"compute.googleapis.com/instance", "shop"}, // Google's own: neither creates any
	} {
		s := schemaOfAllKinds(c.prefix, c.name)
		want := exported(t, s)
		got := descriptorsByType(t, s)
		if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want))) {
			t.Errorf("prefix %q: types\n%q\nwant\n%q", c.prefix, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
			continue
		}
		for _, v := range s.Views() {
			metricType := s.Monitoring.MetricType(v.Name)
			compare(t, v, got[metricType], want[metricType])
		}
	}
}

// compare forgives what OpenCensus loses: units other than 1, ms and By, and
// the descriptions of labels.
func compare(t *testing.T, v *schema.View, got, want *metric.MetricDescriptor) {
	t.Helper()
	if got == nil && want == nil {
		return
	}
	want.Name = "" // the exporter fills in what the API makes of the project and the type
	if !slices.Contains([]string{"1", "ms", "By"}, v.Unit()) {
		if want.Unit != "1" || got.Unit != v.Measure.Unit {
			t.Errorf("view %s: the exporter's unit is %q and ours %q", v.Name, want.Unit, got.Unit)
		}
		want.Unit = got.Unit
	}
	for i, l := range got.Labels {
		for _, other := range want.Labels {
			if other.Key == l.Key && other.Description == "" {
				got.Labels[i] = &label.LabelDescriptor{Key: l.Key, ValueType: l.ValueType}
			}
		}
	}
	byKey := func(a, b *label.LabelDescriptor) int { return slices.Compare([]byte(a.Key), []byte(b.Key)) }
	slices.SortFunc(got.Labels, byKey) // a set: only people care which comes first
	slices.SortFunc(want.Labels, byKey)
	if !proto.Equal(got, want) {
		t.Errorf("view %s: got\n%v\nwant\n%v", v.Name, got, want)
	}
}

// schemaOfAllKinds has a view for each type, unit and aggregation.
func schemaOfAllKinds(prefix, name string) *schema.Schema {
	s := &schema.Schema{
		File: "metrics.yaml", Package: "metrics",
		Monitoring: schema.Monitoring{MetricPrefix: prefix},
		Generate:   schema.Generate{Go: "metrics_gen.go", Outputs: []schema.OutputPath{{Key: "descriptors", Path: "descriptors"}}},
	}
	tags := []*schema.Tag{{Key: "outcome", Description: "How it ended."}, {Key: "http.method"}, {Key: "1st"}, {Key: "_x"}}
	for _, valueType := range []schema.ValueType{schema.Int64, schema.Float64} {
		for i, unit := range []string{"1", "ms", "By", "s", "{EUR}"} {
			m := &schema.Measure{Type: valueType, Unit: unit, GoName: fmt.Sprintf("M%d%d", valueType, i)}
			m.Name = fmt.Sprintf("%s/%d/%d", name, valueType, i)
			for _, aggregation := range []schema.Aggregation{schema.Count, schema.Sum, schema.LastValue, schema.Distribution} {
				m.Views = append(m.Views, &schema.View{
					ID: fmt.Sprint(aggregation, valueType, i), GoName: fmt.Sprintf("V%d%d%d", aggregation, valueType, i), Name: m.Name + "/" + aggregation.String(),
					Description: "A view.", Measure: m, Aggregation: aggregation, Bounds: []float64{1, 10}, Tags: tags[:i],
				})
			}
			s.Measures = append(s.Measures, m)
		}
	}
	return s
}

func descriptorsByType(t *testing.T, s *schema.Schema) map[string]*metric.MetricDescriptor {
	t.Helper()
	files, err := generator.Generate(s)
	if err != nil {
		t.Fatal(err)
	}
	byType := map[string]*metric.MetricDescriptor{}
	for _, f := range files {
		if f.Folder != s.Generate.Path("descriptors") {
			continue
		}
		d, err := slocheck.Descriptor(f.Data)
		if err != nil {
			t.Errorf("%s: %v", f.Path, err)
		}
		byType[d.Type] = d
	}
	return byType
}

// exported records once for every view and returns the descriptors that the
// exporter then creates.
func exported(t *testing.T, s *schema.Schema) map[string]*metric.MetricDescriptor {
	t.Helper()
	meter := view.NewMeter()
	meter.Start()
	defer meter.Stop()
	for _, m := range s.Measures {
		recordOnce(t, meter, m)
	}
	meter.Find("") // comes back behind all records
	server := fakemonitoring.New(t)
	contrib.Export(t, server, s.Monitoring.MetricPrefix)
	if got := len(server.Series()); got != len(s.Views()) {
		t.Errorf("%d series arrived, want %d", got, len(s.Views()))
	}
	return server.Descriptors()
}

func recordOnce(t *testing.T, meter view.Meter, m *schema.Measure) {
	t.Helper()
	var measure stats.Measure
	var value stats.Measurement
	if m.Type == schema.Int64 {
		int64s := stats.Int64(m.Name, "A measure.", m.Unit)
		measure, value = int64s, int64s.M(3)
	} else {
		floats := stats.Float64(m.Name, "A measure.", m.Unit)
		measure, value = floats, floats.M(3)
	}
	for _, v := range m.Views {
		var keys []tag.Key
		for _, key := range v.Tags {
			keys = append(keys, tag.MustNewKey(key.Key))
		}
		aggregation := map[schema.Aggregation]*view.Aggregation{
			schema.Count: view.Count(), schema.Sum: view.Sum(), schema.LastValue: view.LastValue(),
			schema.Distribution: view.Distribution(v.Bounds...),
		}[v.Aggregation]
		if err := meter.Register(&view.View{
			Name: v.Name, Description: v.Description, Measure: measure, TagKeys: keys, Aggregation: aggregation,
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := stats.RecordWithOptions(context.Background(), stats.WithRecorder(meter), stats.WithMeasurements(value)); err != nil {
		t.Fatal(err)
	}
}
