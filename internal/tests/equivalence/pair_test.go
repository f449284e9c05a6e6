package equivalence_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the packages of pair")

// full are what trials leave alone: measures whose views run full, after which
// no sequence of calls begins as the first one did.
var full = []string{"visits", "tours", "rack", "arrival"}

// TestPair generates the committed pair again.
func TestPair(t *testing.T) {
	src, err := os.ReadFile("pair/metrics.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, recorder := range []string{"views", "direct"} {
		source, driver := generate(t, string(src), recorder, recorder, true, full...)
		for name, want := range map[string][]byte{"metrics_gen.go": source, "driver_gen.go": driver} {
			path := filepath.Join("pair", recorder, name)
			if *update {
				if err := os.WriteFile(path, want, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s is not what its schema gives; run the test with -update (%v)", path, err)
			}
		}
	}
}
