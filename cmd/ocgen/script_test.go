package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the expectations of scripts that compare whole outputs")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ocgen": main})
}

func TestScripts(t *testing.T) { testscript.Run(t, params(filepath.Join("testdata", "script"))) }

func params(dir string) testscript.Params {
	return testscript.Params{
		Dir:                 dir,
		UpdateScripts:       *update,
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exit":     exit,
			"snapshot": snapshot,
			"fill":     fill,
			"module":   module,
		},
		Setup: offline,
	}
}

// exit is "exit CODE COMMAND [ARG]...": it runs a command and asserts its exit code.
// "!" in a script does not distinguish codes.
func exit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit code command [arg]...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := "0"
	if err != nil {
		code = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if code != args[0] {
		ts.Fatalf("exit code %s, want %s", code, args[0])
	}
}

// snapshot is "snapshot FILE": it writes names, modes, times and hashes of everything
// in the current folder to a file elsewhere, for cmp.
func snapshot(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: snapshot file")
	}
	var lines strings.Builder
	root := ts.MkAbs(".")
	ts.Check(filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || p == root {
			return err
		}
		if d.Name() == ".tmp" {
			return fs.SkipDir // the script's own temporary files
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		fmt.Fprint(&lines, strings.TrimPrefix(p, root), " ", info.Mode())
		if info.Mode().IsRegular() {
			data, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			fmt.Fprintf(&lines, " %s %x", info.ModTime(), sha256.Sum256(data))
		}
		lines.WriteByte('\n')
		return nil
	}))
	ts.Check(os.WriteFile(filepath.Join(ts.Getenv("TMPDIR"), args[0]), []byte(lines.String()), 0o666))
}

// offline lets scripts run the go command, with the modules that this module needs and
// without a network.
func offline(env *testscript.Env) error {
	out, err := exec.Command("go", "env", "GOMODCACHE", "GOCACHE").Output()
	if err != nil {
		return err
	}
	folders := strings.Fields(string(out))
	for i, name := range []string{"GOMODCACHE", "GOCACHE"} {
		env.Setenv(name, folders[i])
	}
	for _, pair := range []string{"GOPROXY=off", "GOWORK=off", "GOFLAGS=", "GOTOOLCHAIN=local"} {
		name, value, _ := strings.Cut(pair, "=")
		env.Setenv(name, value)
	}
	return nil
}

// module is "module PATH": it writes the go.mod and go.sum of a module that uses
// OpenCensus and this checkout of ocgen.
func module(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: module path")
	}
	root, err := filepath.Abs("../..")
	ts.Check(err)
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("go.sum"), sums, 0o666))
	ts.Check(os.WriteFile(ts.MkAbs("go.mod"), fmt.Appendf(nil, `module %s

go 1.24.0

require (
	github.com/ocgen/ocgen v0.0.0
	go.opencensus.io v0.24.0
)

require github.com/golang/groupcache v0.0.0-20200121045136-8c9f03a8e57e // indirect

replace github.com/ocgen/ocgen => %s
`, args[0], root), 0o666))
}

// fill is "fill FILE BYTES": it appends that many bytes of comment.
func fill(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: fill file bytes")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	file, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_WRONLY, 0)
	ts.Check(err)
	_, err = file.WriteString(strings.Repeat("#", n))
	ts.Check(err)
	ts.Check(file.Close())
}
