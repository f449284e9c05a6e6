// Package pair is for one schema, metrics.yaml, generated for both recorders:
// its tests call both and compare what they export.
//
//go:generate go test github.com/ocgen/ocgen/internal/tests/equivalence -run TestPair -update
package pair
