// Package record is what generated code of every recorder calls: tags and their values,
// checks of measured values, the registration of a package, and the counts of everything
// that was replaced or dropped. It knows no library of metrics.
//
// Generated code imports it; programs use it through that code:
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
// Recorders return nothing, never panic, and need no locking by the caller. A nil ctx is
// context.Background. A text that OpenCensus would refuse is recorded as "__invalid__",
// and an open tag's values past its maximum as "__other__". Each replaced or dropped value
// is counted: [Stats] returns the counts by [Reason].
//
// # For recorders and libraries
//
// A recorder adds its metrics to a package as a [Part]. A library that aggregates metrics
// itself is a [Source]. A tag that travels in a context has a [Carrier]. A reader that
// reads again and again keeps a [Memory].
//
// # Compatibility
//
// A generated file refers to a constant of its format, such as [SupportsGenerated1]. With
// a runtime that is too old for the file it does not compile, and the comment at that line
// has the cure.
package record
