package ocgen_test

import (
	"os"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// TestJSONSchema compares the file that editors load from the web with the language.
func TestJSONSchema(t *testing.T) {
	const file = "docs/ocgen.schema.json"
	text, err := os.ReadFile(file)
	if err != nil && !*update {
		t.Fatal(err)
	}
	want := schema.JSONSchema()
	if string(text) == string(want) {
		return
	}
	if !*update {
		t.Fatalf("%s is not the JSON Schema of the language; run: go test . -update", file)
	}
	if err := os.WriteFile(file, want, 0o644); err != nil {
		t.Fatal(err)
	}
}
