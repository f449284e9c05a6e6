package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/ocgen/ocgen/internal/cli"
	"github.com/ocgen/ocgen/internal/importer"
	"github.com/ocgen/ocgen/schema"
	"github.com/spf13/cobra"
)

const importHelp = `Import reads the hand-written OpenCensus of Go packages and writes a schema with the
same metrics: measures, views, bounds and tags, under the names that they have. The
default is ./..., and the schema goes to standard output. Import changes no Go file.

It reads the source of the packages and of the modules that they need, but does not
build them. Views, tags and values may be constants, variables, fields, literals and
functions of one return; a function that makes views is followed to its callers. What
cannot be read becomes a TODO in the schema, with a place and a reason. The schema has
no errors in any case, and generates at once.

A tag is closed, with a constant for each value, only if no other value is possible.
A key or a function that other modules can use could give it one. Say --closed-world
if no other module imports these packages.

The last lines name the view literals and registrations that RegisterViews of the
generated package replaces, and the registrations that other views also need.

The first line of the schema is for editors: see "ocgen help schema".`

const importExample = `  ocgen import -o metrics/metrics.yaml
  ocgen import --closed-world ./cmd/... ./internal/... >metrics.yaml
  ocgen import --calls`

type importFlags struct {
	output, pkg               string
	tests, closedWorld, calls bool
	schema                    schemaFlag
	format                    cli.Format
}

func newImport() *cobra.Command {
	var flags importFlags
	cmd := &cobra.Command{
		Use:                   "import [-o FILE] [--package NAME] [--tests] [--closed-world] [--calls] [--schema FILE] [--format FORMAT] [PACKAGES]...",
		Short:                 "Read hand-written OpenCensus and write a schema",
		Long:                  importHelp,
		Example:               importExample,
		DisableFlagsInUseLine: true,
		RunE:                  flags.run,
	}
	cmd.Flags().StringVarP(&flags.output, "output", "o", "", "write the schema to `FILE`, which must not exist")
	cmd.Flags().StringVar(&flags.pkg, "package", "", "`NAME` of the generated Go package; the default is the package of FILE's folder, or metrics")
	cmd.Flags().BoolVar(&flags.tests, "tests", false, "read test files too")
	cmd.Flags().BoolVar(&flags.closedWorld, "closed-world", false, "no other module imports these packages, so tags whose keys are exported can be closed")
	cmd.Flags().BoolVar(&flags.calls, "calls", false, "print, in place of the schema, the records that a generated recorder can replace, and its call")
	flags.schema.register(cmd)
	registerFormat(cmd, &flags.format)
	return cmd
}

func (f *importFlags) run(cmd *cobra.Command, args []string) error {
	// 1. Settle what needs no reading.
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"./..."}
	}
	pkg, err := f.packageName()
	if err != nil {
		return err
	}
	first, err := f.schema.modeline(filepath.Dir(f.output))
	if err != nil {
		return err
	}
	// 2. Read.
	progress := newProgress(cmd.ErrOrStderr())
	r, err := importer.Import(cmd.Context(), importer.Options{
		Dir: dir, Patterns: args, Package: pkg, Tests: f.tests, ClosedWorld: f.closedWorld, Progress: progress.show,
	})
	progress.clear()
	if err != nil {
		return err
	}
	// 3. Write, and say what is left for people.
	if err := f.write(cmd.OutOrStdout(), first, r); err != nil {
		return err
	}
	if err := f.report(cmd, r.Findings); err != nil {
		return err
	}
	f.close(cmd.ErrOrStderr(), pkg, r)
	if len(r.Findings) > 0 {
		return errFound
	}
	return nil
}

