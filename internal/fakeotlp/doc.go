// Package fakeotlp is a receiver of OTLP metrics for tests: gRPC and HTTP on the
// loopback interface, with OpenTelemetry's own protos. It keeps what arrives and
// has faults that can be switched on while it runs.
package fakeotlp
