// Package cloudmonitoring holds facts of Cloud Monitoring that several packages
// need: how views and tags are named there, which resources custom metrics are
// written against, the API's limits, and the text of filters. The language checks
// schemas by them, the generator writes SLOs and descriptors by them, and the
// exporter writes time series by them: if two of these disagreed, an SLO would
// find no data.
//
// It imports only the standard library, so that reading a schema links no client
// of Google's. The fake in internal/fakemonitoring and the checks in
// internal/slocheck do not use it: they have the facts from the API's
// documentation once more, so that a test fails if one of them is wrong here.
package cloudmonitoring
