package fakemonitoring

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// A restServer answers the REST calls of gRPC services. The paths, the fields that they
// hold and the bodies are those of the annotations in the API's protos.
type restServer struct{ routes []route }

// A route is one HTTP rule of a method.
type route struct {
	verb   string
	path   *regexp.Regexp // with a group for each variable
	fields []string       // that the groups set, e.g. "service.name"
	body   string         // the field, "*" for the whole request, "" for none
	method grpc.MethodDesc
	impl   any
	input  protoreflect.MessageType
}

// RegisterService implements grpc.ServiceRegistrar: it adds the routes of a service.
func (s *restServer) RegisterService(desc *grpc.ServiceDesc, impl any) {
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(desc.ServiceName))
	if err != nil {
		panic(err) // the generated code of the service registers it
	}
	methods := found.(protoreflect.ServiceDescriptor).Methods()
	for _, m := range desc.Methods {
		d := methods.ByName(protoreflect.Name(m.MethodName))
		input, err := protoregistry.GlobalTypes.FindMessageByName(d.Input().FullName())
		if err != nil {
			panic(err)
		}
		rule, _ := proto.GetExtension(d.Options(), annotations.E_Http).(*annotations.HttpRule)
		if rule == nil {
			continue
		}
		for _, r := range append([]*annotations.HttpRule{rule}, rule.AdditionalBindings...) {
			verb, template := pattern(r)
			path, fields := compile(template)
			s.routes = append(s.routes, route{verb, path, fields, r.Body, m, impl, input})
		}
	}
}

func pattern(r *annotations.HttpRule) (verb, template string) {
	switch p := r.Pattern.(type) {
	case *annotations.HttpRule_Get:
		return http.MethodGet, p.Get
	case *annotations.HttpRule_Post:
		return http.MethodPost, p.Post
	case *annotations.HttpRule_Patch:
		return http.MethodPatch, p.Patch
	case *annotations.HttpRule_Put:
		return http.MethodPut, p.Put
	case *annotations.HttpRule_Delete:
		return http.MethodDelete, p.Delete
	}
	panic(fmt.Sprintf("HTTP rule %v", r))
}

var variable = regexp.MustCompile(`\{([a-z_.]+)=([^}]+)\}`)

// compile returns the regular expression of a path template, such as
// /v3/{name=projects/*/metricDescriptors/**}, and the fields of its groups.
func compile(template string) (path *regexp.Regexp, fields []string) {
	var b strings.Builder
	rest := template
	for _, m := range variable.FindAllStringSubmatchIndex(template, -1) {
		before := len(template) - len(rest)
		b.WriteString(regexp.QuoteMeta(template[before:m[0]]))
		fields = append(fields, template[m[2]:m[3]])
		value := regexp.QuoteMeta(template[m[4]:m[5]])
		value = strings.ReplaceAll(value, `\*\*`, `.+`)
		b.WriteString("(" + strings.ReplaceAll(value, `\*`, `[^/]+`) + ")")
		rest = template[m[1]:]
	}
	return regexp.MustCompile("^" + b.String() + regexp.QuoteMeta(rest) + "$"), fields
}

func (s *restServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, err := s.call(r)
	var data []byte
	if err == nil {
		data, err = protojson.Marshal(answer)
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	if err != nil {
		data = errorBody(w, status.Convert(err))
	}
	_, _ = w.Write(data) // the client may have gone
}

// call calls the method of a request.
func (s *restServer) call(r *http.Request) (proto.Message, error) {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); !ok || token == "" {
		return nil, status.Error(codes.Unauthenticated, "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential.")
	}
	for _, route := range s.routes {
		groups := route.path.FindStringSubmatch(r.URL.Path)
		if groups == nil || route.verb != r.Method {
			continue
		}
		request, err := route.request(r, groups[1:])
		if err != nil {
			return nil, err
		}
		ctx := peer.NewContext(r.Context(), &peer.Peer{Addr: address(r.RemoteAddr)})
		answer, err := route.method.Handler(route.impl, ctx, func(into any) error {
			proto.Merge(into.(proto.Message), request)
			return nil
		}, nil)
		if err != nil {
			return nil, err
		}
		return answer.(proto.Message), nil
	}
	return nil, status.Error(codes.NotFound, "Method not found.")
}

// address is the address of a client, for resets.
type address string

func (a address) Network() string { return "tcp" }
func (a address) String() string  { return string(a) }

