// Package schema is ocgen's language. It reads a schema file, version 1, into a
// resolved model and reports all problems of the file.
//
// Data goes one way, and each step has its files:
//
//	bytes → nodes    syntax.go, reader.go   strict YAML, a place for every node
//	nodes → model    read_*.go, model*.go   references resolved, defaults filled in
//	                 keys.go                a table of the language's keys, by section
//	                 jsonschema.go          the table as a JSON Schema, for editors
//	                 marks.go               what the reader needs beside the model
//	model → problems rules*.go              a table of rules
//
// [Parse] does all three steps. Callers can generate code from the [Schema] that it
// returns without further checks.
package schema
