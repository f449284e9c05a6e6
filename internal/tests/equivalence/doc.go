// Package equivalence compares the three recorders. Packages that are generated from one schema
// with "views", "direct" and "otel" get the same calls and must export the same metrics, except
// the differences that docs/recorders.md lists.
//
// The schemas and the calls are random, or a fuzzer's. Series that can end are also compared with a
// model, which finds what all recorders do wrong. Mutations of the runtime show that the comparison
// finds mistakes.
package equivalence
