package fakemonitoring

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

// A resource is a message with a name, such as an SLO.
type resource interface {
	proto.Message
	GetName() string
}

// A store keeps resources of one type, in the order in which they were created. It is used
// with Server.mu held.
type store[M resource] struct{ all []M }

func (s *store[M]) index(name string) int {
	return slices.IndexFunc(s.all, func(m M) bool { return m.GetName() == name })
}

func (s *store[M]) create(m M) (M, error) {
	if s.index(m.GetName()) >= 0 {
		var none M
		return none, status.Errorf(codes.AlreadyExists, "Requested entity already exists: %s", m.GetName())
	}
	s.all = append(s.all, m)
	return m, nil
}

func (s *store[M]) get(name string) (M, error) {
	i := s.index(name)
	if i < 0 {
		var none M
		return none, missing(name)
	}
	return s.all[i], nil
}

func (s *store[M]) delete(name string) (*emptypb.Empty, error) {
	i := s.index(name)
	if i < 0 {
		return nil, missing(name)
	}
	s.all = slices.Delete(s.all, i, i+1)
	return &emptypb.Empty{}, nil
}

// below returns the resources whose names begin with a prefix.
func (s *store[M]) below(prefix string) []M {
	var found []M
	for _, m := range s.all {
		if strings.HasPrefix(m.GetName(), prefix) {
			found = append(found, m)
		}
	}
	return found
}

// A pageRequest is a request for a list.
type pageRequest interface {
	GetPageSize() int32
	GetPageToken() string
}

// list returns a page of the resources whose names begin with a prefix, and the token of
// the next page.
func (s *store[M]) list(prefix string, req pageRequest, most int) ([]M, string, error) {
	if f, ok := req.(interface{ GetFilter() string }); ok && f.GetFilter() != "" {
		return nil, "", status.Error(codes.Unimplemented, "the fake has no filters of lists")
	}
	return page(s.below(prefix), req, most)
}

// page returns a page of a list, and the token of the next page.
func page[T any](all []T, req pageRequest, most int) ([]T, string, error) {
	start := 0
	if token := req.GetPageToken(); token != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(token, "page-"))
		if err != nil || n < 0 || n > len(all) {
			return nil, "", invalid("Field page_token had an invalid value of %q.", token)
		}
		start = n
	}
	if n := int(req.GetPageSize()); n < 0 {
		return nil, "", invalid("Field page_size had an invalid value of %d.", n)
	} else if n > 0 {
		most = min(n, most)
	}
	end := min(start+most, len(all))
	if end == len(all) {
		return all[start:], "", nil
	}
	return all[start:end], fmt.Sprintf("page-%d", end), nil
}

// update replaces a resource, or with a mask only the fields that it names. check gets the
// new resource and the old one.
func (s *store[M]) update(sent M, mask *fieldmaskpb.FieldMask, check func(next, old M) error) (none M, err error) {
	i := s.index(sent.GetName())
	if i < 0 {
		return none, missing(sent.GetName())
	}
	next := proto.Clone(sent).(M)
	if len(mask.GetPaths()) > 0 {
		next = proto.Clone(s.all[i]).(M)
		for _, path := range mask.Paths {
			if err := copyField(next.ProtoReflect(), sent.ProtoReflect(), path); err != nil {
				return none, err
			}
		}
	}
	if err := check(next, s.all[i]); err != nil {
		return none, err
	}
	s.all[i] = next
	return next, nil
}

// copyField sets the field with a path in a message to the value that it has in another. A
// field that is not set there is cleared. The last part of a path may be the key of a map.
func copyField(to, from protoreflect.Message, path string) error {
	name, inner, nested := strings.Cut(path, ".")
	field := to.Descriptor().Fields().ByTextName(name)
	switch {
	case field == nil:
		return invalid("Field update_mask had an invalid value: there is no field %q.", name)
	case nested && field.IsMap() && field.MapKey().Kind() == protoreflect.StringKind:
		key := protoreflect.ValueOfString(inner).MapKey()
		if value := from.Get(field).Map().Get(key); value.IsValid() {
			to.Mutable(field).Map().Set(key, value)
		} else if to.Has(field) {
			to.Mutable(field).Map().Clear(key)
		}
	case nested && field.Message() != nil && !field.IsList() && !field.IsMap():
		return copyField(to.Mutable(field).Message(), from.Get(field).Message(), inner)
	case nested:
		return invalid("Field update_mask had an invalid value: %q has no field %q.", name, inner)
	case from.Has(field):
		to.Set(field, from.Get(field))
	default:
		to.Clear(field)
	}
	return nil
}
