package templates

import (
	"fmt"
	"testing"
)

var shop = Package{
	Name:     "shop",
	Views:    []string{"AView", "BView"},
	Process:  []string{"buildTag"},
	Measures: []Measure{{Var: "AMeasure", About: "All.", Unit: "ms"}},
	Existing: []Existing{
		{Ref: Ref{"go.opencensus.io/plugin/ochttp", "ServerLatency"}, Kind: "Float64", Name: "http/latency", Unit: "ms"},
		{Ref: Ref{"go.opencensus.io/plugin/ochttp", "Host"}, Name: "http.host"},
	},
	Monitoring: Monitoring{MetricPrefix: "custom.googleapis.com/x", Resource: "k8s_container",
		Labels: []ResourceLabel{{Key: "cluster_name", Values: []string{"eu", "us"}}}},
	Descriptors: []Descriptor{
		{Name: "a", About: "All.", Unit: "1", Type: "TypeCumulativeInt64", Labels: []Label{{Key: "build"}, {Key: "method", About: "HTTP method."}}},
		{Name: "b", Unit: "ms", Type: "TypeGaugeFloat64"},
	},
}

func TestSupport(t *testing.T) {
	expect(t, Support(FormatBasic), `
		// If this line does not compile, the module github.com/ocgen/ocgen in go.mod is older
		// than the ocgen that wrote this file: go get github.com/ocgen/ocgen@latest
		type generatedFormat [record.SupportsGenerated1]struct{}`)
}

func TestTypeCheck(t *testing.T) {
	expect(t, TypeCheck(shop.Existing[0]), `
		// If this line does not compile, the schema's type of the measure http/latency is wrong:
		// correct it in the schema.
		var _ *stats.Float64Measure = ochttp.ServerLatency`)
}

func TestPackageVar(t *testing.T) {
	expect(t, PackageVar(shop), `
		var generated = record.NewPackage(record.PackageInfo{
			Name: "shop",
			Parts: []record.Part{
				census.Views(census.ViewsInfo{
					Views: Views,
					Measures: []census.MeasureInfo{
						{Measure: AMeasure, Description: "All.", Unit: "ms"},
					},
					Existing: []census.Existing{
						{Measure: ochttp.ServerLatency, Name: "http/latency", Unit: "ms"},
						{Key: ochttp.Host, Name: "http.host"},
					},
				}),
			},
			Descriptors: Descriptors,
			Tags:        []*record.Tag{buildTag},
			Monitoring: record.Monitoring{
				MetricPrefix: "custom.googleapis.com/x",
				Resource:     "k8s_container",
				ResourceLabels: []record.ResourceLabel{
					{Key: "cluster_name", Values: []string{"eu", "us"}},
				},
			},
		})`)
	expect(t, PackageVar(Package{Name: "p", Monitoring: Monitoring{MetricPrefix: "x"}, Prometheus: &Prometheus{Namespace: "shop"}}), `
		var generated = record.NewPackage(record.PackageInfo{
			Name: "p",
			Parts: []record.Part{
				census.Views(census.ViewsInfo{
					Views: Views,
				}),
			},
			Descriptors: Descriptors,
			Monitoring: record.Monitoring{
				MetricPrefix: "x",
			},
			Prometheus: &record.Prometheus{Namespace: "shop"},
		})`)
}

// Packages with a direct recorder: without OpenCensus, with a key of another package,
// with all parts, and with only views.
var (
	direct = Package{
		Name: "p", InCall: true, Series: []string{"aSeries", "bSeries"}, Observed: []string{"cObserved"},
		Monitoring: Monitoring{MetricPrefix: "x"},
	}
	directKey   = Package{Name: "p", InCall: true, Existing: shop.Existing[1:], Series: []string{"aSeries"}, Monitoring: Monitoring{MetricPrefix: "x"}}
	directAll   = Package{Name: "p", InCall: true, Views: []string{"AView"}, Series: []string{"bSeries"}, Observed: []string{"cObserved", "dObserved"}}
	directViews = Package{Name: "p", InCall: true, Views: []string{"AView"}, Monitoring: Monitoring{MetricPrefix: "x"}}
)

func TestDirectPackageVar(t *testing.T) {
	expect(t, PackageVar(direct), `
		var generated = record.NewPackage(record.PackageInfo{
			Name: "p",
			Parts: []record.Part{
				series.Sets(
					aSeries,
					bSeries,
				),
				series.Observers(cObserved),
			},
			Descriptors: Descriptors,
			Monitoring: record.Monitoring{
				MetricPrefix: "x",
			},
		})`)
	expect(t, PackageVar(directViews), `
		var generated = record.NewPackage(record.PackageInfo{
			Name: "p",
			Parts: []record.Part{
				census.Views(census.ViewsInfo{
					Views: Views,
				}),
			},
			Descriptors: Descriptors,
			Monitoring: record.Monitoring{
				MetricPrefix: "x",
			},
		})`)
}

