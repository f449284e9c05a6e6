// Package fakemonitoring is a stand-in for the Cloud Monitoring API in tests: a
// server on the loopback interface that keeps metric descriptors, time series,
// services, SLOs, alert policies and dashboards, and refuses what the
// documentation of the API says it refuses, in the API's words where they are
// known. It has the gRPC services and, on another port, their REST API.
// Faults can be switched on at any time.
//
// What the documentation leaves open is decided so that a careless client is
// found out: a cumulative value must not fall, a series whose metric has no
// descriptor creates a gauge unless it says otherwise, and a service with SLOs
// or an SLO that an alert policy names cannot be deleted.
//
// slocheck has the rules for SLOs, alert policies and dashboards.
package fakemonitoring
