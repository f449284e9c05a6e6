// Package words checks that the recorder is one word of the schema: the same calls compile
// and record the same with each of "views", "direct" and "otel", and every JSON output is the
// same to the byte.
//
// Folder metrics has a generated package with the recorder "otel", and calls is a command
// that uses everything that the package offers. The test builds the command with a package of
// each recorder in that place.
package words
