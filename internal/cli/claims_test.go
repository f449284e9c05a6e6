package cli

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
)

func TestClaims(t *testing.T) {
	const (
		head = "ocgen: v1\nmeasures: {wait: {description: Wait., type: float64, unit: s, aggregation: distribution, buckets: [1, 2]}}\n"
		slos = "service: {id: s}\nslos: {up: {goal: 99%, period: 1d, distribution: {view: wait, max: 1s}}}\n"
	)
	tests := map[string]struct {
		file, text string
		want       outfiles.Claims
		isSchema   bool
	}{
		"paths of its own":     {"m.yaml", head + "generate: {go: gen/n.go, slo: json/, descriptors: d, docs: n.md}\n", outfiles.Claims{Files: []string{"gen/n.go", "n.md"}, Folders: []string{"json", "d"}}, true},
		"the default Go file":  {"m.yml", head, outfiles.Claims{Files: []string{"m_gen.go"}}, true},
		"a hidden file":        {".m.yaml", head, outfiles.Claims{Files: []string{"m_gen.go"}}, true},
		"the default folders":  {"m.yaml", head + slos, outfiles.Claims{Files: []string{"m_gen.go"}, Folders: []string{"slo", "descriptors"}}, true},
		"a mistake":            {"m.yaml", head + "mistake: 1\n", outfiles.Claims{Unknown: true}, true},
		"no schema":            {"m.yaml", "kind: Pod\n", outfiles.Claims{}, false},
		"another kind of file": {"m.txt", head, outfiles.Claims{}, false},
		"a file that is longer than schemas may be": {"m.yaml", head + strings.Repeat("#", schema.MaxBytes), outfiles.Claims{}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), test.file)
			if err := os.WriteFile(file, []byte(test.text), 0o666); err != nil {
				t.Fatal(err)
			}
			if got, ok := Claims(file); ok != test.isSchema || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, %v; want %+v, %v", got, ok, test.want, test.isSchema)
			}
		})
	}
	folder := filepath.Join(t.TempDir(), "m.yaml")
	if err := os.Mkdir(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, ok := Claims(folder); ok {
		t.Error("a folder counts as a schema")
	}
}
