package ocgen_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCIInstallsNothingHere runs the beginning of .ci/run as on a contributor's machine
// that lacks all that it needs beside Go: it tells so, and does not call apt-get.
func TestCIInstallsNothingHere(t *testing.T) {
	bin := t.TempDir()
	for _, tool := range []string{"bash", "env", "dirname"} {
		at, err := exec.LookPath(tool)
		if err != nil {
			t.Skip(err)
		}
		if err := os.Symlink(at, filepath.Join(bin, tool)); err != nil {
			t.Fatal(err)
		}
	}
	called := filepath.Join(bin, "called")
	for name, script := range map[string]string{
		"apt-get": "#!" + bin + "/bash\necho apt-get >" + called + "\n",
		"go":      "#!" + bin + "/bash\nexit 7\n", // and so .ci/run ends at "go version"
	} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(script), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(filepath.Join(bin, "bash"), ".ci/run")
	cmd.Env = []string{"PATH=" + bin}
	out, err := cmd.CombinedOutput()
	if err == nil || err.Error() != "exit status 7" {
		t.Errorf("%v: %s", err, out)
	}
	for _, want := range []string{"left out: the race detector: there is no gcc\n", "left out: the tests that ask a real Prometheus",
		"left out: the tests that look at the page", "  sudo apt-get install gcc libc6-dev prometheus chromium fonts-dejavu-core\n"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("does not tell %q:\n%s", want, out)
		}
	}
	if _, err := os.Stat(called); err == nil {
		t.Error("it calls apt-get")
	}
}
