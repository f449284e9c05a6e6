package otlp

import (
	"fmt"

	"github.com/ocgen/ocgen/runtime/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	described "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

// A request is put together from points that are encoded already. All lengths are known, so it
// is written in one pass.

// The fields of ExportMetricsServiceRequest, ResourceMetrics, ScopeMetrics and Metric. All tags
// of a request have one byte.
const (
	resourceMetricsField = 1

	resourceField     = 1
	scopeMetricsField = 2

	scopeField   = 1
	metricsField = 2

	nameField        = 1
	descriptionField = 2
	unitField        = 3
)

// An envelope is what all requests of an exporter have in common.
type envelope struct {
	resource []byte // a Resource
	scope    []byte // an InstrumentationScope
}

// bridgeScope and bridgeVersion are the scope of OpenTelemetry's bridge for OpenCensus. The
// scope may be part of the identity of a series, so a program that changes from the bridge to
// this exporter keeps its series.
const (
	bridgeScope   = "go.opentelemetry.io/otel/bridge/opencensus"
	bridgeVersion = "1.46.0"
)

// newEnvelope encodes the attributes of the process, which are texts.
func newEnvelope(process *resource.Resource) (envelope, error) {
	var r described.Resource
	for _, a := range process.Attributes() {
		r.Attributes = append(r.Attributes, &common.KeyValue{
			Key: string(a.Key), Value: &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: a.Value.AsString()}},
		})
	}
	encoded, err := proto.Marshal(&r)
	if err != nil {
		return envelope{}, fmt.Errorf("encoding the resource: %w", err)
	}
	scope, err := proto.Marshal(&common.InstrumentationScope{Name: bridgeScope, Version: bridgeVersion})
	if err != nil {
		return envelope{}, fmt.Errorf("encoding the scope: %w", err)
	}
	return envelope{encoded, scope}, nil
}

// A run is items of one metric that follow each other.
type run struct {
	metric *metric.Metric
	kind   kind
	items  []item
	points int // their size
}

// appendRuns divides items by metric.
func appendRuns(runs []run, items []item) []run {
	for first, next := 0, 0; first < len(items); first = next {
		r := run{metric: items[first].metric}
		r.kind, _ = kindOf(&r.metric.Descriptor) // a metric of another type has no items
		for next = first; next < len(items) && items[next].metric == r.metric; next++ {
			r.points += items[next].size()
		}
		r.items = items[first:next]
		runs = append(runs, r)
	}
	return runs
}

// dataSize returns the size of the Gauge, Sum, Histogram or Summary.
func (r *run) dataSize() int { return r.points + len(r.kind.suffix) }

// size returns the size of the Metric.
func (r *run) size() int {
	d := &r.metric.Descriptor
	return sizeOfText(d.Name) + sizeOfText(d.Description) + sizeOfText(d.Unit) + sizeOfField(r.dataSize())
}

// appendTo appends the Metric as an element of metrics. points has the points of all items.
func (r *run) appendTo(b, points []byte) []byte {
	d := &r.metric.Descriptor
	b = appendLength(b, metricsField, r.size())
	b = appendText(b, nameField, d.Name)
	b = appendText(b, descriptionField, d.Description)
	b = appendText(b, unitField, d.Unit)
	b = appendLength(b, r.kind.field, r.dataSize())
	for _, i := range r.items {
		b = append(b, points[i.start:i.end]...)
	}
	return append(b, r.kind.suffix...)
}

// scopeSize returns the size of the ScopeMetrics.
func (v *envelope) scopeSize(runs []run) int {
	size := sizeOfField(len(v.scope))
	for i := range runs {
		size += sizeOfField(runs[i].size())
	}
	return size
}

// resourceSize returns the size of the ResourceMetrics.
func (v *envelope) resourceSize(runs []run) int {
	return sizeOfField(len(v.resource)) + sizeOfField(v.scopeSize(runs))
}

// size returns the size of a request.
func (v *envelope) size(runs []run) int { return sizeOfField(v.resourceSize(runs)) }

// appendTo appends a request.
func (v *envelope) appendTo(b []byte, runs []run, points []byte) []byte {
	b = appendLength(b, resourceMetricsField, v.resourceSize(runs))
	b = appendLength(b, resourceField, len(v.resource))
	b = append(b, v.resource...)
	b = appendLength(b, scopeMetricsField, v.scopeSize(runs))
	b = appendLength(b, scopeField, len(v.scope))
	b = append(b, v.scope...)
	for i := range runs {
		b = runs[i].appendTo(b, points)
	}
	return b
}

// appendLength appends what precedes a message: its tag and length.
func appendLength(b []byte, field protowire.Number, length int) []byte {
	b = protowire.AppendTag(b, field, protowire.BytesType)
	return protowire.AppendVarint(b, uint64(length))
}

// appendText appends a text, unless it is empty.
func appendText(b []byte, field protowire.Number, text string) []byte {
	if text == "" {
		return b
	}
	b = protowire.AppendTag(b, field, protowire.BytesType)
	return protowire.AppendString(b, text)
}

func sizeOfText(text string) int {
	if text == "" {
		return 0
	}
	return sizeOfField(len(text))
}

// sizeOfField returns the size of a message or text with its tag and length.
func sizeOfField(length int) int { return 1 + protowire.SizeBytes(length) }
