// Package cli is what ocgen's commands share: finding and reading schemas, and
// printing what was found in them.
package cli
