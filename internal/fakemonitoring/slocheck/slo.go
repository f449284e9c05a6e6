package slocheck

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/genproto/googleapis/type/calendarperiod"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/durationpb"
)

// A Project is what SLOs, alert policies and dashboards refer to. What is nil is not
// known and not checked.
type Project struct {
	Service *monitoringpb.Service               // of the SLOs
	Metrics map[string]*metric.MetricDescriptor // by type
	HasSLO  func(project, service, slo string) bool
}

const day = 24 * time.Hour

// SLO checks a file with the body of services.serviceLevelObjectives.create. The rules
// are those of the comments in google/monitoring/v3/service.proto.
func (p Project) SLO(data []byte) error {
	var o monitoringpb.ServiceLevelObjective
	if err := protojson.Unmarshal(data, &o); err != nil {
		return err
	}
	var f faults
	if o.Name != "" {
		f.addf("name is %q: the id belongs into the call, not into the body", o.Name)
	}
	if o.DisplayName == "" {
		f.addf("no displayName")
	}
	f.add(p.Objective(&o))
	f.add(bothBounds(data))
	return f.err()
}

// Objective checks only the rules of the API, not the rules of ocgen's own files.
func (p Project) Objective(o *monitoringpb.ServiceLevelObjective) error {
	var f faults
	if !(o.Goal > 0 && o.Goal <= 0.9999) {
		f.addf("goal is %v: want 0 < goal <= 0.9999", o.Goal)
	}
	f.add(period(o))
	f.add(p.indicator(o.ServiceLevelIndicator))
	f.add(userLabels(o.UserLabels))
	return f.err()
}

func period(o *monitoringpb.ServiceLevelObjective) error {
	switch o.Period.(type) {
	case *monitoringpb.ServiceLevelObjective_RollingPeriod:
		d := o.GetRollingPeriod().AsDuration()
		if d%day != 0 || d < day || d > 30*day {
			return fmt.Errorf("rollingPeriod is %v: want 1 to 30 whole days", d)
		}
	case *monitoringpb.ServiceLevelObjective_CalendarPeriod:
		supported := []calendarperiod.CalendarPeriod{
			calendarperiod.CalendarPeriod_DAY,
			calendarperiod.CalendarPeriod_WEEK,
			calendarperiod.CalendarPeriod_FORTNIGHT,
			calendarperiod.CalendarPeriod_MONTH,
		}
		if !slices.Contains(supported, o.GetCalendarPeriod()) {
			return fmt.Errorf("calendarPeriod is %v: want DAY, WEEK, FORTNIGHT or MONTH", o.GetCalendarPeriod())
		}
	default:
		return fmt.Errorf("no rollingPeriod and no calendarPeriod")
	}
	return nil
}

func (p Project) indicator(i *monitoringpb.ServiceLevelIndicator) error {
	switch t := i.GetType().(type) {
	case *monitoringpb.ServiceLevelIndicator_BasicSli:
		return p.basic(t.BasicSli)
	case *monitoringpb.ServiceLevelIndicator_RequestBased:
		return p.requests(t.RequestBased)
	case *monitoringpb.ServiceLevelIndicator_WindowsBased:
		return p.windows(t.WindowsBased)
	}
	return fmt.Errorf("serviceLevelIndicator has no method")
}

func (p Project) requests(r *monitoringpb.RequestBasedSli) error {
	switch m := r.GetMethod().(type) {
	case *monitoringpb.RequestBasedSli_GoodTotalRatio:
		return p.ratio(m.GoodTotalRatio)
	case *monitoringpb.RequestBasedSli_DistributionCut:
		cut := m.DistributionCut
		var f faults
		f.add(p.filter("distributionFilter", cut.DistributionFilter, distributions))
		f.add(ordered(cut.Range))
		return f.err()
	}
	return fmt.Errorf("requestBased has neither goodTotalRatio nor distributionCut")
}

func (p Project) ratio(r *monitoringpb.TimeSeriesRatio) error {
	var f faults
	given := 0
	for _, part := range []struct{ name, filter string }{
		{"goodServiceFilter", r.GoodServiceFilter},
		{"badServiceFilter", r.BadServiceFilter},
		{"totalServiceFilter", r.TotalServiceFilter},
	} {
		if part.filter != "" {
			given++
			f.add(p.filter(part.name, part.filter, counters))
		}
	}
	if given != 2 {
		f.addf("goodTotalRatio has %d filters: want exactly two of good, bad and total", given)
	}
	return f.err()
}

