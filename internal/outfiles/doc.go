// Package outfiles puts generated files on disk. The command and the tests of
// the goldens use it; it knows neither the language of schemas nor Go.
//
// An [Output] is everything that one schema wants below its folder. [Diff] tells
// what would change, and [Write] changes it, all or nothing. Both also find the
// files that ocgen wrote and that no schema wants any more:
//
//	changes, err := outfiles.Write([]outfiles.Output{{
//		Dir:    "examples/sli",
//		Schema: "metrics.yaml",
//		Files:  []outfiles.File{{Path: "metrics_gen.go", Data: source}},
//	}}, readClaims)
//
// # Ownership
//
// Only files that carry a mark of ocgen are replaced or deleted: the first lines
// of a Go file, which [GoHeader] returns, a line in the manifest of a folder of
// JSON, or the name of a temporary file. A [ClaimsReader] tells which files the
// schemas beside those of a run want, so that none of these is deleted.
package outfiles
