package fakemonitoring

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/ocgen/ocgen/internal/fakemonitoring/slocheck"
)

// A serviceServer is the ServiceMonitoringService of a Server.
type serviceServer struct {
	monitoringpb.UnimplementedServiceMonitoringServiceServer
	s *Server
}

// Ids by the page "Working with the API" of Google's SLO guide, and by the comments of
// CreateServiceLevelObjectiveRequest.
var (
	serviceID = regexp.MustCompile(`^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$`)
	sloID     = regexp.MustCompile(`^[a-zA-Z0-9-_:.]+$`)
)

// mostSLOs is how many SLOs a service may have: cloud.google.com/monitoring/quotas.
const mostSLOs = 500

func invalid(format string, args ...any) error {
	return status.Errorf(codes.InvalidArgument, format, args...)
}

func missing(name string) error {
	return status.Errorf(codes.NotFound, "Requested entity was not found: %s", name)
}

// answered calls take as Server.answer does, and returns a copy of its result.
func answered[M proto.Message](ctx context.Context, s *Server, method string, take func() (M, error)) (result M, err error) {
	err = s.answer(ctx, method, func(Fault) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		taken, err := take()
		if err == nil {
			result = proto.Clone(taken).(M)
		}
		return err
	})
	return result, err
}

func (v *serviceServer) CreateService(ctx context.Context, req *monitoringpb.CreateServiceRequest) (*monitoringpb.Service, error) {
	return answered(ctx, v.s, "CreateService", func() (*monitoringpb.Service, error) {
		id := cmp.Or(req.ServiceId, v.s.newID("generated-"))
		if !serviceID.MatchString(id) {
			return nil, invalid("Field service_id had an invalid value of %q: must match %s.", id, serviceID)
		}
		created := proto.Clone(req.Service).(*monitoringpb.Service)
		created.Name = req.Parent + "/services/" + id
		if err := slocheck.ServiceRules(created); err != nil {
			return nil, invalid("Invalid service: %v", err)
		}
		return v.s.services.create(created)
	})
}

func (v *serviceServer) GetService(ctx context.Context, req *monitoringpb.GetServiceRequest) (*monitoringpb.Service, error) {
	return answered(ctx, v.s, "GetService", func() (*monitoringpb.Service, error) { return v.s.services.get(req.Name) })
}

func (v *serviceServer) ListServices(ctx context.Context, req *monitoringpb.ListServicesRequest) (*monitoringpb.ListServicesResponse, error) {
	return answered(ctx, v.s, "ListServices", func() (r *monitoringpb.ListServicesResponse, err error) {
		r = &monitoringpb.ListServicesResponse{}
		r.Services, r.NextPageToken, err = v.s.services.list(req.Parent+"/services/", req, v.s.page)
		return r, err
	})
}

func (v *serviceServer) UpdateService(ctx context.Context, req *monitoringpb.UpdateServiceRequest) (*monitoringpb.Service, error) {
	return answered(ctx, v.s, "UpdateService", func() (*monitoringpb.Service, error) {
		return v.s.services.update(req.Service, req.UpdateMask, func(next, old *monitoringpb.Service) error {
			if err := slocheck.ServiceRules(next); err != nil {
				return invalid("Invalid service: %v", err)
			}
			return nil
		})
	})
}

// DeleteService refuses a service with SLOs: the documentation does not say what would
// become of them.
func (v *serviceServer) DeleteService(ctx context.Context, req *monitoringpb.DeleteServiceRequest) (*emptypb.Empty, error) {
	return answered(ctx, v.s, "DeleteService", func() (*emptypb.Empty, error) {
		if n := len(v.s.slos.below(req.Name + "/serviceLevelObjectives/")); n > 0 {
			return nil, status.Errorf(codes.FailedPrecondition, "The service %s has %d SLOs.", req.Name, n)
		}
		return v.s.services.delete(req.Name)
	})
}

