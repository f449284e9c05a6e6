// Package fakemonitoring is a stand-in for the Cloud Monitoring API in tests:
// a gRPC server on the loopback interface that keeps metric descriptors and
// time series, and refuses what the documentation of the API says it refuses,
// in the API's words. Faults can be switched on at any time.
//
// What the documentation leaves open is decided so that a careless exporter is
// found out: a cumulative value must not fall, and a series whose metric has no
// descriptor creates a gauge unless it says otherwise.
package fakemonitoring
