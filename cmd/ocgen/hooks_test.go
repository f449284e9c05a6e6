package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"gopkg.in/yaml.v3"
)

// A hook is one of .pre-commit-hooks.yaml.
type hook struct {
	ID, Name, Description, Language, Entry, Files, Exclude string
	RequireSerial                                          bool  `yaml:"require_serial"`
	AlwaysRun                                              bool  `yaml:"always_run"`
	PassFilenames                                          *bool `yaml:"pass_filenames"`
}

func hooks(t *testing.T) map[string]hook {
	t.Helper()
	data, err := os.ReadFile("../../.pre-commit-hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	var list []hook
	if err := decoder.Decode(&list); err != nil {
		t.Fatal(err)
	}
	byID := map[string]hook{}
	for _, h := range list {
		if h.Name == "" || h.Description == "" || h.Language != "golang" || !h.RequireSerial {
			t.Errorf("%+v", h)
		}
		byID[h.ID] = h
	}
	return byID
}

// passes returns the files that pre-commit passes to the hook.
func (h hook) passes(changed []string) []string {
	if h.PassFilenames != nil && !*h.PassFilenames {
		return nil
	}
	files, exclude := regexp.MustCompile(h.Files), regexp.MustCompile(h.Exclude)
	return slices.DeleteFunc(slices.Clone(changed), func(name string) bool {
		return !files.MatchString(name) || exclude.MatchString(name)
	})
}

// run runs the hook as pre-commit does: the words of entry, then the files.
func (h hook) run(t *testing.T, changed []string) (code int, printed string) {
	t.Helper()
	words := strings.Fields(h.Entry)
	if words[0] != "ocgen" {
		t.Fatalf("%s runs %q", h.ID, words[0])
	}
	var out bytes.Buffer
	code = run(append(words[1:], h.passes(changed)...), nil, &out, &out)
	return code, out.String()
}

const hookFiles = `
-- shop/metrics.yaml --
ocgen: v1
package: shop
measures:
  hits: {description: Hits., type: int64, unit: "1", constant: 1, aggregation: count}
-- stock/metrics.yml --
ocgen: v1
package: stock
measures:
  hits: {description: Hits., type: int64, unit: "1", aggregation: sum}
-- other.yaml --
jobs: {}
-- bad/metrics.yaml --
ocgen: v1
measurs: {}
-- shop/testdata/bad.yaml --
ocgen: v1
measurs: {}
`

func TestHookFiles(t *testing.T) {
	changed := []string{
		"a.yaml", "b/c.yml", "my_vendor/a.yaml", "vendored/a.yaml", "a_b/c.yaml",
		"a.yaml.tmpl", "a.json", "m_gen.go", ".a.yaml", "x/.a.yaml", ".github/workflows/a.yaml", "vendor/a.yaml", "x/vendor/y/a.yaml",
		"node_modules/a.yaml", "testdata/a.yaml", "x/testdata/a.yaml", "_x/a.yaml", "x/_y/a.yaml",
	}
	all := hooks(t)
	if len(all) != 3 {
		t.Errorf("%d hooks", len(all))
	}
	for id, h := range all {
		want := changed[:5]
		if id == "ocgen-breaking" { // it reads deleted schemas too, which pre-commit does not pass
			want = nil
		}
		if got := h.passes(changed); h.AlwaysRun != (want == nil) || !slices.Equal(got, want) {
			t.Errorf("%s: pre-commit passes %q", id, got)
		}
	}
}

func TestHooks(t *testing.T) {
	all := hooks(t)
	t.Chdir(t.TempDir())
	for _, file := range txtar.Parse([]byte(hookFiles)).Files {
		if err := os.MkdirAll(filepath.Dir(file.Name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file.Name, file.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if code := run([]string{"generate", "shop"}, nil, io.Discard, io.Discard); code != exitClean {
		t.Fatal(code)
	}
	for _, c := range []struct {
		hook    string
		changed []string
		code    int
		want    string // a part of the output; "" if nothing is printed
	}{
		{"ocgen-lint", []string{"other.yaml", "shop/metrics.yaml", "shop/testdata/bad.yaml"}, exitClean, ""},
		{"ocgen-lint", []string{"other.yaml"}, exitClean, ""},
		{"ocgen-lint", []string{"other.yaml", "bad/metrics.yaml"}, exitFound, "bad/metrics.yaml:2:1: error: "},
		{"ocgen-lint", []string{"shop/metrics.yaml", "stock/metrics.yml"}, exitFound, "[metric-twice]"},
		{"ocgen-generate-check", []string{"other.yaml", "shop/metrics.yaml"}, exitClean, ""},
		{"ocgen-generate-check", []string{"other.yaml"}, exitClean, ""},
		{"ocgen-generate-check", []string{"other.yaml", "stock/metrics.yml"}, exitFound, "stock/metrics_gen.go"},
	} {
		code, out := all[c.hook].run(t, c.changed)
		if code != c.code || !strings.Contains(out, c.want) || c.want == "" && out != "" {
			t.Errorf("%s %q: exit code %d\n%s", c.hook, c.changed, code, out)
		}
	}
}
