package fakemonitoring

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"cloud.google.com/go/monitoring/dashboard/apiv1/dashboardpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/ocgen/ocgen/internal/fakemonitoring/slocheck"
)

// A policyServer is the AlertPolicyService of a Server.
type policyServer struct {
	monitoringpb.UnimplementedAlertPolicyServiceServer
	s *Server
}

// newID returns an id that the server has not given yet. It is called with s.mu held.
func (s *Server) newID(prefix string) string {
	s.ids++
	return prefix + strconv.Itoa(1_000_000+s.ids)
}

// references is what policies and dashboards refer to. It is called with s.mu held.
func (s *Server) references() slocheck.Project {
	return slocheck.Project{Metrics: s.descriptors, HasSLO: func(project, service, slo string) bool {
		return s.slos.index(fmt.Sprintf("projects/%s/services/%s/serviceLevelObjectives/%s", project, service, slo)) >= 0
	}}
}

// settle checks a policy, and sets what the API sets. Conditions that have a name of the
// old policy keep it.
func (s *Server) settle(next, old *monitoringpb.AlertPolicy) error {
	err := s.references().Policy(next)
	if unknown := (&slocheck.UnknownMetricError{}); errors.As(err, &unknown) {
		return status.Errorf(codes.NotFound, "Cannot find metric that matches type = %q. If a metric was created recently, it could take up to 10 minutes to become available. Please try again soon.", unknown.Type)
	}
	if err != nil {
		return invalid("Field alert_policy had an invalid value: %v", err)
	}
	project, _, _ := strings.Cut(next.Name, "/alertPolicies/")
	for _, channel := range next.NotificationChannels {
		if !slices.Contains(s.channels, channel) || !strings.HasPrefix(channel, project+"/") {
			return missing(channel)
		}
	}
	for _, c := range next.Conditions {
		known := slices.ContainsFunc(old.GetConditions(), func(o *monitoringpb.AlertPolicy_Condition) bool { return o.Name == c.Name })
		switch {
		case c.Name == "":
			c.Name = next.Name + "/conditions/" + s.newID("")
		case !known:
			return missing(c.Name)
		}
	}
	if next.Enabled == nil {
		next.Enabled = wrapperspb.Bool(true)
	}
	now := &monitoringpb.MutationRecord{MutateTime: timestamppb.New(time.Now()), MutatedBy: "fake@example.com"}
	next.CreationRecord, next.MutationRecord = now, now
	if old != nil {
		next.CreationRecord = old.CreationRecord
	}
	return nil
}

func (v *policyServer) CreateAlertPolicy(ctx context.Context, req *monitoringpb.CreateAlertPolicyRequest) (*monitoringpb.AlertPolicy, error) {
	return answered(ctx, v.s, "CreateAlertPolicy", func() (*monitoringpb.AlertPolicy, error) {
		created := proto.Clone(req.AlertPolicy).(*monitoringpb.AlertPolicy)
		if created.Name != "" {
			return nil, invalid("Field alert_policy.name had an invalid value of %q: the API assigns the name.", created.Name)
		}
		created.Name = req.Name + "/alertPolicies/" + v.s.newID("")
		if err := v.s.settle(created, nil); err != nil {
			return nil, err
		}
		return v.s.policies.create(created)
	})
}

func (v *policyServer) GetAlertPolicy(ctx context.Context, req *monitoringpb.GetAlertPolicyRequest) (*monitoringpb.AlertPolicy, error) {
	return answered(ctx, v.s, "GetAlertPolicy", func() (*monitoringpb.AlertPolicy, error) { return v.s.policies.get(req.Name) })
}

func (v *policyServer) ListAlertPolicies(ctx context.Context, req *monitoringpb.ListAlertPoliciesRequest) (*monitoringpb.ListAlertPoliciesResponse, error) {
	return answered(ctx, v.s, "ListAlertPolicies", func() (r *monitoringpb.ListAlertPoliciesResponse, err error) {
		r = &monitoringpb.ListAlertPoliciesResponse{TotalSize: int32(len(v.s.policies.below(req.Name + "/alertPolicies/")))}
		r.AlertPolicies, r.NextPageToken, err = v.s.policies.list(req.Name+"/alertPolicies/", req, v.s.page)
		return r, err
	})
}

