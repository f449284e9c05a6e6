// Package importer reads hand-written OpenCensus and writes a schema.
//
// It works in passes. Each file has one of them:
//
//  1. load: the go command lists the packages; go/parser and go/types read them. A
//     mistake in a package is no reason to stop, so nothing needs to be built.
//  2. find: views, measures, tags, values and records in the syntax.
//  3. evaluate: the values of expressions, once for each call site of their function.
//  4. decide: which tags are closed, ids, names, the short form.
//  5. write: YAML with comments.
//
// What cannot be evaluated has a reason and a place, and becomes a TODO in the schema.
package importer