// request reads the body, the path and the query into the request of the method.
func (r route) request(from *http.Request, groups []string) (proto.Message, error) {
	m := r.input.New()
	data, err := io.ReadAll(from.Body)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	switch {
	case r.body == "" && len(data) > 0:
		return nil, status.Error(codes.InvalidArgument, "Invalid JSON payload received. The method has no body.")
	case r.body == "*":
		err = protojson.Unmarshal(data, m.Interface())
	case r.body != "":
		err = protojson.Unmarshal(data, m.Mutable(m.Descriptor().Fields().ByName(protoreflect.Name(r.body))).Message().Interface())
	}
	if err != nil {
		return nil, status.Errorf(codes.InvalidArgument, "Invalid JSON payload received. %v", err)
	}
	for i, field := range r.fields {
		if err := set(m, field, groups[i]); err != nil {
			return nil, err
		}
	}
	query, err := url.ParseQuery(from.URL.RawQuery)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	for name, values := range query {
		if name == "alt" && slices.Equal(values, []string{"json"}) {
			continue
		}
		for _, v := range values {
			if err := set(m, name, v); err != nil {
				return nil, err
			}
		}
	}
	return m.Interface(), nil
}

// set sets a field by its path, in the names of JSON or of the proto.
func set(m protoreflect.Message, path, value string) error {
	name, inner, nested := strings.Cut(path, ".")
	field := m.Descriptor().Fields().ByJSONName(name)
	if field == nil {
		field = m.Descriptor().Fields().ByTextName(name)
	}
	if field == nil {
		return status.Errorf(codes.InvalidArgument, "Invalid JSON payload received. Unknown name %q: Cannot bind query parameter.", name)
	}
	if nested {
		if field.Message() == nil || field.IsList() || field.IsMap() {
			return status.Errorf(codes.InvalidArgument, "Invalid JSON payload received. %q has no field %q.", name, inner)
		}
		return set(m.Mutable(field).Message(), inner, value)
	}
	return setJSON(m, field, value)
}

// setJSON sets a field from the text of a query, which protojson reads as a number, a
// boolean or a string.
func setJSON(m protoreflect.Message, field protoreflect.FieldDescriptor, value string) error {
	text := strconv.Quote(value)
	if asJSON, err := json.Marshal(value); err == nil {
		text = string(asJSON)
	}
	if field.Kind() == protoreflect.BoolKind {
		text = value
	}
	if field.IsList() {
		text = "[" + text + "]"
	}
	part := m.New().Interface()
	if err := protojson.Unmarshal(fmt.Appendf(nil, "{%q: %s}", field.JSONName(), text), part); err != nil {
		return status.Errorf(codes.InvalidArgument, "Invalid value at '%s', %q", field.JSONName(), value)
	}
	if !field.IsList() {
		m.Clear(field)
	}
	proto.Merge(m.Interface(), part)
	return nil
}

// httpStatus is the status of each code, as google/rpc/code.proto has it.
var httpStatus = map[codes.Code]int{
	codes.Canceled: 499, codes.Unknown: 500, codes.InvalidArgument: 400, codes.DeadlineExceeded: 504, codes.NotFound: 404,
	codes.AlreadyExists: 409, codes.PermissionDenied: 403, codes.ResourceExhausted: 429, codes.FailedPrecondition: 400,
	codes.Aborted: 409, codes.OutOfRange: 400, codes.Unimplemented: 501, codes.Internal: 500, codes.Unavailable: 503,
	codes.DataLoss: 500, codes.Unauthenticated: 401,
}

// errorBody writes the HTTP status of an error, and returns the body that Google's APIs
// have.
func errorBody(w http.ResponseWriter, s *status.Status) []byte {
	code, known := httpStatus[s.Code()]
	if !known {
		code = http.StatusInternalServerError
	}
	w.WriteHeader(code)
	var b strings.Builder
	for i, c := range s.Code().String() { // InvalidArgument -> INVALID_ARGUMENT
		if i > 0 && c >= 'A' && c <= 'Z' {
			b.WriteByte('_')
		}
		b.WriteRune(c)
	}
	name := strings.ToUpper(b.String())
	if s.Code() == codes.Canceled {
		name = "CANCELLED"
	}
	data, err := json.MarshalIndent(map[string]any{"error": map[string]any{"code": code, "message": s.Message(), "status": name}}, "", "  ")
	if err != nil {
		return nil // the values always have a text
	}
	return data
}

// registrars registers a service with several servers.
type registrars []grpc.ServiceRegistrar

func (all registrars) RegisterService(desc *grpc.ServiceDesc, impl any) {
	for _, r := range all {
		r.RegisterService(desc, impl)
	}
}
