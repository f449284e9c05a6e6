package words

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/internal/regenerate"
	"github.com/ocgen/ocgen/schema"
)

var words = []string{"views", "direct", "otel"}

// TestCommitted compares the committed package with its schema.
func TestCommitted(t *testing.T) { regenerate.Compare(t, "metrics", false) }

// TestOneFileOfCalls builds the command with a package of each recorder, and compares what
// the commands print.
func TestOneFileOfCalls(t *testing.T) {
	first := run(t, words[0])
	if n := strings.Count(first, "\n"); n < 30 || !strings.Contains(first, "words/latency{build=v1,http.method=GET,outcome=ok}") {
		t.Errorf("the command prints:\n%s", first)
	}
	for _, word := range words[1:] {
		if got := run(t, word); got != first {
			t.Errorf("with %s the command prints\n%s\nwith %s\n%s", word, got, words[0], first)
		}
	}
}

// run builds and runs the command with a package of the recorder.
func run(t *testing.T, word string) string {
	t.Helper()
	src, err := os.ReadFile("metrics/metrics.yaml")
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "calls")
	source := overlay(t, "metrics/metrics_gen.go", goFile(t, src, word))
	if out, err := exec.Command("go", "build", "-overlay", source, "-o", binary, "./calls").CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", word, err, out)
	}
	out, err := exec.Command(binary).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", word, err, out)
	}
	return string(out)
}

// goFile returns the Go file of a schema with the recorder.
func goFile(t *testing.T, src []byte, word string) []byte {
	t.Helper()
	for _, f := range outputs(t, src, "metrics.yaml", word) {
		if strings.HasSuffix(f.Path, ".go") {
			return f.Data
		}
	}
	t.Fatalf("the recorder %s does not support the schema", word)
	return nil
}

// overlay returns a file for "go build" that puts the source in the place of a committed
// file.
func overlay(t *testing.T, file string, source []byte) string {
	t.Helper()
	dir := t.TempDir()
	committed, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	replaced := filepath.Join(dir, "metrics_gen.go")
	data, err := json.Marshal(map[string]map[string]string{"Replace": {committed: replaced}})
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(dir, "overlay.json")
	for name, data := range map[string][]byte{replaced: source, list: data} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// TestJSONIsTheSame generates every golden schema with each recorder that supports it.
func TestJSONIsTheSame(t *testing.T) {
	var schemas []string
	for _, pattern := range []string{"*/*.yaml", "../golden/*/*.yaml", "../../../golden/*/*.yaml", "../../../examples/*/*.yaml"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		schemas = append(schemas, found...)
	}
	compared := map[string]int{}
	for _, name := range schemas {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var first map[string][]byte
		for _, word := range words {
			files := jsonOf(outputs(t, src, name, word))
			if first == nil {
				first = files
				continue
			}
			if files == nil {
				continue // the recorder does not support the schema
			}
			compared[word] += len(files)
			same(t, name, word, first, files)
		}
	}
	for _, word := range words[1:] {
		if compared[word] < 100 {
			t.Errorf("only %d JSON files of %s were compared", compared[word], word)
		}
	}
}

// same compares the JSON files of two recorders.
func same(t *testing.T, schema, word string, want, got map[string][]byte) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %s writes %d JSON files instead of %d", schema, word, len(got), len(want))
	}
	for path, data := range want {
		if !bytes.Equal(got[path], data) {
			t.Errorf("%s: with %s the file %s is\n%s\ninstead of\n%s", schema, word, path, got[path], data)
		}
	}
}

// outputs returns the files of a schema with the recorder, or nil if the recorder does not
// support the schema.
func outputs(t *testing.T, src []byte, name, word string) []outfiles.File {
	t.Helper()
	for _, other := range words {
		src = bytes.Replace(src, []byte("recorder: "+other), []byte("recorder: "+word), 1)
	}
	if !bytes.Contains(src, []byte("recorder: "+word)) {
		if bytes.Contains(src, []byte("\ngenerate:")) {
			return nil // it names outputs and no recorder
		}
		src = append(bytes.Clone(src), "\ngenerate: {recorder: "+word+"}\n"...)
	}
	s, problems := schema.Parse(src, schema.Options{File: filepath.Base(name), DefaultPackage: func(string) string { return "metrics" }})
	if s == nil {
		for _, p := range problems {
			if p.Severity == schema.Error && p.Rule != "recorder" {
				t.Errorf("%s with %s: %s", name, word, p)
			}
		}
		return nil
	}
	files, err := generator.Generate(s)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// jsonOf returns the JSON files by their paths, or nil without files.
func jsonOf(files []outfiles.File) map[string][]byte {
	var all map[string][]byte
	for _, f := range files {
		if all == nil {
			all = map[string][]byte{}
		}
		if strings.HasSuffix(f.Path, ".json") {
			all[f.Path] = f.Data
		}
	}
	return all
}
