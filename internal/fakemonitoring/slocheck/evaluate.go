package slocheck

import (
	"fmt"
	"math"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"google.golang.org/genproto/googleapis/api/distribution"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/ocgen/ocgen/internal/monitoringfilter"
)

// Amounts is what the filters of an SLO select out of time series. A field that
// the SLO's form has no use for is 0.
type Amounts struct {
	Good, Bad, Total float64 // sums of counters, or counts of a distribution's values
	Gauge            float64 // sum of a gauge's present values
}

// Evaluate applies an SLO's filters to series with one point each, as an
// exporter writes them. An SLO over windows is taken as if all were one window.
// A cut through the inside of a bucket that has values is an error, as nobody
// can say how many of them are good.
func Evaluate(slo []byte, series []*monitoringpb.TimeSeries) (Amounts, error) {
	var o monitoringpb.ServiceLevelObjective
	if err := protojson.Unmarshal(slo, &o); err != nil {
		return Amounts{}, err
	}
	i := o.ServiceLevelIndicator
	requests, windows := i.GetRequestBased(), i.GetWindowsBased()
	if threshold := windows.GetGoodTotalRatioThreshold(); threshold != nil {
		requests = threshold.GetPerformance()
	}
	var a Amounts
	var f faults
	for _, part := range []struct {
		filter string
		amount *float64
	}{
		{requests.GetGoodTotalRatio().GetGoodServiceFilter(), &a.Good},
		{requests.GetGoodTotalRatio().GetBadServiceFilter(), &a.Bad},
		{requests.GetGoodTotalRatio().GetTotalServiceFilter(), &a.Total},
		{windows.GetMetricMeanInRange().GetTimeSeries(), &a.Gauge},
		{windows.GetMetricSumInRange().GetTimeSeries(), &a.Gauge},
	} {
		if part.filter == "" {
			continue
		}
		selected, err := selectSeries(part.filter, series)
		f.add(err)
		for _, s := range selected {
			v := s.Points[0].Value
			*part.amount += float64(v.GetInt64Value()) + v.GetDoubleValue()
		}
	}
	if cut := requests.GetDistributionCut(); cut != nil {
		f.add(a.cut(cut, series))
	}
	return a, f.err()
}

// cut counts the values that a cut calls good, and all.
func (a *Amounts) cut(c *monitoringpb.DistributionCut, series []*monitoringpb.TimeSeries) error {
	selected, err := selectSeries(c.DistributionFilter, series)
	if err != nil {
		return err
	}
	var f faults
	for _, s := range selected {
		d := s.Points[0].Value.GetDistributionValue()
		good, err := countIn(d, c.Range.Min, c.Range.Max)
		f.add(err)
		a.Good += float64(good)
		a.Total += float64(d.GetCount())
	}
	return f.err()
}

// countIn returns how many values lie in [low, high). Bucket i of n+1 has those
// from bound i-1 up to, and without, bound i.
func countIn(d *distribution.Distribution, low, high float64) (int64, error) {
	bounds := d.GetBucketOptions().GetExplicitBuckets().GetBounds()
	at := func(i int) float64 {
		switch i {
		case -1:
			return math.Inf(-1)
		case len(bounds):
			return math.Inf(1)
		}
		return bounds[i]
	}
	var good int64
	for i, count := range d.GetBucketCounts() {
		from, to := at(i-1), at(i)
		switch {
		case count == 0 || to <= low || from >= high:
		case from >= low && to <= high:
			good += count
		default:
			return 0, fmt.Errorf("[%v, %v) cuts the bucket [%v, %v), which has %d values", low, high, from, to, count)
		}
	}
	return good, nil
}

func selectSeries(filter string, series []*monitoringpb.TimeSeries) ([]*monitoringpb.TimeSeries, error) {
	f, err := monitoringfilter.Parse(filter)
	if err != nil {
		return nil, err
	}
	var selected []*monitoringpb.TimeSeries
	for _, s := range series {
		if f.Match(s.Metric.Type, s.Metric.Labels) {
			selected = append(selected, s)
		}
	}
	return selected, nil
}
