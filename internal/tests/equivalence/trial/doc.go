// Package trial makes one sequence of calls to two generated packages, one a
// recorder with views and one a direct recorder of the same schema, and compares
// what they export.
//
// A generated package is driven through a [Target], which is generated beside
// it. What is called, and with what, is drawn by a [Draw]: from a seed, or from
// the bytes of a fuzzer.
package trial
