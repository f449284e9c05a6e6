// Package ocgrpcviews compares generated views with those that the gRPC plugin
// of OpenCensus declares by hand.
package ocgrpcviews

import (
	"fmt"
	"slices"
	"testing"

	"go.opencensus.io/plugin/ocgrpc"
	"go.opencensus.io/stats/view"
)

// plugin are all views of the plugin, client and server.
var plugin = []*view.View{
	ocgrpc.ClientSentBytesPerRPCView,
	ocgrpc.ClientReceivedBytesPerRPCView,
	ocgrpc.ClientRoundtripLatencyView,
	ocgrpc.ClientCompletedRPCsView,
	ocgrpc.ClientStartedRPCsView,
	ocgrpc.ClientSentMessagesPerRPCView,
	ocgrpc.ClientReceivedMessagesPerRPCView,
	ocgrpc.ClientServerLatencyView,
	ocgrpc.ServerReceivedBytesPerRPCView,
	ocgrpc.ServerSentBytesPerRPCView,
	ocgrpc.ServerLatencyView,
	ocgrpc.ServerCompletedRPCsView,
	ocgrpc.ServerStartedRPCsView,
	ocgrpc.ServerReceivedMessagesPerRPCView,
	ocgrpc.ServerSentMessagesPerRPCView,
}

// Compare reports every difference between the generated views and the
// plugin's, among them the ones that it offers as default.
func Compare(t *testing.T, generated []*view.View) {
	t.Helper()
	byName := map[string]*view.View{}
	for _, v := range generated {
		byName[v.Name] = v
	}
	if len(generated) != len(plugin) || len(byName) != len(plugin) {
		t.Errorf("%d views with %d names, want %d", len(generated), len(byName), len(plugin))
	}
	for _, v := range slices.Concat(ocgrpc.DefaultClientViews, ocgrpc.DefaultServerViews) {
		if !slices.Contains(plugin, v) {
			t.Errorf("the default view %s is not compared", v.Name)
		}
	}
	for _, want := range plugin {
		if got := byName[want.Name]; got == nil {
			t.Errorf("no view %s", want.Name)
		} else {
			compare(t, got, want)
		}
	}
}

func compare(t *testing.T, got, want *view.View) {
	t.Helper()
	for _, c := range []struct{ what, got, want string }{
		{"description", got.Description, want.Description},
		{"name of the measure", got.Measure.Name(), want.Measure.Name()},
		{"description of the measure", got.Measure.Description(), want.Measure.Description()},
		{"unit of the measure", got.Measure.Unit(), want.Measure.Unit()},
		{"type of the measure", fmt.Sprintf("%T", got.Measure), fmt.Sprintf("%T", want.Measure)},
		{"aggregation", got.Aggregation.Type.String(), want.Aggregation.Type.String()},
	} {
		if c.got != c.want {
			t.Errorf("%s: the %s is %q, want %q", want.Name, c.what, c.got, c.want)
		}
	}
	if !slices.Equal(keys(got), keys(want)) {
		t.Errorf("%s: tag keys are %v, want %v", want.Name, keys(got), keys(want))
	}
	if !slices.Equal(got.Aggregation.Buckets, want.Aggregation.Buckets) {
		t.Errorf("%s: bounds are %v, want %v", want.Name, got.Aggregation.Buckets, want.Aggregation.Buckets)
	}
}

func keys(v *view.View) []string {
	var names []string
	for _, k := range v.TagKeys {
		names = append(names, k.Name())
	}
	slices.Sort(names)
	return names
}
