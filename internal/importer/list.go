package importer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
)

// A listed is a package as "go list" describes it.
type listed struct {
	ImportPath     string
	Name           string
	Dir            string
	GoFiles        []string
	CgoFiles       []string
	IgnoredGoFiles []string
	TestGoFiles    []string
	XTestGoFiles   []string
	Imports        []string
	TestImports    []string
	XTestImports   []string
	ImportMap      map[string]string
	Standard       bool
	DepOnly        bool
	ForTest        string
	Module         *listedModule
	Error          *struct{ Err string }
}

// A listedModule is a module as "go list" describes it.
type listedModule struct {
	Path, Version, Dir string
	Main               bool
	Replace            *listedModule
}

const listFields = "ImportPath,Name,Dir,GoFiles,CgoFiles,IgnoredGoFiles,TestGoFiles,XTestGoFiles,Imports,TestImports,XTestImports,ImportMap,Standard,DepOnly,ForTest,Module,Error"

// listPackages returns the packages of the patterns and all that they import. A package
// comes after the packages that it imports.
func listPackages(ctx context.Context, opts Options) ([]*listed, error) {
	args := []string{"list", "-e", "-deps", "-json=" + listFields}
	if opts.Tests {
		args = append(args, "-test")
	}
	out, err := goCommand(ctx, opts.Dir, append(append(args, "--"), opts.Patterns...)...)
	if err != nil {
		return nil, err
	}
	var list []*listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		p := &listed{}
		switch err := decoder.Decode(p); {
		case errors.Is(err, io.EOF):
			return list, unmatched(list, opts.Patterns)
		case err != nil:
			return nil, fmt.Errorf("go list: %w", err)
		}
		if p.ForTest == "" && !strings.HasSuffix(p.ImportPath, ".test") { // tests are read with their package
			list = append(list, p)
		}
	}
}

// unmatched returns an error if no pattern matches a package. It contains what the go
// command says of the patterns.
func unmatched(list []*listed, patterns []string) error {
	var said []string
	for _, p := range list {
		if p.DepOnly || p.Standard {
			continue
		}
		if p.Dir != "" && p.Module != nil || len(p.GoFiles)+len(p.CgoFiles)+len(p.TestGoFiles)+len(p.XTestGoFiles) > 0 {
			return nil
		}
		if p.Error != nil {
			said = append(said, strings.TrimSpace(p.Error.Err))
		}
	}
	if len(said) == 0 {
		return fmt.Errorf("%s: no Go package matches; name packages of this module, such as \"./...\"", strings.Join(patterns, " "))
	}
	return errors.New(strings.Join(said, "\n"))
}

// otherPackages reports whether a main module has packages that the patterns leave out,
// so that callers in them are not seen.
func otherPackages(ctx context.Context, opts Options, list []*listed) (bool, error) {
	known, dirs := map[string]bool{}, []string{}
	for _, p := range list {
		known[p.ImportPath] = true
		if p.Module != nil && p.Module.Main && !slices.Contains(dirs, p.Module.Dir) {
			dirs = append(dirs, p.Module.Dir)
		}
	}
	for _, dir := range dirs {
		if dir == opts.Dir && slices.Contains(opts.Patterns, "./...") {
			continue
		}
		out, err := goCommand(ctx, dir, "list", "-e", "-f", "{{.ImportPath}}", "--", "./...")
		if err != nil {
			return false, err
		}
		for path := range strings.FieldsSeq(string(out)) {
			if !known[path] {
				return true, nil
			}
		}
	}
	return len(dirs) == 0, nil
}

// goCommand runs the go command and returns what it prints. Its environment is the
// caller's, so that build tags, workspaces and vendor folders count as in a build.
func goCommand(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.Output()
	switch text := strings.TrimSpace(problems.String()); {
	case err == nil:
		return out, nil
	case errors.Is(err, exec.ErrNotFound):
		return nil, errors.New("the go command is not in PATH; install Go, or add it to PATH")
	case text != "":
		return nil, fmt.Errorf("go list failed:\n%s", text)
	default:
		return nil, fmt.Errorf("go list failed: %w", err)
	}
}
