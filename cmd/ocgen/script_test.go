package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"io/fs"
	"os"
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

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exit":     exit,
			"snapshot": snapshot,
			"fill":     fill,
		},
	})
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
