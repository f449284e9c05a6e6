// Package prometheus serves the metrics of the process to Prometheus. Programs import it.
//
// The metrics are those of generated packages. In a program that links runtime/census, they
// are also all other OpenCensus views and the metrics of every other producer of OpenCensus's
// package metricproducer. Generated packages with the recorders "views" and "direct" link it.
//
// # A complete program
//
//	func main() {
//		if err := shopmetrics.RegisterViews(); err != nil {
//			log.Fatal(err)
//		}
//		handler, err := prometheus.New(prometheus.Options{})
//		if err != nil {
//			log.Fatal(err)
//		}
//		http.Handle("/metrics", handler)
//		log.Fatal(http.ListenAndServe(":8080", nil))
//	}
//
// # Scrapes
//
// Each scrape reads the metrics anew, so nothing is lost between two scrapes. Records
// after the last scrape of a process are never scraped.
//
// Simultaneous scrapes share a reading. A scrape never shares a reading that began before
// the scrape arrived, so its response has all earlier records. While the responses of two
// readings are being written, scrapes wait for the end of one of them, and share the next
// reading. So forty scrapes at once need about twice the memory of one. A response to a slow
// client delays a reading by at most one second.
//
// # Memory
//
// Between scrapes the handler keeps what the next scrape needs again: for each series that
// the last scrape served its labels, its last point, and the messages of client_golang with its
// values. With three labels that is about 800 bytes for a number and 2.4 KB for a
// distribution with 12 bounds. Series that end are forgotten at the next scrape. After
// 5 minutes without a scrape only the labels, and sums and exemplars of distributions, are
// kept.
//
// A response is written in pieces of 32 KB. So while it is being written it needs about 40 KB,
// and in gzip 800 KB more.
//
// A response holds the messages of its reading until it is written: 160 bytes for a number and
// 1.4 KB for a distribution with 12 bounds. Each client that stops reading may hold messages of its
// own. WriteTimeout of [http.Server] ends such responses, so set it.
//
// # Names
//
// OpenCensus's exporter for Prometheus makes the same names, so existing rules and
// dashboards stay valid:
//
//   - characters other than letters, digits and _ become _; of several consecutive dashes
//     only the first is kept, as _;
//   - if the result starts with a digit or _, it gets the prefix "key";
//   - names are cut after 100 bytes;
//   - nothing is appended: neither a unit nor "_total".
//
// A distribution also owns its name with _bucket, _sum and _count.
//
// Counts and sums are counters, last values and up-down counts are gauges, and distributions
// are histograms. A sum that has fallen, such as view.Sum over +1 and -1, is untyped from then on: unknown in
// OpenMetrics. Its series keep their name. A name that ends in "_total" keeps this end.
//
// # Values at a bound
//
// A bucket holds the values from its lower bound, inclusive, to its upper bound,
// exclusive. Prometheus defines the label "le" as "less than or equal"; here it means
// "less than". A value that equals a bound is counted in the next bucket, so le="1000"
// does not count a latency of exactly 1000 ms. The threshold of an SLO has the same
// meaning in Cloud Monitoring, where a range includes only its lower end.
//
// An exemplar belongs to the bucket that counts its value, so an exemplar of exactly
// 1000 ms is in the bucket above le="1000". Prometheus refuses an exemplar whose time in
// milliseconds is not later than the last exemplar of the bucket. Of exemplars less than
// 2 ms apart only the first that is scraped is kept.
//
// # What is left out
//
// Prometheus accepts a scrape as a whole or not at all, so one bad name would hide all
// metrics. Therefore [New] refuses registered packages whose names collide. Everything
// else that collides or is malformed is left out, and the rest is served:
//
//   - names that are equal after the characters are replaced;
//   - a label that exists twice, and a distribution with the label "le";
//   - distributions of gauges, and summaries;
//   - series whose number of labels differs from their metric's;
//   - label values that are not UTF-8;
//   - bucket counts that do not add up, and sums that are not finite.
//
// Each is reported to [Options.OnError] once. The gauge ocgen_prometheus_left_out_series
// is the number of series that its own scrape lacks: alert when it is above 0.
//
// # Formats
//
// A scrape gets the text format, or protobuf if it requests protobuf. Responses are compressed
// with gzip if the request accepts it. OpenMetrics is an option, because it changes series that
// existing dashboards may use: see [Options.OpenMetrics].
package prometheus
