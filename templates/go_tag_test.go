package templates

import (
	"fmt"
	"testing"
)

var (
	method = Tag{
		Type: "Method", Doc: Doc{Text: "HTTP method."}, KeyText: "http.method", Key: Ref{Name: "MethodKey"}, Var: "methodTag",
		Closed: &Closed{
			Int: "uint8", Parse: "ParseMethod", Of: "MethodOf", List: "MethodValues",
			Values:   []TagValue{{Const: "MethodGET", Text: "GET"}, {Const: "MethodOTHER", Text: "OTHER", Doc: Doc{Text: "Any other."}}},
			CatchAll: &TagValue{Const: "MethodOTHER", Text: "OTHER"},
		},
		Settings: []Setting{{"Values", []string{"GET", "OTHER"}}, {"CatchAll", "OTHER"}},
		Replaced: `"OTHER"`,
	}
	class = Tag{
		Type: "Class", Doc: Doc{Deprecated: "Gone.", Experimental: true}, KeyText: "class", Key: Ref{Name: "ClassKey"}, Var: "classTag",
		Closed: &Closed{
			Int: "uint16", Parse: "ParseClass", Of: "ClassOf", List: "ClassValues", Optional: true,
			Values: []TagValue{{Const: "ClassA", Text: "a"}, {Const: "ClassB", Text: `b"`}},
		},
		Settings: []Setting{{"Values", []string{"a", `b"`}}, {"Optional", true}},
		From:     "FromProcess", SetName: "SetClass", Replaced: `"__invalid__"`,
	}
	tenant = Tag{
		Type: "Tenant", KeyText: "tenant", Key: Ref{"go.opencensus.io/plugin/ochttp", "Host"}, Var: "tenantTag",
		Settings: []Setting{{"MaxValues", 10}, {"Known", []string{"acme"}}},
		From:     "FromContext", Carried: true, SetName: "WithTenant",
	}
)

func TestTagType(t *testing.T) {
	expect(t, TagType(method), `
		// Method is the tag http.method: HTTP method.
		//
		// The zero value, like any value without a constant, is recorded as "OTHER" and counted
		// in [record.Stats].
		type Method uint8`)
	expect(t, TagType(class), `
		// Class is the tag class.
		//
		// The zero value means that the tag is absent. Any other value without a constant is
		// recorded as "__invalid__" and counted in [record.Stats].
		//
		// Experimental: it may change or be removed.
		//
		// Deprecated: Gone.
		type Class uint16`)
	expect(t, TagType(tenant), `
		// Tenant is the tag tenant.
		//
		// The empty string means that the tag is absent.
		type Tenant string`)
}

func TestTagConstants(t *testing.T) {
	expect(t, TagConstants(method), `
		// The values of Method.
		const (
			MethodGET Method = iota + 1 // "GET"
			// MethodOTHER is "OTHER": Any other.
			MethodOTHER
		)`)
	expect(t, TagConstants(class), `
		// The values of Class.
		const (
			ClassA Class = iota + 1 // "a"
			ClassB                  // "b\""
		)`)
}

func TestTagKey(t *testing.T) {
	expect(t, TagKey(method), `
		// MethodKey is the OpenCensus key of Method.
		var MethodKey = tag.MustNewKey("http.method")`)
}

func TestTagVar(t *testing.T) {
	expect(t, TagVar(method), `
		var methodTag = record.NewClosedTag("http.method", record.ClosedTag{
			Values:   []string{"GET", "OTHER"},
			CatchAll: "OTHER",
		})`)
	expect(t, TagVar(class), `
		var classTag = record.NewClosedTag("class", record.ClosedTag{
			Values:   []string{"a", "b\""},
			Optional: true,
			From:     record.FromProcess,
		})`)
	expect(t, TagVar(tenant), `
		var tenantTag = record.NewOpenTag(ochttp.Host.Name(), record.OpenTag{
			MaxValues: 10,
			Known:     []string{"acme"},
			From:      record.FromContext,
			Carrier:   census.Propagated(ochttp.Host),
		})`)
}

