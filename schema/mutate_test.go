package schema_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/internal/mutations"
	"github.com/ocgen/ocgen/schema"
)

// TestMutations makes one mistake in a sample at a time. It must cause one problem, or
// two if two elements need the broken one. Mutations with more problems are listed with
// their number: the rest of an element lacks several keys, several references name an
// element that is no longer declared, or several elements lose the view that used them.
// No other problem may follow.
func TestMutations(t *testing.T) {
	for _, c := range []struct {
		sample, golden string
		least          int
	}{
		{"testdata/sample.yaml", "testdata/mutations.want", 1000},
		{"testdata/direct.yaml", "testdata/mutations_direct.want", 700},
		{"testdata/otel.yaml", "testdata/mutations_otel.want", 700},
		{"testdata/alerts.yaml", "testdata/mutations_alerts.want", 300},
		{"testdata/environments.yaml", "testdata/mutations_environments.want", 300},
	} {
		t.Run(filepath.Base(c.sample), func(t *testing.T) { testMutations(t, c.sample, c.golden, c.least) })
	}
}

func testMutations(t *testing.T, sample, golden string, least int) {
	m := mutants{t: t}
	if err := mutations.Each(read(t, sample), m.check); err != nil {
		t.Fatal(err)
	}
	if m.count < least {
		t.Errorf("only %d mutations", m.count)
	}
	if *update {
		if err := os.WriteFile(golden, []byte(m.many.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if want := string(read(t, golden)); m.many.String() != want {
		t.Error(difference(want, m.many.String()))
	}
}

type mutants struct {
	t     *testing.T
	count int
	many  strings.Builder // mutations with more than two problems
}

func (m *mutants) check(name string, src []byte) {
	m.t.Helper()
	m.count++
	s, problems := schema.Parse(src, schema.Options{File: "sample.yaml"})
	checkProblems(m.t, src, problems)
	if s != nil {
		checkSchema(m.t, s)
	}
	if len(problems) > 2 {
		fmt.Fprintf(&m.many, "%s: %d\n", name, len(problems))
		for _, p := range problems {
			switch p.Rule {
			case "missing-key", "unknown-reference", "unknown-key", "quote-text", "wrong-kind", "bad-id", "unused-tag", "unused-measure", "unused-buckets", "recorder", "tag-in-no-view", "ignored-value",
				"project-required", "alert-resource", "channel-unknown":
			default:
				m.t.Errorf("%s: %v", name, p)
			}
		}
	}
}
