package words

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

const example = "../../../examples/sli"

var (
	made   = regexp.MustCompile(`(?m)^(\d+) requests made`)
	count  = regexp.MustCompile(`(?m)^request_count_sli .*\n +value\n +(\d+)$`)
	header = regexp.MustCompile(`(?m)^(?:request_count|response_latency)_sli.*$`)
)

// TestExampleSwitches builds examples/sli with each recorder. Nothing but the generated file
// changes, and the program prints the same metrics.
func TestExampleSwitches(t *testing.T) {
	src, err := os.ReadFile(example + "/metrics.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var first []string
	for _, word := range words {
		out := runExample(t, goFile(t, append(src, "\npackage: main\n"...), word))
		requests, counted := made.FindStringSubmatch(out), count.FindStringSubmatch(out)
		if requests == nil || counted == nil || requests[1] != counted[1] {
			t.Errorf("with %s, requests made and counted differ:\n%s", word, out)
		}
		headers := header.FindAllString(out, -1)
		if first == nil {
			first = headers
		}
		if len(headers) != 2 || !slices.Equal(headers, first) {
			t.Errorf("with %s the metrics are %q; with %s they are %q", word, headers, words[0], first)
		}
	}
}

// runExample builds the example with the generated file and returns its output.
func runExample(t *testing.T, source []byte) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "sli")
	build := exec.Command("go", "build", "-overlay", overlay(t, example+"/metrics_gen.go", source), "-o", binary, ".")
	build.Dir = example
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.Command(binary, "-duration", "200ms").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}
