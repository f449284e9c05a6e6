package slocheck

import (
	"fmt"
	"strings"
	"testing"
)

const (
	descriptor = `{"type": "custom.googleapis.com/opencensus/a", "labels": [{"key": "how", "valueType": "STRING"}, {"key": "who"}],
		"metricKind": "CUMULATIVE", "valueType": "DISTRIBUTION", "unit": "ms", "description": "d", "displayName": "OpenCensus/a"}`
	custom = `{"displayName": "Shop", "custom": {}, "userLabels": {"team": "a"}}`
	basic  = `{"displayName": "Shop", "basicService": {"serviceType": "CLOUD_RUN", "serviceLabels": {"service_name": "shop", "location": "eu"}}}`
)

func TestDescriptor(t *testing.T) {
	d, err := Descriptor([]byte(descriptor))
	if err != nil || d.Type != "custom.googleapis.com/opencensus/a" {
		t.Errorf("got %v, %v", d, err)
	}
}

func TestDescriptorRefuses(t *testing.T) {
	var many strings.Builder
	for i := range 30 {
		fmt.Fprintf(&many, `{"key": "k%d"}, `, i)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"type": "custom.`, `"type": "compute.`, "only custom"},
		{`"type": "custom.googleapis.com/opencensus/a"`, `"type": ""`, "only custom"},
		{`"unit": "ms"`, `"unit": ""`, "no unit"},
		{`"OpenCensus/a"`, `""`, "no displayName"},
		{`"unit"`, `"name": "projects/p", "unit"`, "name is"},
		{`CUMULATIVE`, `GAUGE`, "GAUGE of DISTRIBUTION"},
		{`CUMULATIVE`, `DELTA`, "DELTA of DISTRIBUTION"},
		{`"DISTRIBUTION"`, `"BOOL"`, "CUMULATIVE of BOOL"},
		{`"DISTRIBUTION"`, `"HISTOGRAM"`, "invalid value for enum"},
		{`"who"`, `"how"`, `"how" stands twice`},
		{`"who"`, `"http.method"`, `label key "http.method"`},
		{`"who"`, `"_who"`, `label key "_who"`},
		{`"who"`, `"` + strings.Repeat("x", 101) + `"`, "label key"},
		{`"STRING"`, `"INT64"`, `label "how" is INT64`},
		{`"labels": [`, `"labels": [` + many.String(), "32 labels"},
	} {
		refused(t, descriptor, c.old, c.new, c.want, func(data []byte) error { _, err := Descriptor(data); return err })
	}
}

func TestService(t *testing.T) {
	for _, text := range []string{custom, basic} {
		if _, err := Service([]byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestServiceRefuses(t *testing.T) {
	check := func(data []byte) error { _, err := Service(data); return err }
	for _, c := range []struct{ text, old, new, want string }{
		{custom, `"Shop"`, `""`, "no displayName"},
		{custom, `"custom": {}`, `"name": "shop"`, "name is"},
		{custom, `"custom": {}, `, ``, "either custom or basicService"},
		{custom, `"a"`, `"A"`, "user label"},
		{custom, `"custom": {}`, `"custom": {"id": 1}`, "unknown field"},
		{basic, `"basicService"`, `"custom": {}, "basicService"`, "either custom or basicService"},
		{basic, `CLOUD_RUN`, `CLOUD_WALK`, "no predefined indicators"},
		{basic, `"location"`, `"region"`, "serviceLabels are"},
		{basic, `, "location": "eu"`, ``, "serviceLabels are"},
	} {
		refused(t, c.text, c.old, c.new, c.want, check)
	}
}

// refused checks that text is no longer taken when old is replaced by new.
func refused(t *testing.T, text, old, new, want string, check func([]byte) error) {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("%s is not in %s", old, text)
	}
	err := check([]byte(strings.Replace(text, old, new, 1)))
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s → %s: got error %v, want one with %q", old, new, err, want)
	}
}
