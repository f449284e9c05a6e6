package live

import (
	"cmp"
	"fmt"
	"slices"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"cloud.google.com/go/monitoring/dashboard/apiv1/dashboardpb"
	"google.golang.org/genproto/googleapis/api/label"
	"google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A kind is a type of resource.
type kind struct {
	name    string // as the report has it
	field   string // of a list
	message func() proto.Message
	updated bool // ocgen's documentation changes what exists with PATCH and the same body
}

var (
	descriptorKind = kind{"metric descriptors", "metricDescriptors", func() proto.Message { return &metric.MetricDescriptor{} }, false}
	serviceKind    = kind{"services", "services", func() proto.Message { return &monitoringpb.Service{} }, true}
	sloKind        = kind{"SLOs", "serviceLevelObjectives", func() proto.Message { return &monitoringpb.ServiceLevelObjective{} }, true}
	policyKind     = kind{"alert policies", "alertPolicies", func() proto.Message { return &monitoringpb.AlertPolicy{} }, false}
	dashboardKind  = kind{"dashboards", "dashboards", func() proto.Message { return &dashboardpb.Dashboard{} }, false}
)

// kinds are all kinds, in the order in which they are created. Each refers only to those
// before it.
var kinds = []*kind{&descriptorKind, &serviceKind, &sloKind, &policyKind, &dashboardKind}

// difference compares what was sent with what the API keeps. What the API adds is none.
func (k *kind) difference(sent, kept []byte) error {
	want, got := k.message(), k.message()
	if err := protojson.Unmarshal(sent, want); err != nil {
		return err
	}
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(kept, got); err != nil {
		return err
	}
	for _, m := range []proto.Message{want, got} {
		if d, ok := m.(*metric.MetricDescriptor); ok {
			slices.SortFunc(d.Labels, func(a, b *label.LabelDescriptor) int { return cmp.Compare(a.Key, b.Key) })
		}
	}
	return covers("", want.ProtoReflect(), got.ProtoReflect())
}

// added are the fields that the API sets, beside messages and lists.
var added = []protoreflect.Name{"name", "etag", "launch_stage"}

// covers returns where a message differs from what was sent. Messages, lists and the
// fields of added may be there without having been sent.
func covers(at string, want, got protoreflect.Message) error {
	fields := want.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		here := at + "." + f.JSONName()
		switch {
		case !want.Has(f) && (f.IsList() || f.Message() != nil && !f.IsMap() || slices.Contains(added, f.Name())):
		case f.IsList():
			a, b := want.Get(f).List(), got.Get(f).List()
			if a.Len() != b.Len() {
				return fmt.Errorf("%s has %d elements, %d were sent", here, b.Len(), a.Len())
			}
			for i := range a.Len() {
				if err := same(fmt.Sprintf("%s[%d]", here, i), f, a.Get(i), b.Get(i)); err != nil {
					return err
				}
			}
		case f.Message() != nil && !f.IsMap() && !got.Has(f):
			return fmt.Errorf("%s is not there", here)
		default:
			if err := same(here, f, want.Get(f), got.Get(f)); err != nil {
				return err
			}
		}
	}
	return nil
}

func same(at string, f protoreflect.FieldDescriptor, want, got protoreflect.Value) error {
	if f.Message() != nil && !f.IsMap() {
		return covers(at, want.Message(), got.Message())
	}
	if !want.Equal(got) {
		return fmt.Errorf("%s is %v, %v was sent", at, got, want)
	}
	return nil
}
