package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// The exit codes. Scripts and CI depend on them.
const (
	exitClean  = 0 // also with warnings only
	exitFound  = 1 // errors in a schema, or stale outputs
	exitFailed = 2 // wrong arguments, or an error that is not in a schema
)

// errFound is returned by a command that did its work and printed the problems that it
// found.
var errFound = errors.New("problems were found")

const rootHelp = `ocgen generates Go code and SLOs from a metric schema: one YAML file that declares
measures, units, tags, views, buckets and service level objectives (SLOs).

The output is a Go package with typed recording functions, and JSON for the Cloud
Monitoring API. Commit both. Run ocgen through go generate, and run
"ocgen generate --check" in CI to find stale files.

A schema is a .yaml or .yml file with a top-level "ocgen:" key. The arguments of a
command are schemas, folders of schemas, and whole trees such as "./...". The
default is the current folder. A tree is searched without vendor, node_modules,
testdata, folders that begin with "." or "_", and other Go modules.`

const rootExample = `  ocgen init                     write a schema to start from
  ocgen import                   write a schema of the OpenCensus that is there
  ocgen generate                 generate from the schemas of this folder
  ocgen generate --check ./...   fail if a committed file in or below this folder is stale
  ocgen lint -v                  check only; also print time series per view, and notes
  ocgen breaking ./...           report what a change breaks, compared with the last commit
  ocgen schema                   print the JSON Schema of the language, for editors
  ocgen docs -o METRICS.md       describe the metrics and SLOs in Markdown

  //go:generate go tool ocgen generate`

// run is the whole program. It returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	called := false
	root := newRoot()
	root.PersistentPreRun = func(*cobra.Command, []string) { called = true }
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteC()
	switch {
	case err == nil:
		return exitClean
	case errors.Is(err, errFound):
		return exitFound
	}
	for line := range strings.SplitSeq(oneLine(err.Error()), "\n") {
		fmt.Fprintf(stderr, "ocgen: %s\n", line)
	}
	if !called {
		fmt.Fprintf(stderr, "usage: %s\n", cmd.UseLine())
	}
	return exitFailed
}

// oneLine puts the suggestions that cobra adds for an unknown command on the line of
// the message. Other messages of several lines are several errors and stay as they are.
func oneLine(text string) string {
	text, meant, _ := strings.Cut(text, "\n\nDid you mean this?\n")
	if meant != "" {
		text += "; did you mean " + strings.Join(strings.Fields(meant), " or ") + "?"
	}
	return text
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:                   "ocgen [command]",
		Short:                 "Generate metrics code and SLOs from a schema",
		Long:                  rootHelp,
		Example:               rootExample,
		Version:               version(),
		SilenceErrors:         true,
		SilenceUsage:          true,
		DisableFlagsInUseLine: true,
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.Flags().Bool("version", false, "print the version") // otherwise cobra uses -v, which is a flag of lint
	root.AddCommand(newInit(), newImport(), newGenerate(), newLint(), newBreaking(), newSchema(), newDocs(), newVersion())
	return root
}

// completeSchemas completes schemas and folders.
func completeSchemas(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
}
