package equivalence_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the packages of pair")

// unused are the ids that trials do not use, because other tests fill their tags or views. Then
// a sequence of calls would not begin as another one did.
var unused = []string{"visits", "tours", "rack", "arrival", "trips", "region"}

// TestPair generates the packages of pair again.
func TestPair(t *testing.T) {
	src, err := os.ReadFile("pair/metrics.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, recorder := range []string{"views", "direct", "otel"} {
		source, driver := generate(t, string(src), recorder, recorder, true, unused...)
		for name, want := range map[string][]byte{"metrics_gen.go": source, "driver_gen.go": driver} {
			path := filepath.Join("pair", recorder, name)
			if *update {
				if err := os.WriteFile(path, want, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s differs from the output for its schema; run the test with -update (%v)", path, err)
			}
		}
	}
}
