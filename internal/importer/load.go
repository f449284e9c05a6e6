package importer

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// The packages of OpenCensus that declare measures, views and tags.
const (
	statsPath = "go.opencensus.io/stats"
	viewPath  = "go.opencensus.io/stats/view"
	tagPath   = "go.opencensus.io/tag"
)

// A program is the packages that were read.
type program struct {
	fset     *token.FileSet
	root     string // the folder that places are relative to
	packages []*pkg // dependencies first
	byPath   map[string]*pkg
	partial  bool // the main modules have packages that were not read
}

// A depth says how much of a package is read.
type depth int

const (
	empty        depth = iota // only its name
	declarations              // without the bodies of its functions
	whole
)

// A pkg is a package that was read.
type pkg struct {
	*listed
	named bool // the user named it, so its views are imported
	main  bool // of a main module
	depth depth
	files []*ast.File
	types *types.Package
	info  *types.Info
}

// importable reports whether packages outside of the main modules can import the
// package.
func (p *pkg) importable() bool {
	return p.Name != "main" && !strings.Contains("/"+p.ImportPath+"/", "/internal/")
}

// load lists, parses and type-checks.
func load(ctx context.Context, opts Options) (*program, error) {
	opts.progress("listing packages", 0, 0)
	list, err := listPackages(ctx, opts)
	if err != nil {
		return nil, err
	}
	prog := &program{fset: token.NewFileSet(), root: opts.Dir, byPath: map[string]*pkg{}}
	for _, l := range list {
		p := &pkg{listed: l, named: !l.DepOnly && !l.Standard, main: l.Module != nil && l.Module.Main}
		if !opts.Tests {
			p.TestGoFiles, p.XTestGoFiles, p.TestImports, p.XTestImports = nil, nil, nil, nil
		}
		prog.packages = append(prog.packages, p)
		prog.byPath[p.ImportPath] = p
	}
	if err := prog.needOpenCensus(opts); err != nil {
		return nil, err
	}
	if prog.partial, err = otherPackages(ctx, opts, list); err != nil {
		return nil, err
	}
	prog.setDepths()
	prog.parse(opts)
	prog.check(opts)
	return prog, ctx.Err()
}

// needOpenCensus returns an error if nothing can be found.
func (prog *program) needOpenCensus(opts Options) error {
	used := false
	for _, path := range []string{statsPath, viewPath, tagPath} {
		p := prog.byPath[path]
		if p == nil {
			continue
		}
		used = true
		if len(p.GoFiles) == 0 {
			why := ""
			if p.Error != nil {
				why = ": " + strings.TrimSpace(p.Error.Err)
			}
			return fmt.Errorf("the source of %s is not on this machine%s; run \"go mod download go.opencensus.io\"", path, why)
		}
	}
	if !used {
		return fmt.Errorf("no package in %s imports go.opencensus.io/stats; %s", strings.Join(opts.Patterns, " "), opts.cure())
	}
	return nil
}

// setDepths decides what is read of each package. A package from which OpenCensus's
// measures can be reached is read whole, and so is a package of a main module that such
// a package imports. Of the packages that these import only the declarations are read,
// of the standard library all that follows from them.
func (prog *program) setDepths() {
	reaches := map[string]bool{statsPath: true, viewPath: true, tagPath: true}
	untilStable(func() (changed bool) {
		for _, p := range prog.packages {
			if !reaches[p.ImportPath] && slices.ContainsFunc(p.allImports(), func(path string) bool { return reaches[path] }) {
				reaches[p.ImportPath], changed = true, true
			}
		}
		return changed
	})
	untilStable(func() (changed bool) {
		for _, p := range slices.Backward(prog.packages) { // importers first
			if reaches[p.ImportPath] && !p.Standard {
				p.depth = whole
			}
			for _, path := range p.allImports() {
				imported := prog.byPath[path]
				if imported == nil {
					continue
				}
				if needed := p.needs(imported); needed > imported.depth {
					imported.depth, changed = needed, true
				}
			}
		}
		return changed
	})
}

// untilStable repeats a step until it changes nothing. Imports of tests can form
// circles, so one pass in the order of imports is not always enough.
func untilStable(step func() (changed bool)) {
	for step() {
	}
}

// needs returns how much the package needs of one that it imports.
func (p *pkg) needs(imported *pkg) depth {
	switch {
	case p.depth == whole && imported.main:
		return whole
	case p.depth == whole, p.depth == declarations && p.Standard:
		return declarations
	}
	return empty
}

// allImports returns the import paths of the package's files, tests included, as they
// are listed.
func (p *pkg) allImports() []string {
	var list []string
	for _, paths := range [][]string{p.Imports, p.TestImports, p.XTestImports} {
		for _, path := range paths {
			list = append(list, p.resolve(path))
		}
	}
	return list
}

// resolve returns the package that an import in the package's files means, e.g. one of
// a vendor folder.
func (p *pkg) resolve(path string) string {
	if mapped, ok := p.ImportMap[path]; ok {
		return mapped
	}
	return path
}

// parse parses all files, on all cores.
func (prog *program) parse(opts Options) {
	var jobs []func()
	for _, p := range prog.packages {
		if p.depth == empty {
			continue
		}
		names := append(append([]string{}, p.GoFiles...), p.CgoFiles...)
		if p.named {
			names = append(append(names, p.TestGoFiles...), p.XTestGoFiles...)
		}
		p.files = make([]*ast.File, len(names))
		for i, name := range names {
			jobs = append(jobs, func() { p.files[i] = prog.parseFile(p, name) })
		}
	}
	work := make(chan func())
	var done sync.WaitGroup
	for range parsers {
		done.Add(1)
		go func() {
			defer done.Done()
			for job := range work {
				job()
			}
		}()
	}
	for i, job := range jobs {
		opts.progress("parsing files", i, len(jobs))
		work <- job
	}
	close(work)
	done.Wait()
}

const parsers = 8

// parseFile returns what can be parsed of a file, or nil.
func (prog *program) parseFile(p *pkg, name string) *ast.File {
	if !filepath.IsAbs(name) {
		name = filepath.Join(p.Dir, name)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	file, _ := parser.ParseFile(prog.fset, name, text, parser.SkipObjectResolution|parser.ParseComments)
	return file
}
