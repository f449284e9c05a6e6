// Package fakemonitoring is a stand-in for the Cloud Monitoring API in tests:
// a gRPC server on the loopback interface that records metric descriptors and
// time series, and refuses what the documentation of the API says it refuses.
package fakemonitoring
