package templates

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/dave/jennifer/jen"
)

// Formatting is most of the work of generating. gofmt lays out a declaration
// without regard to those around it, as long as an empty line is between them,
// so a long file is formatted in parts of some declarations each: at the same
// time where there are cores for it, and on one core in three quarters of the
// time, since the parser's and printer's tables stay small. The bytes are those
// of format.Source over the whole file, which tests hold every output to.

// partDecls is how many declarations make a part. The time hardly changes from
// 16 to 128.
const partDecls = 64

// A GoSource is a Go file in the making.
type GoSource struct {
	file  GoFile
	next  []Decl // of the part that is not yet begun
	parts []*part
	busy  sync.WaitGroup
	free  chan struct{} // holds one entry for each part in work
}

// NewGoSource returns a file without declarations.
func NewGoSource(file GoFile) *GoSource {
	return &GoSource{file: file, free: make(chan struct{}, runtime.GOMAXPROCS(0))}
}

// Add puts declarations behind those that there are. It waits when as many parts
// are in work as there are cores: declarations take many times the room of their
// text, so they should be made no earlier than they can be turned into it.
func (s *GoSource) Add(decls ...Decl) {
	for _, d := range decls {
		if f, ok := d.(listFunc); ok {
			s.addList(f)
			continue
		}
		s.next = append(s.next, d)
	}
	if len(s.next) >= partDecls {
		s.begin(nil)
	}
}

// begin starts work on the next part. What is formatted goes through edit, if
// there is one.
func (s *GoSource) begin(edit func([]byte) []byte) {
	if len(s.next) == 0 {
		return
	}
	p, decls := new(part), s.next
	s.parts, s.next = append(s.parts, p), nil
	s.free <- struct{}{}
	s.busy.Add(1)
	go func() {
		defer s.busy.Done()
		p.make(s.file, decls)
		if edit != nil && p.err == nil {
			p.text = edit(p.text)
		}
		<-s.free
	}()
}

// Bytes returns the file, formatted. An error is a bug of ocgen; it holds the
// numbered source that did not parse.
func (s *GoSource) Bytes() ([]byte, error) {
	s.begin(nil)
	s.busy.Wait()
	used := map[string]bool{}
	texts := [][]byte{nil}
	for _, p := range s.parts {
		if p.err != nil {
			return nil, p.err
		}
		for _, path := range p.imports {
			used[path] = true
		}
		texts = append(texts, p.text)
	}
	head, err := s.file.head(used)
	if err != nil {
		return nil, err
	}
	texts[0] = head
	return slices.Concat(texts...), nil
}

// A part is declarations that follow each other in the file.
type part struct {
	imports []string // paths of the packages that they use
	text    []byte   // formatted; each declaration has an empty line before it
	err     error
}

// make renders the declarations as a file of their own, so that jennifer finds
// out what they import, and formats what comes after that file's head. A
// [jen.File] tells nobody which imports it renders, so they are read from the
// syntax tree, which formatting needs in any case.
func (p *part) make(file GoFile, decls []Decl) {
	f := jen.NewFile(file.Package)
	for _, i := range file.Imports {
		if i.Alias {
			f.ImportAlias(i.Path, i.Name)
		} else {
			f.ImportName(i.Path, i.Name)
		}
	}
	for _, d := range decls {
		f.Add(d).Line()
	}
	fset := token.NewFileSet()
	src, tree, err := parsed(fset, f)
	if err != nil {
		p.err = err
		return
	}
	for _, i := range tree.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			p.err = fmt.Errorf("ocgen bug: %w", err)
			return
		}
		p.imports = append(p.imports, path)
	}
	if len(tree.Imports) > 0 {
		tree.Decls = tree.Decls[1:]
	}
	var out bytes.Buffer
	out.Grow(len(src) + len(src)/4) // indentation is to come
	if err := format.Node(&out, fset, tree); err != nil {
		p.err = fmt.Errorf("ocgen bug: %w", err)
		return
	}
	p.text = bytes.TrimPrefix(out.Bytes(), []byte("package "+file.Package+"\n"))
}

// parsed renders a file and parses it. jennifer would format it too, but tells
// a mistake without the lines' numbers.
func parsed(fset *token.FileSet, f *jen.File) (src []byte, tree *ast.File, err error) {
	f.NoFormat = true
	var b bytes.Buffer
	if err := f.Render(&b); err != nil {
		return nil, nil, fmt.Errorf("ocgen bug: %w", err)
	}
	src = b.Bytes()
	tree, err = parser.ParseFile(fset, "", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, fmt.Errorf("ocgen bug: the generated source does not parse: %w\n%s", err, numbered(src))
	}
	return src, tree, nil
}

// numbered returns the source with line numbers.
func numbered(src []byte) string {
	var b strings.Builder
	for i, line := range strings.Split(string(src), "\n") {
		fmt.Fprintf(&b, "%5d  %s\n", i+1, line)
	}
	return b.String()
}
