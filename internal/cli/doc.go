// Package cli is the common part of ocgen's commands: finding and reading schemas, and
// printing their problems.
package cli
