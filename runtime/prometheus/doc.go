// Package prometheus serves the metrics of the process to Prometheus: the views
// of generated packages, and, in a program that links runtime/census, as most
// generated packages do, all other OpenCensus views and every other producer that
// go.opencensus.io/metric/metricproducer knows. Each scrape reads them anew, so
// nothing is lost between two of them; what is recorded after the last scrape of a
// process is never asked for.
//
//	handler, err := prometheus.New(prometheus.Options{})
//	if err != nil {
//		log.Fatal(err)
//	}
//	http.Handle("/metrics", handler)
//
// Scrapes at the same time share a reading, for each is a copy of all series. A scrape
// never joins a reading that has begun before it arrived, so its answer has all that was
// recorded before it.
//
// # Names
//
// Names are those that contrib.go.opencensus.io/exporter/prometheus gives, so
// that rules and dashboards made for it stay valid: characters other than
// letters, digits and _ become _ (and of several dashes in a row only the first
// stays, as _), what then starts with a digit or _ gets "key" before it, and
// the rest after 100 bytes is cut. Nothing is appended: neither a unit nor
// "_total". A distribution also owns its name with _bucket, _sum and _count.
//
// Counts and sums are counters, last values are gauges, and distributions are
// histograms.
//
// # Values at a bound
//
// A bucket holds the values from its lower bound, inclusive, to its
// upper bound, exclusive. The label "le" of Prometheus is meant to say "less
// than or equal", but here it says "less than": a value that equals a bound is
// counted in the next bucket, so le="1000" does not count a latency of exactly
// 1000 ms. An SLO's threshold means the same in Cloud Monitoring, where a range
// includes its lower end alone.
//
// An exemplar is that of the bucket that counts it, so one of exactly 1000 ms stands
// in the bucket above le="1000". Prometheus refuses one that is not newer, by its
// milliseconds, than the last of its bucket: of those less than 2 ms apart the first
// to be scraped stays.
//
// # What is left out
//
// Prometheus takes a scrape as a whole or not at all, so one bad name could
// hide all metrics. [New] therefore refuses registered packages whose names
// collide. Whatever else collides, or is malformed, is left out of the scrape
// and all others are served: names that are equal once sanitised, a label that
// is there twice, a distribution with the label "le", distributions of gauges
// and summaries, series of other label counts than their metric, label values
// that are not UTF-8, bucket counts that do not add up, sums that are not
// finite. Each of them is reported to [Options.OnError] once, and the gauge
// ocgen_prometheus_left_out_series counts the series that its own scrape lacks;
// alert on it being above 0.
//
// # Formats
//
// A scrape gets the text format, or protobuf if it asks for that. OpenMetrics is
// an option, because it changes series that dashboards may know; see
// [Options.OpenMetrics].
package prometheus
