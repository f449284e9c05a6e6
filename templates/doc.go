// Package templates holds the shape of the emitted files: Go declarations in jennifer,
// one function for each, and the bodies of JSON files.
//
// Every function takes plain data and makes no choices. Its caller chooses names, types
// and import names, and whether a declaration exists.
package templates