func (v *serviceServer) CreateServiceLevelObjective(ctx context.Context, req *monitoringpb.CreateServiceLevelObjectiveRequest) (*monitoringpb.ServiceLevelObjective, error) {
	return answered(ctx, v.s, "CreateServiceLevelObjective", func() (*monitoringpb.ServiceLevelObjective, error) {
		id := cmp.Or(req.ServiceLevelObjectiveId, v.s.newID("generated-"))
		if !sloID.MatchString(id) {
			return nil, invalid("Field service_level_objective_id had an invalid value of %q: must match %s.", id, sloID)
		}
		created := proto.Clone(req.ServiceLevelObjective).(*monitoringpb.ServiceLevelObjective)
		created.Name = req.Parent + "/serviceLevelObjectives/" + id
		if err := v.s.checkObjective(created, nil); err != nil {
			return nil, err
		}
		if len(v.s.slos.below(req.Parent+"/serviceLevelObjectives/")) >= mostSLOs {
			return nil, status.Errorf(codes.ResourceExhausted, "The service %s has %d SLOs.", req.Parent, mostSLOs)
		}
		return v.s.slos.create(created)
	})
}

// checkObjective checks an SLO with the service and the metrics that it refers to. It is
// called with s.mu held.
func (s *Server) checkObjective(o, _ *monitoringpb.ServiceLevelObjective) error {
	parent, _, _ := strings.Cut(o.Name, "/serviceLevelObjectives/")
	service, err := s.services.get(parent)
	if err != nil {
		return err
	}
	err = slocheck.Project{Service: service, Metrics: s.descriptors}.Objective(o)
	if unknown := (&slocheck.UnknownMetricError{}); errors.As(err, &unknown) {
		return invalid("Invalid SLO definition: The metric referenced by the provided filter is unknown. Check the metric name and labels. (%v)", err)
	}
	if err != nil {
		return invalid("Invalid SLO definition: %v", err)
	}
	return nil
}

func (v *serviceServer) GetServiceLevelObjective(ctx context.Context, req *monitoringpb.GetServiceLevelObjectiveRequest) (*monitoringpb.ServiceLevelObjective, error) {
	return answered(ctx, v.s, "GetServiceLevelObjective", func() (*monitoringpb.ServiceLevelObjective, error) {
		if req.View == monitoringpb.ServiceLevelObjective_EXPLICIT {
			return nil, status.Error(codes.Unimplemented, "the fake has no view EXPLICIT")
		}
		return v.s.slos.get(req.Name)
	})
}

func (v *serviceServer) ListServiceLevelObjectives(ctx context.Context, req *monitoringpb.ListServiceLevelObjectivesRequest) (*monitoringpb.ListServiceLevelObjectivesResponse, error) {
	return answered(ctx, v.s, "ListServiceLevelObjectives", func() (r *monitoringpb.ListServiceLevelObjectivesResponse, err error) {
		if _, err := v.s.services.get(req.Parent); err != nil {
			return nil, err
		}
		r = &monitoringpb.ListServiceLevelObjectivesResponse{}
		r.ServiceLevelObjectives, r.NextPageToken, err = v.s.slos.list(req.Parent+"/serviceLevelObjectives/", req, v.s.page)
		return r, err
	})
}

func (v *serviceServer) UpdateServiceLevelObjective(ctx context.Context, req *monitoringpb.UpdateServiceLevelObjectiveRequest) (*monitoringpb.ServiceLevelObjective, error) {
	return answered(ctx, v.s, "UpdateServiceLevelObjective", func() (*monitoringpb.ServiceLevelObjective, error) {
		return v.s.slos.update(req.ServiceLevelObjective, req.UpdateMask, v.s.checkObjective)
	})
}

// DeleteServiceLevelObjective refuses an SLO that an alert policy names: the policy would
// never fire again.
func (v *serviceServer) DeleteServiceLevelObjective(ctx context.Context, req *monitoringpb.DeleteServiceLevelObjectiveRequest) (*emptypb.Empty, error) {
	return answered(ctx, v.s, "DeleteServiceLevelObjective", func() (*emptypb.Empty, error) {
		for _, a := range v.s.policies.all {
			for _, c := range a.Conditions {
				if strings.Contains(c.GetConditionThreshold().GetFilter(), fmt.Sprintf("%q", req.Name)) {
					return nil, status.Errorf(codes.FailedPrecondition, "The alert policy %s names the SLO %s.", a.Name, req.Name)
				}
			}
		}
		return v.s.slos.delete(req.Name)
	})
}
