package docs_test

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// existing are the elements of the shop's schema that OpenCensus records.
var existing = regexp.MustCompile(`(?m)^  (?:server_route|server_latency|http_latency):\n(?:    .*\n)+`)

// TestUnitTestFileOTel runs the test file in docs/exporters.md with the recorder otel, which
// the root module does not require.
func TestUnitTestFileOTel(t *testing.T) {
	file := ""
	for _, block := range goBlock.FindAllStringSubmatch(read(t, "docs/exporters.md"), -1) {
		if strings.HasPrefix(block[1], "package shop_test\n") {
			file = block[1]
		}
	}
	shop := read(t, "golden/shopmetrics/metrics.yaml")
	if file == "" || len(existing.FindAllString(shop, -1)) != 3 {
		t.Fatal("docs/exporters.md needs a test file, and the schema of the shop three existing elements")
	}
	shop = strings.Replace(existing.ReplaceAllString(shop, ""), "recorder: views", "recorder: otel", 1)
	const folder = "tested"
	binary := filepath.Join(t.TempDir(), "shop.test")
	runGo(t, map[string]string{
		folder + "/shopmetrics/metrics_gen.go": goFile(t, parse(t, shop)),
		folder + "/shop_test.go":               strings.Replace(file, "example.com/shop/", module+"internal/tests/docs/"+folder+"/", 1),
	}, "test", "-c", "-vet=off", "-o", binary, "./"+folder) // vet and "go test" would look for the folder
	if out, err := exec.Command(binary).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
