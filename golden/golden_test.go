package golden_test

import (
	"flag"
	"os/exec"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/internal/regenerate"
)

var update = flag.Bool("update", false, "rewrite the outputs and, with -v, print what changed")

// TestGolden compares each case, byte for byte, with what its schema gives: a case
// is a package of its own, so that it is compiled, vetted and tested as any other.
func TestGolden(t *testing.T) {
	for _, dir := range regenerate.Cases(t) {
		t.Run(dir, func(t *testing.T) { regenerate.Compare(t, dir, *update) })
	}
}

// TestIndexIsInlined asks the compiler: a record by closed tags must not cost a
// call for each of them.
func TestIndexIsInlined(t *testing.T) {
	cmd := exec.Command("go", "build", "-gcflags=-m", "./direct")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, method := range []string{"Method.index", "ErrorClass.index", "First.index"} {
		if !strings.Contains(string(out), "can inline "+method+"\n") || !strings.Contains(string(out), "inlining call to "+method+"\n") {
			t.Errorf("%s is not inlined", method)
		}
	}
}
