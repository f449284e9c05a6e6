package census

import "go.opencensus.io/metric/metricdata"

// A fixedProducer gives the same metrics each time.
type fixedProducer struct{ metrics []*metricdata.Metric }

func (p *fixedProducer) Read() []*metricdata.Metric { return p.metrics }
