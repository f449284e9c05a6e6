// Package templates holds the shape of what ocgen emits: Go declarations in
// jennifer, one function each, and the bodies of JSON files.
//
// Every function takes plain data and decides nothing: names, types, import
// names and whether a declaration exists at all are settled by its caller.
package templates
