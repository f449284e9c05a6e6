package fakemonitoring

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	metricpb "google.golang.org/genproto/googleapis/api/metric"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

// CreateMetricDescriptor implements the API. Created again a descriptor is
// updated, and keeps its labels, kind and value type.
func (s *Server) CreateMetricDescriptor(ctx context.Context, req *monitoringpb.CreateMetricDescriptorRequest) (*metricpb.MetricDescriptor, error) {
	created := req.MetricDescriptor
	err := s.answer(ctx, "CreateMetricDescriptor", func(Fault) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.describe(created)
	})
	if err != nil {
		return nil, err
	}
	return created, nil
}

// GetMetricDescriptor implements the API.
func (s *Server) GetMetricDescriptor(ctx context.Context, req *monitoringpb.GetMetricDescriptorRequest) (*metricpb.MetricDescriptor, error) {
	var found *metricpb.MetricDescriptor
	err := s.answer(ctx, "GetMetricDescriptor", func(Fault) error {
		_, metricType, _ := strings.Cut(req.Name, "/metricDescriptors/")
		s.mu.Lock()
		defer s.mu.Unlock()
		if found = s.descriptors[metricType]; found == nil {
			return status.Errorf(codes.NotFound, "Could not find descriptor for metric '%s'.", metricType)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, nil
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
