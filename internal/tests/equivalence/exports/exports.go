// Package exports renders metrics as each exporter sends them, for a comparison:
// as text without the times.
package exports

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/otlp"
	"github.com/ocgen/ocgen/runtime/prometheus"
	"github.com/ocgen/ocgen/runtime/stackdriver"
)

// Texts returns what Prometheus, Cloud Monitoring and an OTLP receiver are told.
func Texts(ctx context.Context, metrics []*metric.Metric) ([]string, error) {
	scrape, err := scraped()
	if err != nil {
		return nil, err
	}
	cloud, err := monitored(ctx, metrics)
	if err != nil {
		return nil, err
	}
	collected, err := received(ctx, metrics)
	return []string{scrape, cloud, collected}, err
}

// scraped returns a scrape, which reads the metrics itself. Its lines are
// sorted: series come in the order in which they were read.
func scraped() (string, error) {
	var failed error
	handler, err := prometheus.New(prometheus.Options{OnError: func(err error) { failed = errors.Join(failed, err) }})
	if err != nil {
		return "", err
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if answer.Code != http.StatusOK {
		failed = errors.Join(failed, fmt.Errorf("the scrape has status %d: %s", answer.Code, answer.Body))
	}
	return sorted(strings.Split(answer.Body.String(), "\n")), failed
}

// monitored returns the descriptors and series that Cloud Monitoring gets.
func monitored(ctx context.Context, metrics []*metric.Metric) (string, error) {
	server, err := fakemonitoring.Listen(fakemonitoring.Options{})
	if err != nil {
		return "", err
	}
	defer server.Stop()
	exporter, err := stackdriver.New(ctx, stackdriver.Options{
		ProjectID: "p", TaskLabel: "task", ClientOptions: server.ClientOptions(),
	})
	if err != nil {
		return "", err
	}
	if err := export(ctx, exporter, metrics); err != nil {
		return "", err
	}
	var lines []string
	for _, d := range server.Descriptors() {
		lines = append(lines, line(d))
	}
	for _, ts := range server.Series() {
		ts = proto.Clone(ts).(*monitoringpb.TimeSeries)
		timeless(ts.ProtoReflect())
		lines = append(lines, line(ts))
	}
	return sorted(lines), nil
}

// timeless takes the times out of a message: those of points and of exemplars.
func timeless(m protoreflect.Message) {
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Message() == nil || f.IsMap():
		case f.Message().FullName() == (&timestamppb.Timestamp{}).ProtoReflect().Descriptor().FullName():
			m.Clear(f)
		case f.IsList():
			for i := range v.List().Len() {
				timeless(v.List().Get(i).Message())
			}
		default:
			timeless(v.Message())
		}
		return true
	})
}

// line returns a message as one line, which only one binary may compare:
// protojson puts in spaces that depend on it.
func line(m proto.Message) string { return protojson.MarshalOptions{}.Format(m) }

// received returns the points that an OTLP receiver gets.
func received(ctx context.Context, metrics []*metric.Metric) (string, error) {
	receiver, err := fakeotlp.Start()
	if err != nil {
		return "", err
	}
	defer receiver.Stop()
	exporter, err := otlp.New(ctx, otlp.Options{Endpoint: receiver.GRPC(), Insecure: true, Resource: map[string]string{"service.instance.id": "i"}})
	if err != nil {
		return "", err
	}
	if err := export(ctx, exporter, metrics); err != nil {
		return "", err
	}
	var lines []string
	for _, p := range receiver.Points() {
		var exemplars []string
		for _, e := range p.Exemplars {
			exemplars = append(exemplars, fmt.Sprintf("%v of %x in %x", e.GetAsDouble(), e.SpanId, e.TraceId))
		}
		slices.SortFunc(exemplars, cmp.Compare)
		lines = append(lines, fmt.Sprintf("%s %s %q %q %q {%s} started %t: %v %d, %d %v %v %d %v", p.Kind, p.Metric, p.Description, p.Unit,
			p.Scope, fakeotlp.Key(p.Attributes), !p.Start.IsZero(), p.Value, p.Int, p.Count, p.Sum, p.Bounds, p.Buckets, exemplars))
	}
	return sorted(lines), nil
}

// export prepares, exports and shuts down.
func export(ctx context.Context, exporter runtime.Exporter, metrics []*metric.Metric) error {
	var err error
	if p, ok := exporter.(runtime.Preparer); ok {
		var all []metric.Descriptor
		for _, pkg := range runtime.Registered() {
			all = append(all, pkg.Descriptors()...)
		}
		err = p.Prepare(ctx, all)
	}
	return errors.Join(err, exporter.Export(ctx, metrics), exporter.Shutdown(ctx))
}

func sorted(lines []string) string {
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
