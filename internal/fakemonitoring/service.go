package fakemonitoring

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	metricpb "google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/genproto/googleapis/api/monitoredres"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/ocgen/ocgen/internal/monitoringfilter"
)

// CreateMetricDescriptor implements the API. Created again a descriptor is
// updated, and keeps its labels, kind and value type.
func (s *Server) CreateMetricDescriptor(ctx context.Context, req *monitoringpb.CreateMetricDescriptorRequest) (*metricpb.MetricDescriptor, error) {
	return answered(ctx, s, "CreateMetricDescriptor", func() (*metricpb.MetricDescriptor, error) {
		if err := s.describe(req.MetricDescriptor); err != nil {
			return nil, err
		}
		return named(req.MetricDescriptor, req.Name), nil
	})
}

// named returns a copy of a descriptor with its name in a project.
func named(d *metricpb.MetricDescriptor, project string) *metricpb.MetricDescriptor {
	d = proto.Clone(d).(*metricpb.MetricDescriptor)
	d.Name = project + "/metricDescriptors/" + d.Type
	return d
}

// GetMetricDescriptor implements the API.
func (s *Server) GetMetricDescriptor(ctx context.Context, req *monitoringpb.GetMetricDescriptorRequest) (*metricpb.MetricDescriptor, error) {
	return answered(ctx, s, "GetMetricDescriptor", func() (*metricpb.MetricDescriptor, error) {
		project, metricType, _ := strings.Cut(req.Name, "/metricDescriptors/")
		found := s.descriptors[metricType]
		if found == nil {
			return nil, status.Errorf(codes.NotFound, "Could not find descriptor for metric '%s'.", metricType)
		}
		return named(found, project), nil
	})
}

// ListMetricDescriptors implements the API for filters of one metric type, or of a prefix.
func (s *Server) ListMetricDescriptors(ctx context.Context, req *monitoringpb.ListMetricDescriptorsRequest) (*monitoringpb.ListMetricDescriptorsResponse, error) {
	return answered(ctx, s, "ListMetricDescriptors", func() (r *monitoringpb.ListMetricDescriptorsResponse, err error) {
		m := typeFilter.FindStringSubmatch(req.Filter)
		if m == nil && req.Filter != "" {
			return nil, invalid("Field filter had an invalid value of %q.", req.Filter)
		}
		var found []*metricpb.MetricDescriptor
		for _, t := range slices.Sorted(maps.Keys(s.descriptors)) {
			if m == nil || m[1] != "" && strings.HasPrefix(t, m[1]) || t == m[2] {
				found = append(found, named(s.descriptors[t], req.Name))
			}
		}
		r = &monitoringpb.ListMetricDescriptorsResponse{}
		r.MetricDescriptors, r.NextPageToken, err = page(found, req, s.page)
		return r, err
	})
}

var typeFilter = regexp.MustCompile(`^metric\.type ?= ?(?:starts_with\("([^"\\]+)"\)|"([^"\\]+)")$`)

// DeleteMetricDescriptor implements the API: only custom metrics can be deleted. Their
// points are no longer returned.
func (s *Server) DeleteMetricDescriptor(ctx context.Context, req *monitoringpb.DeleteMetricDescriptorRequest) (*emptypb.Empty, error) {
	return answered(ctx, s, "DeleteMetricDescriptor", func() (*emptypb.Empty, error) {
		_, metricType, _ := strings.Cut(req.Name, "/metricDescriptors/")
		if !own(metricType) {
			return nil, status.Errorf(codes.PermissionDenied, "The metric %s is not a custom metric.", metricType)
		}
		if s.descriptors[metricType] == nil {
			return nil, missing(req.Name)
		}
		delete(s.descriptors, metricType)
		s.deleted[metricType] = len(s.series)
		return &emptypb.Empty{}, nil
	})
}

// ListTimeSeries implements the API without aggregations. The labels of the resource in
// the filter are compared too.
func (s *Server) ListTimeSeries(ctx context.Context, req *monitoringpb.ListTimeSeriesRequest) (*monitoringpb.ListTimeSeriesResponse, error) {
	return answered(ctx, s, "ListTimeSeries", func() (r *monitoringpb.ListTimeSeriesResponse, err error) {
		filter, err := monitoringfilter.Parse(req.Filter)
		switch {
		case err != nil:
			return nil, invalid("Field filter had an invalid value: %v", err)
		case req.Interval.GetEndTime() == nil:
			return nil, invalid("Field interval.endTime had an invalid value: it is required.")
		case req.Aggregation != nil || req.SecondaryAggregation != nil || req.OrderBy != "":
			return nil, status.Error(codes.Unimplemented, "the fake has no aggregations and no orders")
		case s.descriptors[filter.MetricType()] == nil:
			return nil, status.Errorf(codes.NotFound, "Cannot find metric that matches type = %q.", filter.MetricType())
		}
		var found []*monitoringpb.TimeSeries
		index := map[string]int{}
		for _, ts := range s.series[s.deleted[filter.MetricType()]:] {
			if !filter.Match(ts.Metric.Type, ts.Metric.Labels) || !onResource(filter, ts.Resource) || !within(ts.Points[0].Interval, req.Interval) {
				continue
			}
			key := seriesKey(ts)
			i, seen := index[key]
			if !seen {
				i = len(found)
				index[key] = i
				found = append(found, &monitoringpb.TimeSeries{
					Metric: ts.Metric, Resource: ts.Resource, MetricKind: s.kind(ts), ValueType: valueType(ts.Points[0].Value),
				})
			}
			if req.View == monitoringpb.ListTimeSeriesRequest_FULL {
				found[i].Points = slices.Insert(found[i].Points, 0, ts.Points[0]) // the newest first
			}
		}
		r = &monitoringpb.ListTimeSeriesResponse{}
		r.TimeSeries, r.NextPageToken, err = page(found, req, s.page)
		return r, err
	})
}