// packageName returns the package of the schema. It returns an error if a schema at the
// output cannot have it, or exists already.
func (f *importFlags) packageName() (string, error) {
	pkg := f.pkg
	if f.output != "" {
		if _, err := os.Lstat(f.output); err == nil {
			return "", exists(f.output)
		}
		if ext := filepath.Ext(f.output); ext != ".yaml" && ext != ".yml" {
			return "", fmt.Errorf("%s: a schema is a .yaml or .yml file; name one, such as -o metrics/metrics.yaml", filepath.ToSlash(f.output))
		}
		pkg = cmp.Or(pkg, cli.DefaultPackage(f.output))
	}
	pkg = cmp.Or(pkg, "metrics")
	source := cli.Source{Name: filepath.ToSlash(f.output), Dir: filepath.Dir(f.output), Base: filepath.Base(f.output)}
	if f.output == "" {
		source.Dir = os.DevNull // no Go files count
	}
	source.Data = []byte("ocgen: v1\npackage: " + strconv.Quote(pkg) + "\n")
	if _, problems := cli.Check([]cli.Source{source}, ""); problems.Errors() > 0 {
		return "", errors.New(problems[0].Message)
	}
	return pkg, nil
}

func exists(file string) error {
	return fmt.Errorf("%s already exists; delete it, or name another file", filepath.ToSlash(file))
}

// write writes the schema with its first line, or the list of calls.
func (f *importFlags) write(stdout io.Writer, first string, r *importer.Result) error {
	if f.calls {
		for _, c := range r.Calls {
			if _, err := fmt.Fprintf(stdout, "%s  %s\n", c.Place, c.Text); err != nil {
				return err
			}
		}
	}
	switch {
	case f.output != "":
		if err := os.MkdirAll(filepath.Dir(f.output), 0o777); err != nil {
			return err
		}
		err := writeNew(f.output, first+r.Schema)
		if errors.Is(err, fs.ErrExist) {
			return exists(f.output)
		}
		return err
	case !f.calls:
		_, err := io.WriteString(stdout, first+r.Schema)
		return err
	}
	return nil
}

// report prints what is left for people: to standard output, unless the schema or the
// calls are there.
func (f *importFlags) report(cmd *cobra.Command, findings []importer.Finding) error {
	w := cmd.OutOrStdout()
	if f.output == "" || f.calls {
		w = cmd.ErrOrStderr()
	}
	var problems schema.Problems
	for _, found := range findings {
		p := schema.Problem{File: found.File, Place: schema.Place{Line: found.Line, Col: found.Col}, Rule: found.Rule, Message: found.Message}
		if found.Warning {
			p.Severity = schema.Warning
		}
		problems = append(problems, p)
	}
	return f.format.Problems(w, problems)
}

// close prints what comes next, and the summary as the last line.
func (f *importFlags) close(w io.Writer, pkg string, r *importer.Result) {
	if f.output != "" {
		tellWritten(w, f.output)
	}
	if !f.calls {
		tellOld(w, pkg, r.Old)
	}
	fmt.Fprintln(w, r.Summary)
}

// tellOld prints what the generated package replaces, and the registrations of which it
// replaces only a part.
func tellOld(w io.Writer, pkg string, old []importer.Old) {
	var replaced, mixed []string
	for _, o := range old {
		var parts []string
		if len(o.Views) > 0 {
			parts = append(parts, "views at "+lines(o.Views))
		}
		if len(o.Registrations) > 0 {
			parts = append(parts, "registered at "+lines(o.Registrations))
		}
		if len(parts) > 0 {
			replaced = append(replaced, "  "+o.File+": "+strings.Join(parts, "; "))
		}
		if len(o.Mixed) > 0 {
			mixed = append(mixed, "  "+o.File+": "+lines(o.Mixed))
		}
	}
	for _, part := range []struct {
		title string
		lines []string
	}{
		{pkg + ".RegisterViews() then replaces these, which can be deleted:", replaced},
		{"These registrations may also register views that the schema does not have; keep those views:", mixed},
	} {
		if len(part.lines) > 0 {
			fmt.Fprintf(w, "%s\n%s\n", part.title, strings.Join(part.lines, "\n"))
		}
	}
}

// lines returns, for example, "line 7" or "lines 7, 12".
func lines(numbers []int) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.Itoa(n)
	}
	noun := "lines "
	if len(numbers) == 1 {
		noun = "line "
	}
	return noun + strings.Join(texts, ", ")
}
