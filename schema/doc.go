// Package schema is ocgen's language: it reads a schema file, version 1, into a
// resolved model and tells everything that is wrong with it.
//
// Data goes one way, and each step has its files:
//
//	bytes → nodes    syntax.go, reader.go   strict YAML, a place for every node
//	nodes → model    read_*.go, model*.go   references resolved, defaults filled in
//	                 keys.go                a table of the language's keys, by section
//	                 marks.go               what the reader needs beside the model
//	model → problems rules*.go              a table of rules
//
// [Parse] does all three. A [Schema] that it returns can be generated from
// without further checks: that is the package's promise to its callers.
package schema
