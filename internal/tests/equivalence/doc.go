// Package equivalence holds the two recorders against each other: generated from
// one schema, once with views and once direct, and called in the same way, they
// must export the same, but for the differences that docs/recorders.md lists.
//
// The schemas, the packages and the calls are random, or a fuzzer's. Mutations
// of the runtime show that the comparison would notice.
package equivalence
