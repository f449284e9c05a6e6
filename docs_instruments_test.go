package ocgen_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

var (
	inCode = regexp.MustCompile("`([^`]+)`")
	called = regexp.MustCompile(`^[A-Z][a-z]+<Id>\(`)
)

// TestInstruments generates code from each row of the table of instruments in
// docs/schema.md. The code must declare the function that the row names.
func TestInstruments(t *testing.T) {
	page, err := os.ReadFile("docs/schema.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "| in OpenTelemetry, Prometheus | in the schema | in Go |\n|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	tried := 0
	for row := range strings.Lines(table) {
		cells := strings.Split(row, "|")
		keys := map[string]string{"description": "d", "type": "float64", "unit": "ms"}
		for _, code := range inCode.FindAllStringSubmatch(cells[2], -1) {
			if key, value, found := strings.Cut(code[1], ": "); found {
				keys[key] = value
			} else if code[1] == "buckets" {
				keys["buckets"] = "[1, 2]"
			}
		}
		if keys["aggregation"] == "" {
			continue // the row describes it in words
		}
		tried++
		measure := "ocgen: v1\npackage: p\nmeasures:\n  thing:\n"
		for _, key := range []string{"description", "type", "unit", "constant", "observe", "aggregation", "buckets"} {
			if keys[key] != "" {
				measure += fmt.Sprintf("    %s: %s\n", key, keys[key])
			}
		}
		function := called.FindString(strings.Trim(cells[3], " `"))
		want := "func " + strings.ReplaceAll(function, "<Id>", "Thing")
		if generated := generatedGo(t, measure); function == "" || !strings.Contains(generated, want) {
			t.Errorf("%q is not generated from\n%s", want, measure)
		}
	}
	if tried < 9 {
		t.Errorf("only %d rows have an aggregation", tried)
	}
}