// A tag from ctx that is not sent over the wire, with its own key.
func TestTagVarCarried(t *testing.T) {
	expect(t, TagVar(Tag{
		Var: "userTag", KeyText: "user", Key: Ref{Name: "UserKey"}, From: "FromContext", Settings: []Setting{{"MaxValues", 10}},
	}), `
		var userTag = record.NewOpenTag("user", record.OpenTag{
			MaxValues: 10,
			From:      record.FromContext,
			Carrier:   census.Carried(UserKey),
		})`)
}

// With OpenTelemetry a tag has no key variable.
func TestTagVarOTel(t *testing.T) {
	tenant := Tag{Var: "tenantTag", KeyText: "tenant", Key: Ref{Name: "TenantKey"}, From: "FromContext", OTel: true, Settings: []Setting{{"MaxValues", 10}}}
	const want = `
		var tenantTag = record.NewOpenTag("tenant", record.OpenTag{
			MaxValues: 10,
			From:      record.FromContext,
			Carrier:   otelctx.%s("tenant"),
		})`
	expect(t, TagVar(tenant), fmt.Sprintf(want, "Carried"))
	tenant.Carried = true
	expect(t, TagVar(tenant), fmt.Sprintf(want, "Propagated"))
}

func TestTagVarUTF8(t *testing.T) {
	expect(t, TagVar(Tag{Var: "cityTag", KeyText: "city", Key: Ref{Name: "CityKey"}, Settings: []Setting{{"MaxValues", 10}, {"UTF8", true}}}), `
		var cityTag = record.NewOpenTag("city", record.OpenTag{
			MaxValues: 10,
			UTF8:      true,
		})`)
}

func TestTagString(t *testing.T) {
	expect(t, TagString(method), `
		// String returns v as it is recorded.
		func (v Method) String() string {
			return methodTag.Text(uint32(v))
		}`)
	expect(t, TagString(class), `
		// String returns v as it is recorded, and "" if it is absent.
		func (v Class) String() string {
			return classTag.Text(uint32(v))
		}`)
}

func TestContextSetter(t *testing.T) {
	expect(t, ContextSetter(tenant), `
		// WithTenant returns a copy of ctx in which the tag tenant is v.
		//
		// If v is empty, the copy does not have the tag. The tag is sent over the wire with calls
		// that use the copy.
		func WithTenant(ctx context.Context, v Tenant) context.Context {
			return tenantTag.With(ctx, record.Open(v))
		}`)
	private := tenant
	private.Carried = false
	expect(t, ContextSetter(private), `
		// WithTenant returns a copy of ctx in which the tag tenant is v.
		//
		// If v is empty, the copy does not have the tag. The tag is not sent over the wire.
		func WithTenant(ctx context.Context, v Tenant) context.Context {
			return tenantTag.With(ctx, record.Open(v))
		}`)
	otel := tenant
	otel.OTel = true
	expect(t, ContextSetter(otel), `
		// WithTenant returns a copy of ctx in which the tag tenant is v.
		//
		// If v is empty, the copy does not have the tag. The tag is also in the baggage of the
		// copy, which OpenTelemetry's propagator sends over the wire.
		func WithTenant(ctx context.Context, v Tenant) context.Context {
			return tenantTag.With(ctx, record.Open(v))
		}`)
	class := class
	class.SetName = "WithClass"
	expect(t, ContextSetter(class), `
		// WithClass returns a copy of ctx in which the tag class is v.
		//
		// If v is zero, the copy does not have the tag. The tag is not sent over the wire.
		//
		// Deprecated: Gone.
		func WithClass(ctx context.Context, v Class) context.Context {
			return classTag.With(ctx, record.Closed(v))
		}`)
	method := method
	method.SetName = "WithMethod"
	expect(t, ContextSetter(method), `
		// WithMethod returns a copy of ctx in which the tag http.method is v.
		//
		// The tag is not sent over the wire.
		func WithMethod(ctx context.Context, v Method) context.Context {
			return methodTag.With(ctx, record.Closed(v))
		}`)
}

func TestProcessSetter(t *testing.T) {
	expect(t, ProcessSetter(class), `
		// SetClass sets the tag class of all records of this process.
		//
		// Call it before RegisterViews: a later call is ignored and counted in [record.Stats].
		//
		// Deprecated: Gone.
		func SetClass(v Class) {
			classTag.Set(record.Closed(v))
		}`)
}
