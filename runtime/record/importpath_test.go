package record

import (
	"os/exec"
	"testing"
)

func TestImportPath(t *testing.T) {
	if got, want := ImportPath[Package](), "github.com/ocgen/ocgen/runtime/record"; got != want {
		t.Errorf("the package's path is %q, want %q", got, want)
	}
}

// TestImportPathOfCommand runs a command, built as a package and as a file.
func TestImportPathOfCommand(t *testing.T) {
	if testing.Short() {
		t.Skip("it compiles commands")
	}
	for arg, want := range map[string]string{
		"./testdata/command":         "github.com/ocgen/ocgen/runtime/record/testdata/command",
		"./testdata/command/main.go": "main",
	} {
		got, err := exec.Command("go", "run", arg).Output()
		if err != nil || string(got) != want {
			t.Errorf("go run %s: the path is %q, want %q (%v)", arg, got, want, err)
		}
	}
}
