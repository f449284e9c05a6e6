// Package cloudmonitoring holds facts of Cloud Monitoring that several packages need:
// the names of views and tags there, the resources of custom metrics, the API's limits,
// and the text of filters. The language checks schemas with them, the generator writes
// SLOs and descriptors with them, and the exporter writes time series with them. If two
// of these disagreed, an SLO would find no data.
//
// It imports only the standard library, so reading a schema links none of Google's
// client libraries. The fake in internal/fakemonitoring and the checks in
// internal/fakemonitoring/slocheck do not use this package. They have their own copy of the
// facts from the API's documentation, so that a test fails if a fact is wrong here.
package cloudmonitoring
