package ocgen_test

import (
	"testing"

	"github.com/ocgen/ocgen/internal/cli"
	"github.com/ocgen/ocgen/internal/outfiles"
)

// TestGenerateEverything holds that "ocgen generate ./..." passes here without a warning
// and changes nothing: the golden packages, as one run.
func TestGenerateEverything(t *testing.T) {
	sources, err := cli.Load([]string{"./..."}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(sources) < 20 {
		t.Errorf("only %d schemas", len(sources))
	}
	checked, problems := cli.Check(sources, "")
	for _, p := range problems {
		t.Error(p)
	}
	var outputs []outfiles.Output
	for _, c := range checked {
		if c.Schema == nil {
			continue // a problem says why
		}
		o, err := c.Generate()
		if err != nil {
			t.Fatal(err)
		}
		outputs = append(outputs, o)
	}
	changes, err := outfiles.Diff(outputs, cli.Claims)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		t.Errorf("%s %s:\n%s", c.Action, c.Path, c.Diff())
	}
}
