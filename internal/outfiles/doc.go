// Package outfiles writes generated files to disk. The command and the tests of golden
// files use it. It knows neither the language of schemas nor Go.
//
// An [Output] is all files of one schema. [Diff] returns the changes that are needed,
// and [Write] makes all of them or none. Both also find files that ocgen wrote and that
// no schema generates any more:
//
//	changes, err := outfiles.Write([]outfiles.Output{{
//		Dir:    "examples/sli",
//		Schema: "metrics.yaml",
//		Files:  []outfiles.File{{Path: "metrics_gen.go", Data: source}},
//	}}, readClaims)
//
// # Ownership
//
// Only files with a mark of ocgen are replaced or deleted: the first lines of a Go file
// or of a page, which [GoHeader] and [PageHeader] return, a line in the manifest of a
// folder of JSON or rules, or the name of a temporary file. A file of rules must also begin
// as [RulesHeader] says. A [ClaimsReader] returns the files of
// other schemas in the same folders, so that these files are not deleted.
package outfiles