// TestOTelPackageVar has the scope for OpenTelemetry, and no metrics of OpenCensus.
func TestOTelPackageVar(t *testing.T) {
	otel := Package{Name: "p", InCall: true, OTel: true, Series: []string{"aSeries"}, Monitoring: Monitoring{MetricPrefix: "x"}}
	const want = `
		var generated = record.NewPackage(record.PackageInfo{
			Name: "p",
			Parts: []record.Part{
				series.Sets(aSeries),
			},
			Descriptors: Descriptors,
			Monitoring: record.Monitoring{
				MetricPrefix: "x",
			},
			Scope: %s,
		})`
	expect(t, PackageVar(otel), fmt.Sprintf(want, "record.ImportPath[generatedFormat]()"))
	otel.Scope = "example.com/shop"
	expect(t, PackageVar(otel), fmt.Sprintf(want, `"example.com/shop"`))
}

// TestParts checks that the functions that observe are last, so they are called first.
func TestParts(t *testing.T) {
	expect(t, PackageVar(directKey), `
		var generated = record.NewPackage(record.PackageInfo{
			Name: "p",
			Parts: []record.Part{
				census.Views(census.ViewsInfo{
					Existing: []census.Existing{
						{Key: ochttp.Host, Name: "http.host"},
					},
				}),
				series.Sets(aSeries),
			},
			Descriptors: Descriptors,
			Monitoring: record.Monitoring{
				MetricPrefix: "x",
			},
		})`)
	expect(t, PackageVar(directAll), `
		var generated = record.NewPackage(record.PackageInfo{
			Name: "p",
			Parts: []record.Part{
				census.Views(census.ViewsInfo{
					Views: Views,
				}),
				series.Sets(bSeries),
				series.Observers(
					cObserved,
					dObserved,
				),
			},
			Descriptors: Descriptors,
			Monitoring: record.Monitoring{
				MetricPrefix: "",
			},
		})`)
}

func TestHasViews(t *testing.T) {
	if !(Package{}).HasViews() || direct.HasViews() || !directViews.HasViews() {
		t.Error("Views is declared where it should not be, or the reverse")
	}
}

func TestDirectRegistration(t *testing.T) {
	expect(t, ViewsFunc(directViews), `
		// Views returns the views of measures that other packages record, registered or not.
		func Views() []*view.View {
			return []*view.View{
				AView,
			}
		}`)
	expect(t, RegisterFunc(direct), `
		// RegisterViews registers the views of this package: exports have their metrics from now
		// on.
		//
		// Earlier records are dropped. RegisterViews may be called again, and by several
		// goroutines. Its error names each view that conflicts with a registered view; after an
		// error, no view of this package is registered.
		func RegisterViews() error {
			return generated.Register()
		}`)
	expect(t, UnregisterFunc(direct), `
		// UnregisterViews unregisters the views of this package and drops their data.
		func UnregisterViews() {
			generated.Unregister()
		}`)
	expect(t, DescriptorsFunc(direct), `
		// Descriptors describes the metric of each view, in the order of the schema.
		func Descriptors() []metric.Descriptor {
			return []metric.Descriptor{}
		}`)
}

func TestViewsFunc(t *testing.T) {
	expect(t, ViewsFunc(shop), `
		// Views returns the views of this package, registered or not.
		func Views() []*view.View {
			return []*view.View{
				AView,
				BView,
			}
		}`)
}

func TestRegistration(t *testing.T) {
	expect(t, RegisterFunc(shop), `
		// RegisterViews registers the views of this package with OpenCensus.
		//
		// Earlier records are dropped. RegisterViews may be called again, and by several
		// goroutines. Its error names each view that conflicts with a registered view; after an
		// error, no view of this package is registered.
		func RegisterViews() error {
			return generated.Register()
		}`)
	expect(t, UnregisterFunc(shop), `
		// UnregisterViews unregisters the views of this package from OpenCensus and drops their
		// data.
		func UnregisterViews() {
			generated.Unregister()
		}`)
}

func TestDescriptorsFunc(t *testing.T) {
	expect(t, DescriptorsFunc(shop), `
		// Descriptors describes the metric of each view, in the order of the schema.
		//
		// Units and descriptions of labels are complete here; OpenCensus drops most of them.
		func Descriptors() []metric.Descriptor {
			return []metric.Descriptor{
				{
					Name:        "a",
					Description: "All.",
					Unit:        "1",
					Type:        metric.TypeCumulativeInt64,
					LabelKeys: []metric.LabelKey{
						{Key: "build"},
						{Key: "method", Description: "HTTP method."},
					},
				},
				{
					Name: "b",
					Unit: "ms",
					Type: metric.TypeGaugeFloat64,
				},
			}
		}`)
}
