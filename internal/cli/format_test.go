package cli

import (
	"errors"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
)

func TestFormatProblems(t *testing.T) {
	problems := schema.Problems{{
		File: "a,b:c.yaml", Place: schema.Place{Line: 3, Col: 5}, Severity: schema.Warning,
		Rule: "unit-in-name", Message: "<ms> is 100% \"not\" µs,\r\nbut: s",
	}}
	tests := map[string]string{
		"text":   "a,b:c.yaml:3:5: warning: <ms> is 100% \"not\" µs,\r\nbut: s [unit-in-name]\n",
		"json":   `{"file":"a,b:c.yaml","line":3,"column":5,"severity":"warning","rule":"unit-in-name","message":"<ms> is 100% \"not\" µs,\r\nbut: s"}` + "\n",
		"github": "::warning file=a%2Cb%3Ac.yaml,line=3,col=5,title=unit-in-name::<ms> is 100%25 \"not\" µs,%0D%0Abut: s\n",
	}
	for _, name := range FormatNames() {
		var f Format
		if err := f.Set(name); err != nil || f.String() != name {
			t.Fatalf("%s: %v, %v", name, f, err)
		}
		var out strings.Builder
		if err := f.Problems(&out, problems); err != nil || out.String() != tests[name] {
			t.Errorf("%s:\n got %q, %v\nwant %q", name, out.String(), err, tests[name])
		}
	}
}

func TestFormatUnknown(t *testing.T) {
	f := JSON
	if err := f.Set("xml"); err == nil || f != JSON {
		t.Errorf("got %v, %v: want an error, and json as before", f, err)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestFormatTellsFailedWrites(t *testing.T) {
	for _, f := range []Format{Text, JSON, GitHub} {
		if err := f.Problems(brokenPipe{}, schema.Problems{{}}); err == nil {
			t.Errorf("%s: problems: want an error", f)
		}
		if err := f.Changes(brokenPipe{}, []outfiles.Change{{Path: "a", New: []byte("1")}}, "ocgen generate"); err == nil {
			t.Errorf("%s: changes: want an error", f)
		}
	}
}
