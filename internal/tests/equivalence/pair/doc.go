// Package pair has the packages that are generated from one schema, metrics.yaml, with each of
// the three recorders. Its tests make the same calls to all of them and compare their metrics.
//
//go:generate go test github.com/ocgen/ocgen/internal/tests/equivalence -run TestPair -update
package pair
