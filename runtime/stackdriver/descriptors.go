package stackdriver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/genproto/googleapis/api/label"
	metricpb "google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
)

const (
	// describeAgainAfter is the time after which an export tries again to create a
	// descriptor.
	describeAgainAfter = time.Minute

	// describeTime bounds the creation of descriptors in an export. It also takes at most
	// a quarter of the export's time, because points are more important.
	describeTime = 10 * time.Second
)

// A description is the state of a metric's descriptor.
type description struct {
	created *metricpb.MetricDescriptor // nil: could not be created
	tried   time.Time
}

// Prepare creates the descriptors, with units and label descriptions, that it has not
// created yet. It accepts an existing descriptor with the same kind, value type and
// labels. It returns an error for packages that do not agree with those that were
// registered before New. The next Prepare tries again to create descriptors that failed.
func (e *Exporter) Prepare(ctx context.Context, descriptors []metric.Descriptor) error {
	if e.closed.Load() {
		return fmt.Errorf("stackdriver: %w", errClosed)
	}
	if err := e.usable(); err != nil {
		return err
	}
	var wanted []*metricpb.MetricDescriptor
	for _, d := range descriptors {
		m := e.convert.descriptor(d)
		if e.describable(m) && !proto.Equal(e.known(m.Type).created, m) {
			wanted = append(wanted, m)
		}
	}
	if err := errors.Join(e.recheck(), e.describe(ctx, wanted)); err != nil {
		return fmt.Errorf("stackdriver: %w", err)
	}
	return nil
}

// describeNew creates the descriptors of metrics that have none: metrics of other producers,
// which are unknown before they have a value. A metric that has fallen gets none, because its
// points are refused.
func (e *Exporter) describeNew(ctx context.Context, metrics []*metric.Metric) error {
	var wanted []*metricpb.MetricDescriptor
	for _, m := range metrics {
		d := e.convert.descriptor(m.Descriptor)
		known := e.known(d.Type)
		if e.describable(d) && !m.Descriptor.Fallen && known.created == nil && time.Since(known.tried) > describeAgainAfter {
			wanted = append(wanted, d)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	limit := describeTime
	if deadline, ok := ctx.Deadline(); ok {
		limit = min(limit, time.Until(deadline)/4)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return e.describe(ctx, wanted)
}

func (e *Exporter) describable(d *metricpb.MetricDescriptor) bool {
	return d.MetricKind != metricpb.MetricDescriptor_METRIC_KIND_UNSPECIFIED && cloudmonitoring.Creatable(d.Type)
}

func (e *Exporter) known(metricType string) description {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.descriptions[metricType]
}

// describe creates the descriptors, a few at a time.
func (e *Exporter) describe(ctx context.Context, wanted []*metricpb.MetricDescriptor) error {
	problems := make([]error, len(wanted))
	calls := newCallGroup()
	for i, d := range wanted {
		calls.run(func() {
			err := e.create(ctx, d)
			done := description{created: d, tried: time.Now()}
			if err != nil {
				done.created = nil
				problems[i] = fmt.Errorf("creating the metric descriptor %s: %w", d.Type, err)
			}
			e.mu.Lock()
			defer e.mu.Unlock()
			e.descriptions[d.Type] = done
		})
	}
	calls.wait()
	return errors.Join(problems...)
}

// create creates or updates a descriptor. Another process may have created one with other
// properties before.
func (e *Exporter) create(ctx context.Context, d *metricpb.MetricDescriptor) error {
	_, err := e.client.CreateMetricDescriptor(ctx, &monitoringpb.CreateMetricDescriptorRequest{
		Name: "projects/" + e.convert.project, MetricDescriptor: d,
	})
	if err == nil {
		return nil
	}
	answer := status.Convert(err)
	if answer.Code() != codes.AlreadyExists {
		return e.reason(ctx, answer)
	}
	existing, err := e.client.GetMetricDescriptor(ctx, &monitoringpb.GetMetricDescriptorRequest{Name: d.Name})
	if err != nil {
		return fmt.Errorf("it exists, but it could not be read for a comparison: %w", e.reason(ctx, status.Convert(err)))
	}
	return compatible(d, existing)
}

// compatible returns an error if points cannot be written to an existing metric. A write adds
// labels that the metric does not have.
func compatible(ours, existing *metricpb.MetricDescriptor) error {
	if ours.MetricKind == existing.MetricKind && ours.ValueType == existing.ValueType {
		return nil
	}
	return fmt.Errorf("it exists as %v %v but should be %v %v: rename the view, or delete the metric's descriptor and its data",
		existing.MetricKind, existing.ValueType, ours.MetricKind, ours.ValueType)
}

// descriptor converts a descriptor. The kind of the result is unspecified if Cloud Monitoring
// has no metrics of the type.
func (c *converter) descriptor(d metric.Descriptor) *metricpb.MetricDescriptor {
	converted := &metricpb.MetricDescriptor{
		Type:        cloudmonitoring.MetricType(c.prefix, d.Name),
		DisplayName: cloudmonitoring.DisplayName(d.Name),
		Description: d.Description,
		Unit:        d.Unit,
	}
	converted.Name = fmt.Sprintf("projects/%s/metricDescriptors/%s", c.project, converted.Type)
	converted.MetricKind, converted.ValueType = kindOf(d.Type)
	if c.task != "" {
		converted.Labels = append(converted.Labels, &label.LabelDescriptor{Key: cloudmonitoring.TaskLabel, Description: cloudmonitoring.TaskLabelDescription})
	}
	for _, k := range d.LabelKeys {
		converted.Labels = append(converted.Labels, &label.LabelDescriptor{Key: cloudmonitoring.LabelKey(k.Key), Description: k.Description})
	}
	return converted
}
