package runtime

// SupportsGenerated1 and its successors are what generated code of a format
// refers to, so that it fails to compile, at a line that says the cure, with a
// runtime that is too old for it. A change of this package that breaks old
// generated code removes the constants that it breaks; a new format adds the
// next.
const (
	SupportsGenerated1 = true // recorders through OpenCensus's views
	SupportsGenerated2 = true // bound and direct recorders, and observed measures too
	SupportsGenerated3 = true // conditions of SLOs with several prefixes, or with values and prefixes, too
)
