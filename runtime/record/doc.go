// Package record has what generated code of every recorder needs: tags and their values,
// checks of measured values, the registration of a package, and counts of replaced and
// dropped values. Generated code imports it; programs use it through that code.
//
// The package knows no library of metrics.
//
// # What generated code looks like
//
//	var kindTag = record.NewClosedTag("kind", record.ClosedTag{
//		Values: []string{"resize", "encode"},
//	})
//
//	var generated = record.NewPackage(record.PackageInfo{
//		Name:        "workermetrics",
//		Parts:       []record.Part{series.Sets(jobsSeries)},
//		Descriptors: Descriptors,
//	})
//
//	func RegisterViews() error {
//		return generated.Register()
//	}
//
// # Recording never fails
//
// Recorders return nothing, never panic, and are safe for concurrent use. A nil ctx means
// context.Background. A tag value that OpenCensus would refuse is recorded as
// "__invalid__". New values of an open tag beyond its maximum are recorded as "__other__".
// Each replaced or dropped value is counted: [Stats] returns the counts by [Reason].
//
// # For recorders and libraries
//
//   - A recorder adds its metrics to a package as a [Part].
//   - A library that aggregates metrics itself is a [Source].
//   - A tag whose value travels in a context has a [Carrier].
//   - A reader that reads repeatedly keeps a [Memory], so that readings use memory again.
//
// # Compatibility
//
// A generated file refers to a constant of its format, such as [SupportsGenerated1]. If
// the runtime is too old for the file, the file does not compile, and the comment at that
// line has the cure.
package record
