package importer

import (
	"go/ast"
	"go/types"
	"path"
	"regexp"
	"slices"
	"strings"
)

// check type-checks the packages. It ignores all errors: what has no type cannot be
// evaluated, and is reported where it is needed.
func (prog *program) check(opts Options) {
	c := &checking{prog: prog, checked: map[string]*types.Package{"unsafe": types.Unsafe}, opts: opts}
	for _, p := range prog.packages {
		if p.depth != empty {
			c.total++
		}
	}
	for _, p := range prog.packages {
		if p.depth != empty {
			c.check(p)
		}
	}
}

type checking struct {
	prog        *program
	checked     map[string]*types.Package
	opts        Options
	done, total int
}

// check checks a package after those that it imports. Two packages can import each
// other through their tests; then one of them sees the other as empty.
func (c *checking) check(p *pkg) *types.Package {
	if known := c.checked[p.ImportPath]; known != nil {
		return known
	}
	c.checked[p.ImportPath] = emptyPackage(p.ImportPath, p.Name)
	if p.depth == empty {
		return c.checked[p.ImportPath]
	}
	p.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	p.files = slices.DeleteFunc(p.files, func(f *ast.File) bool { return f == nil || f.Name == nil })
	inside, external := splitTests(p)
	p.types = c.checkFiles(p, p.ImportPath, inside)
	c.checked[p.ImportPath] = p.types
	if len(external) > 0 {
		c.checkFiles(p, p.ImportPath+"_test", external)
	}
	c.done++
	c.opts.progress("reading packages", c.done, c.total)
	return p.types
}

// splitTests separates the files of the external test from those of the package.
func splitTests(p *pkg) (inside, external []*ast.File) {
	for _, f := range p.files {
		if len(p.XTestGoFiles) > 0 && f.Name.Name == p.Name+"_test" {
			external = append(external, f)
			continue
		}
		inside = append(inside, f)
	}
	return inside, external
}

func (c *checking) checkFiles(p *pkg, importPath string, files []*ast.File) (checked *types.Package) {
	checked = emptyPackage(importPath, p.Name)
	defer func() {
		_ = recover() // go/types can fail on declarations that refer to packages that were not read
	}()
	conf := types.Config{
		Importer:                 importerOf(func(path string) *types.Package { return c.imported(p, path) }),
		Error:                    func(error) {},
		FakeImportC:              true,
		IgnoreFuncBodies:         p.depth == declarations,
		DisableUnusedImportCheck: true,
	}
	if result, _ := conf.Check(importPath, c.prog.fset, files, p.info); result != nil {
		checked = result
	}
	return checked
}

// imported returns the package that an import in a file of p means.
func (c *checking) imported(p *pkg, importPath string) *types.Package {
	resolved := p.resolve(importPath)
	if found := c.prog.byPath[resolved]; found != nil {
		return c.check(found)
	}
	if known := c.checked[resolved]; known != nil {
		return known
	}
	c.checked[resolved] = emptyPackage(resolved, "")
	return c.checked[resolved]
}

type importerOf func(path string) *types.Package

func (f importerOf) Import(path string) (*types.Package, error) { return f(path), nil }

var versionElement = regexp.MustCompile(`^v[0-9]+$`)

// emptyPackage returns a package without declarations. If its name is not known, it is
// the last element of the path that is no version.
func emptyPackage(importPath, name string) *types.Package {
	if name == "" {
		base := path.Base(importPath)
		if versionElement.MatchString(base) && path.Dir(importPath) != "." {
			base = path.Base(path.Dir(importPath))
		}
		name, _, _ = strings.Cut(base, ".")
	}
	p := types.NewPackage(importPath, name)
	p.MarkComplete()
	return p
}
