// Package generator makes the files of a schema: the Go package that records its
// metrics, and the JSON for Cloud Monitoring. [Generate] returns them as bytes and
// writes nothing. Package outfiles writes them to disk.
package generator