func (p Project) windows(w *monitoringpb.WindowsBasedSli) error {
	var f faults
	if d := w.WindowPeriod.AsDuration(); d < time.Minute || d > day || day%d != 0 {
		f.addf("windowPeriod is %v: want at least 60s and a whole fraction of a day", d)
	}
	switch c := w.WindowCriterion.(type) {
	case *monitoringpb.WindowsBasedSli_GoodTotalRatioThreshold:
		f.add(p.threshold(c.GoodTotalRatioThreshold))
	case *monitoringpb.WindowsBasedSli_MetricMeanInRange:
		f.add(p.seriesRange(c.MetricMeanInRange))
	case *monitoringpb.WindowsBasedSli_MetricSumInRange:
		f.add(p.seriesRange(c.MetricSumInRange))
	case *monitoringpb.WindowsBasedSli_GoodBadMetricFilter:
		f.addf("goodBadMetricFilter needs a metric of BOOL, which no OpenCensus view makes")
	default:
		f.addf("windowsBased has no criterion")
	}
	return f.err()
}

func (p Project) threshold(t *monitoringpb.WindowsBasedSli_PerformanceThreshold) error {
	var f faults
	if !(t.Threshold > 0 && t.Threshold <= 1) {
		f.addf("threshold is %v: want 0 < threshold <= 1", t.Threshold)
	}
	switch kind := t.Type.(type) {
	case *monitoringpb.WindowsBasedSli_PerformanceThreshold_Performance:
		f.add(p.requests(kind.Performance))
	case *monitoringpb.WindowsBasedSli_PerformanceThreshold_BasicSliPerformance:
		f.add(p.basic(kind.BasicSliPerformance))
	default:
		f.addf("goodTotalRatioThreshold has neither performance nor basicSliPerformance")
	}
	return f.err()
}

func (p Project) seriesRange(r *monitoringpb.WindowsBasedSli_MetricRange) error {
	var f faults
	f.add(p.filter("timeSeries", r.TimeSeries, gauges))
	f.add(ordered(r.Range))
	return f.err()
}

func (p Project) basic(b *monitoringpb.BasicSli) error {
	var f faults
	if p.Service != nil && p.Service.BasicService == nil {
		f.addf("a basic SLI on a service that is not of a known type")
	}
	switch c := b.SliCriteria.(type) {
	case *monitoringpb.BasicSli_Availability:
	case *monitoringpb.BasicSli_Latency:
		f.add(positive("latency.threshold", c.Latency.Threshold))
	default:
		f.addf("the basic SLI has neither availability nor latency")
	}
	return f.err()
}

func positive(name string, d *durationpb.Duration) error {
	if d.AsDuration() <= 0 {
		return fmt.Errorf("%s is %v: want more than 0s", name, d.AsDuration())
	}
	return nil
}

func ordered(r *monitoringpb.Range) error {
	if !(r.GetMin() < r.GetMax()) {
		return fmt.Errorf("range is [%v, %v]: want min < max", r.GetMin(), r.GetMax())
	}
	return nil
}

// bothBounds checks the text, as an omitted bound reads as 0.
func bothBounds(data []byte) error {
	type ranged struct{ Range map[string]json.RawMessage }
	type requests struct{ DistributionCut *ranged }
	var text struct {
		ServiceLevelIndicator struct {
			RequestBased requests
			WindowsBased struct {
				GoodTotalRatioThreshold             struct{ Performance requests }
				MetricMeanInRange, MetricSumInRange *ranged
			}
		}
	}
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	i := text.ServiceLevelIndicator
	var f faults
	for _, r := range []*ranged{
		i.RequestBased.DistributionCut, i.WindowsBased.GoodTotalRatioThreshold.Performance.DistributionCut,
		i.WindowsBased.MetricMeanInRange, i.WindowsBased.MetricSumInRange,
	} {
		if r != nil && (r.Range["min"] == nil || r.Range["max"] == nil) {
			f.addf("range lacks min or max: the API takes an omitted bound for 0")
		}
	}
	return f.err()
}