func (v *policyServer) UpdateAlertPolicy(ctx context.Context, req *monitoringpb.UpdateAlertPolicyRequest) (*monitoringpb.AlertPolicy, error) {
	return answered(ctx, v.s, "UpdateAlertPolicy", func() (*monitoringpb.AlertPolicy, error) {
		return v.s.policies.update(req.AlertPolicy, req.UpdateMask, v.s.settle)
	})
}

func (v *policyServer) DeleteAlertPolicy(ctx context.Context, req *monitoringpb.DeleteAlertPolicyRequest) (*emptypb.Empty, error) {
	return answered(ctx, v.s, "DeleteAlertPolicy", func() (*emptypb.Empty, error) { return v.s.policies.delete(req.Name) })
}

// A dashboardServer is the DashboardsService of a Server.
type dashboardServer struct {
	dashboardpb.UnimplementedDashboardsServiceServer
	s *Server
}

// show checks a dashboard, and sets what the API sets.
func (s *Server) show(next, old *dashboardpb.Dashboard) error {
	if old == nil && next.Etag != "" || old != nil && next.Etag != "" && next.Etag != old.Etag {
		return status.Errorf(codes.Aborted, "The etag %q is not that of the dashboard.", next.Etag)
	}
	if err := s.references().DashboardRules(next); err != nil {
		return invalid("Field dashboard had an invalid value: %v", err)
	}
	next.Etag = s.newID("etag-")
	return nil
}

func (v *dashboardServer) CreateDashboard(ctx context.Context, req *dashboardpb.CreateDashboardRequest) (*dashboardpb.Dashboard, error) {
	return answered(ctx, v.s, "CreateDashboard", func() (*dashboardpb.Dashboard, error) {
		created := proto.Clone(req.Dashboard).(*dashboardpb.Dashboard)
		if created.Name == "" {
			created.Name = req.Parent + "/dashboards/" + v.s.newID("")
		}
		if !strings.HasPrefix(created.Name, req.Parent+"/dashboards/") {
			return nil, invalid("Field dashboard.name had an invalid value of %q: it is not below %s.", created.Name, req.Parent)
		}
		if err := v.s.show(created, nil); err != nil {
			return nil, err
		}
		if req.ValidateOnly {
			return created, nil
		}
		return v.s.dashboards.create(created)
	})
}

func (v *dashboardServer) GetDashboard(ctx context.Context, req *dashboardpb.GetDashboardRequest) (*dashboardpb.Dashboard, error) {
	return answered(ctx, v.s, "GetDashboard", func() (*dashboardpb.Dashboard, error) { return v.s.dashboards.get(req.Name) })
}

func (v *dashboardServer) ListDashboards(ctx context.Context, req *dashboardpb.ListDashboardsRequest) (*dashboardpb.ListDashboardsResponse, error) {
	return answered(ctx, v.s, "ListDashboards", func() (r *dashboardpb.ListDashboardsResponse, err error) {
		r = &dashboardpb.ListDashboardsResponse{}
		r.Dashboards, r.NextPageToken, err = v.s.dashboards.list(req.Parent+"/dashboards/", req, v.s.page)
		return r, err
	})
}

func (v *dashboardServer) UpdateDashboard(ctx context.Context, req *dashboardpb.UpdateDashboardRequest) (*dashboardpb.Dashboard, error) {
	return answered(ctx, v.s, "UpdateDashboard", func() (*dashboardpb.Dashboard, error) {
		if !req.ValidateOnly {
			return v.s.dashboards.update(req.Dashboard, nil, v.s.show)
		}
		old, err := v.s.dashboards.get(req.Dashboard.GetName())
		if err != nil {
			return nil, err
		}
		next := proto.Clone(req.Dashboard).(*dashboardpb.Dashboard)
		return next, v.s.show(next, old)
	})
}

func (v *dashboardServer) DeleteDashboard(ctx context.Context, req *dashboardpb.DeleteDashboardRequest) (*emptypb.Empty, error) {
	return answered(ctx, v.s, "DeleteDashboard", func() (*emptypb.Empty, error) { return v.s.dashboards.delete(req.Name) })
}
