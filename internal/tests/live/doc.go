// Package live tests whether Cloud Monitoring takes what ocgen writes: metric
// descriptors, services, SLOs of every form, alert policies, dashboards, and the points
// that runtime/stackdriver exports. Everything is created, read back, compared and deleted.
//
// It runs against the fake in internal/fakemonitoring and, if OCGEN_TEST_PROJECT names a
// project of Google Cloud, with the same code against this project.
package live
