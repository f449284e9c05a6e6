package outfiles

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// killedIn names the folder in which TestWriterToKill writes, in a separate process.
const killedIn = "OCGEN_TEST_KILLED_IN"

// TestWriterToKill is not a test, but the process that the tests below start. It stops
// at the operation in its arguments, reports this, and waits to be killed.
func TestWriterToKill(t *testing.T) {
	dir := os.Getenv(killedIn)
	if dir == "" {
		t.Skip("the process of other tests")
	}
	var kind string
	var left int
	if _, err := fmt.Sscan(os.Getenv("OCGEN_TEST_STOP_AT"), &kind, &left); err != nil {
		t.Fatal(err)
	}
	at := func(this string, do func(root *os.Root, from, to string) error) func(root *os.Root, from, to string) error {
		return func(root *os.Root, from, to string) error {
			if this == kind {
				if left--; left < 0 {
					fmt.Println("stopped")
					_, _ = io.ReadAll(os.Stdin) // the other end is never closed
				}
			}
			return do(root, from, to)
		}
	}
	_, _ = write([]Output{mixedOutput(dir)}, readClaims, disk{rename: at("rename", renameIn), link: at("link", linkIn)})
}

// startWriter starts a run of mixedOutput that stops at an operation. The returned
// function kills it.
func startWriter(t *testing.T, dir, stopAt string) (kill func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestWriterToKill$")
	cmd.Env = append(os.Environ(), killedIn+"="+dir, "OCGEN_TEST_STOP_AT="+stopAt)
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	t.Cleanup(kill)
	if line, err := bufio.NewReader(stdout).ReadString('\n'); line != "stopped\n" {
		t.Fatalf("the writer says %q, %v", line, err)
	}
	return kill
}

func leftovers(changes []Change) (n int) {
	for _, c := range changes {
		if c.IsLeftover() {
			n++
		}
	}
	return n
}

// stops are operations of a run of mixedOutput, during staging and between renames.
var stops = []string{"link 0", "link 2", "rename 0", "rename 1", "rename 2", "rename 3", "rename 4", "rename 5", "rename 6", "rename 7"}

func TestTemporaryFilesOfAKilledRun(t *testing.T) {
	clean := disc(t, map[string]string{"m.yaml": "", "slo/mine.json": "mine"})
	mustWrite(t, mixedOutput(clean))
	for _, stop := range stops {
		t.Run(stop, func(t *testing.T) {
			dir := disc(t, map[string]string{"m.yaml": "", "slo/mine.json": "mine"})
			mustWrite(t, sampleOutput(dir, "1"))
			startWriter(t, dir, stop)()
			temporary := strings.Count(listing(t, dir), ".tmp")
			changes, err := Diff([]Output{mixedOutput(dir)}, readClaims)
			if err != nil || temporary == 0 || leftovers(changes) != temporary {
				t.Errorf("--check tells %d of %d temporary files, %v", leftovers(changes), temporary, err)
			}
			next := mixedOutput(dir)
			for i, f := range next.Files {
				next.Files[i].Data = append(f.Data, '3') // the schema changes again
			}
			mustWrite(t, next)
			if got, want := listing(t, dir), listing(t, clean); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if changes := mustWrite(t, next); len(changes) != 0 {
				t.Errorf("again: %s", summary(changes, dir))
			}
		})
	}
}

// Temporary files of a killed run of another schema that was deleted since are deleted
// too, with the folder that was created for them.
func TestTemporaryFilesOfAVanishedSchema(t *testing.T) {
	dir := disc(t, map[string]string{"up.yaml": schemaHead, "sub/m.yaml": ""})
	startWriter(t, filepath.Join(dir, "sub"), "rename 0")()
	if err := os.Remove(filepath.Join(dir, "sub", "m.yaml")); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, Output{dir, "up.yaml", []File{goOutput("up_gen.go", "up.yaml", "")}})
	if got, want := listing(t, dir), "up.yaml up_gen.go"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A run that fails also leaves the temporary files of a killed run.
func TestFailingRunLeavesTemporaryFiles(t *testing.T) {
	dir := disc(t, map[string]string{"m.yaml": "", "slo/.ocgen-ABCDEFGHIJKLMNOPQRSTUVWXYZ.tmp": "1"})
	before := tree(t, dir)
	if _, err := write([]Output{sampleOutput(dir, "1")}, readClaims, failAt(6)); err == nil {
		t.Error("want the injected failure")
	}
	if after := tree(t, dir); after != before {
		t.Errorf("changed:\n%s\nbefore:\n%s", after, before)
	}
}

// The files of an active run stay, and do not count as stale.
func TestTemporaryFilesOfARunThatGoesOn(t *testing.T) {
	switch runtime.GOOS {
	case "linux", "darwin", "freebsd", "netbsd", "openbsd", "dragonfly":
	default:
		t.Skip("no locks on folders")
	}
	dir := disc(t, map[string]string{"up.yaml": schemaHead, "sub/m.yaml": ""})
	startWriter(t, filepath.Join(dir, "sub"), "rename 3")
	before := tree(t, filepath.Join(dir, "sub"))
	up := Output{dir, "up.yaml", []File{goOutput("up_gen.go", "up.yaml", "")}}
	if got, want := summary(mustWrite(t, up), dir), "create up_gen.go"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if changes, err := Diff([]Output{up}, readClaims); err != nil || len(changes) != 0 {
		t.Errorf("--check tells %s, %v", summary(changes, dir), err)
	}
	if after := tree(t, filepath.Join(dir, "sub")); after != before {
		t.Errorf("changed:\n%s\nbefore:\n%s", after, before)
	}
}

// Only files with names that ocgen makes are temporary files of ocgen.
func TestOtherTemporaryFilesStay(t *testing.T) {
	files := map[string]string{"m.yaml": schemaHead}
	for _, name := range []string{".ocgen-x.tmp", ".ocgen-ABCDEFGHIJKLMNOPQRSTUVWXYZ.tmp.bak", "ocgen-ABCDEFGHIJKLMNOPQRSTUVWXYZ.tmp",
		".ocgen-abcdefghijklmnopqrstuvwxyz.tmp", ".ocgen-ABCDEFGHIJKLMNOPQRSTUVWXYZ.tmp/file", "vendor/.ocgen-ABCDEFGHIJKLMNOPQRSTUVWXYZ.tmp"} {
		files[name] = "mine"
	}
	dir := disc(t, files)
	finds(t, dir, []Output{{dir, "m.yaml", []File{goOutput("m_gen.go", "m.yaml", "")}}}, "")
}
