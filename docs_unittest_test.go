//go:build go1.25

package ocgen_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestUnitTestFile runs the test file in docs/exporters.md with the recorders of the root
// module. Package internal/tests/docs runs it with the recorder otel.
func TestUnitTestFile(t *testing.T) {
	page, err := os.ReadFile("docs/exporters.md")
	if err != nil {
		t.Fatal(err)
	}
	file := ""
	for _, block := range goBlock.FindAllStringSubmatch(string(page), -1) {
		if strings.HasPrefix(block[1], "package shop_test\n") {
			file = block[1]
		}
	}
	shop, err := os.ReadFile("golden/shopmetrics/metrics.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const recorder = "recorder: views"
	if file == "" || strings.Count(string(shop), recorder) != 1 {
		t.Fatalf("docs/exporters.md needs a test file, and the schema of the shop needs %q", recorder)
	}
	for _, kind := range []string{"views", "direct"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			folder, binary := "docs/tested"+kind, filepath.Join(t.TempDir(), "shop.test")
			source := strings.Replace(string(shop), recorder, "recorder: "+kind, 1)
			runGo(t, map[string]string{
				folder + "/shopmetrics/metrics_gen.go": generatedGo(t, source),
				folder + "/shop_test.go":               strings.Replace(file, "example.com/shop/", module+folder+"/", 1),
			}, "test", "-c", "-vet=off", "-o", binary, "./"+folder) // vet and "go test" would look for the folder
			if out, err := exec.Command(binary).CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
