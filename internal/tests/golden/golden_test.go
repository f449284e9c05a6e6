// Package golden_test holds what needs the modules of gRPC and of Cloud Monitoring
// of all golden packages, and two packages over OpenCensus's gRPC plugin.
package golden_test

import (
	"flag"
	"testing"

	"github.com/ocgen/ocgen/internal/regenerate"
)

var update = flag.Bool("update", false, "rewrite the outputs and, with -v, print what changed")

// TestGolden compares the cases here as that of the same name in golden does.
func TestGolden(t *testing.T) {
	for _, dir := range regenerate.Cases(t) {
		t.Run(dir, func(t *testing.T) { regenerate.Compare(t, dir, *update) })
	}
}
