package main

import (
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/ocgen/ocgen/internal/cli"
	"github.com/spf13/cobra"
)

const initHelp = `Init writes metrics.yaml, a schema to start from, into a folder. The default is
the current folder. Init creates a missing folder, and never replaces a file.

The Go package is the package of the Go files in the folder. If there are none, it
is made from the folder's name.

The first line of the schema is for editors: see "ocgen help schema".`

const starterName = "metrics.yaml"

// starter is the schema that init writes, with PACKAGE and SERVICE to fill in.
//
//go:embed starter.yaml.tmpl
var starter string

func newInit() *cobra.Command {
	var flag schemaFlag
	cmd := &cobra.Command{
		Use:                   "init [--schema FILE] [DIR]",
		Short:                 "Write a schema to start from",
		Long:                  initHelp,
		Args:                  cobra.MaximumNArgs(1),
		DisableFlagsInUseLine: true,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(cmd *cobra.Command, args []string) error { return runInit(cmd, args, flag) },
	}
	flag.register(cmd)
	return cmd
}

func runInit(cmd *cobra.Command, args []string, flag schemaFlag) error {
	dir := "."
	if len(args) == 1 {
		dir = args[0]
	}
	name := filepath.Join(dir, starterName)
	first, err := flag.modeline(dir)
	if err != nil {
		return err
	}
	text, err := starterFor(dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if err := writeNew(name, first+text); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s already exists; delete it, or name another folder", filepath.ToSlash(name))
	} else if err != nil {
		return err
	}
	tellWritten(cmd.ErrOrStderr(), name)
	return nil
}

// tellWritten names a new schema and the commands that come next.
func tellWritten(w io.Writer, name string) {
	name = filepath.ToSlash(name)
	fmt.Fprintf(w, `wrote %s; next:
  %s generate %s
  go mod tidy    # adds the modules that the generated code imports
`, name, calledAs(), shellWord(name))
}

var plainShellWord = regexp.MustCompile(`^[\pL\pN_./:@%+,=-]+$`)

// shellWord returns an argument as a shell reads it.
func shellWord(arg string) string {
	if plainShellWord.MatchString(arg) {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}

// calledAs returns the shell command that runs ocgen. A tool of a module is not in
// PATH.
func calledAs() string {
	if _, err := exec.LookPath("ocgen"); err != nil {
		return "go tool ocgen"
	}
	return "ocgen"
}

// writeNew writes a file that must not exist. It leaves no incomplete file.
func writeNew(name, text string) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}

// starterFor returns the starter with the names that follow from the folder's name.
func starterFor(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	service := serviceOf(abs)
	pkg := cli.DefaultPackage(filepath.Join(dir, starterName))
	if pkg == "" {
		pkg = cmp.Or(plainWord(filepath.Base(abs)), service)
	}
	if token.IsKeyword(pkg) || pkg == "documentation" { // Go ignores the files of such a package
		pkg += "metrics"
	}
	return strings.NewReplacer("PACKAGE", pkg, "SERVICE", service).Replace(starter), nil
}

// serviceOf guesses a service's id from the folder of its metrics, e.g. "shop"
// from shop/, shopmetrics/ and shop/metrics/.
func serviceOf(dir string) string {
	for _, name := range []string{filepath.Base(dir), filepath.Base(filepath.Dir(dir))} {
		if word := strings.TrimSuffix(plainWord(name), "metrics"); word != "" {
			return word
		}
	}
	return "myservice"
}

// maxWord limits a service's id to far less than the API allows.
const maxWord = 40

// plainWord returns the ASCII letters and digits of a folder's name in lower case, from
// the first letter on, e.g. "myshop" for "my-Shop".
func plainWord(name string) string {
	word := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(name))
	word = strings.TrimLeft(word, "0123456789")
	return word[:min(len(word), maxWord)]
}