// onResource reports whether a resource matches the terms of a filter about it.
func onResource(f monitoringfilter.Filter, r *monitoredres.MonitoredResource) bool {
	for _, t := range f.Terms {
		key, isLabel := strings.CutPrefix(t.Selector, "resource.labels.")
		if t.Selector == "resource.type" && t.Values[0] != r.Type || isLabel && !t.Matches(r.Labels[key]) {
			return false
		}
	}
	return true
}

// within reports whether a point is in an interval that includes its end.
func within(point, interval *monitoringpb.TimeInterval) bool {
	end := point.EndTime.AsTime()
	if end.After(interval.EndTime.AsTime()) {
		return false
	}
	if interval.StartTime == nil {
		return end.Equal(interval.EndTime.AsTime())
	}
	return end.After(interval.StartTime.AsTime())
}

// CreateTimeSeries implements the API: of a request some of whose series it
// refuses, it takes the others.
func (s *Server) CreateTimeSeries(ctx context.Context, req *monitoringpb.CreateTimeSeriesRequest) (*emptypb.Empty, error) {
	if err := s.answer(ctx, "CreateTimeSeries", func(f Fault) error { return s.write(req, f) }); err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, nil
}

// write takes the series that keep the rules, and returns the error that names
// the others.
func (s *Server) write(req *monitoringpb.CreateTimeSeriesRequest, fault Fault) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, len(req.TimeSeries))
	if n := len(req.TimeSeries); n == 0 || n > maxSeries {
		return status.Errorf(codes.InvalidArgument, "Field timeSeries had an invalid value: %d time series in a request, 1 to %d are allowed", n, maxSeries)
	}
	now := time.Now()
	var refused refusals
	inRequest := map[string]bool{}
	for i, ts := range req.TimeSeries {
		key := seriesKey(ts)
		problem := s.problem(ts, s.last[key], now)
		if problem == "" && fault.Series != nil {
			problem = fault.Series(ts)
		}
		if inRequest[key] {
			problem = fmt.Sprintf("Field timeSeries[%d] had an invalid value: Duplicate TimeSeries encountered. Only one point can be written per TimeSeries per request.", i)
		}
		inRequest[key] = true
		if problem != "" {
			refused.add(problem, i)
			continue
		}
		s.describeBySeries(ts)
		s.last[key] = ts
		s.series = append(s.series, ts)
	}
	return refused.err(len(req.TimeSeries), fault.Vague)
}

// refusals are the series of a request that were refused.
type refusals struct {
	problems []string         // in the order in which they were found
	series   map[string][]int // by problem
	count    int
}

func (r *refusals) add(problem string, i int) {
	if r.series == nil {
		r.series = map[string][]int{}
	}
	if r.series[problem] == nil {
		r.problems = append(r.problems, problem)
	}
	r.series[problem] = append(r.series[problem], i)
	r.count++
}

// err returns the error in the API's words, with the summary that it attaches.
func (r *refusals) err(total int, vague bool) error {
	if r.count == 0 {
		return nil
	}
	summary := &monitoringpb.CreateTimeSeriesSummary{TotalPointCount: int32(total), SuccessPointCount: int32(total - r.count)}
	all := make([]int, total)
	for i := range all {
		all[i] = i
	}
	var parts []string
	for _, p := range r.problems {
		named := indexRanges(r.series[p])
		if vague {
			named = indexRanges(all)
		}
		parts = append(parts, fmt.Sprintf("%s: timeSeries[%s]", p, named))
		summary.Errors = append(summary.Errors, &monitoringpb.CreateTimeSeriesSummary_Error{
			Status: &rpcstatus.Status{Code: int32(codes.InvalidArgument)}, PointCount: int32(len(r.series[p])),
		})
	}
	refused := status.New(codes.InvalidArgument, "One or more TimeSeries could not be written: "+strings.Join(parts, "; "))
	detailed, err := refused.WithDetails(summary)
	if err != nil {
		return status.Errorf(codes.Internal, "attaching the summary: %v", err)
	}
	return detailed.Err()
}

// indexRanges writes ascending indices as the API does, e.g. "0-2,7".
func indexRanges(indices []int) string {
	var parts []string
	for i := 0; i < len(indices); {
		j := i
		for j+1 < len(indices) && indices[j+1] == indices[j]+1 {
			j++
		}
		part := fmt.Sprint(indices[i])
		if j > i {
			part = fmt.Sprintf("%d-%d", indices[i], indices[j])
		}
		parts = append(parts, part)
		i = j + 1
	}
	return strings.Join(parts, ",")
}
