// Package generator makes the files of a schema: the Go package that records
// its metrics, and the JSON for Cloud Monitoring. [Generate] returns them as
// bytes; [Diff] and [Write] compare them with the disk and put them there.
package generator
