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

// Formatting is most of the work of generating. gofmt formats a declaration
// independently of the others if an empty line is between them. So a long file is
// formatted in parts of some declarations each: in parallel if there are several cores,
// and in three quarters of the time on one core, since the tables of the parser and the
// printer stay small. The bytes are the same as those of format.Source for the whole
// file. Tests compare every output with it.

// partDecls is the number of declarations of a part. The time hardly changes from 16 to
// 128.
const partDecls = 64

// A GoSource is a Go file that is being built.
type GoSource struct {
	file  GoFile
	next  []Decl // of the part that is not yet being formatted
	parts []*part
	busy  sync.WaitGroup
	free  chan struct{} // holds one entry for each part in work
}

// NewGoSource returns a file without declarations.
func NewGoSource(file GoFile) *GoSource {
	return &GoSource{file: file, free: make(chan struct{}, runtime.GOMAXPROCS(0))}
}

// Add appends declarations. It waits if as many parts are being formatted as there are
// cores: declarations need many times the memory of their text, so they should not be
// made earlier than they can be formatted.
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

// begin starts to format the next part. If edit is not nil, it changes the formatted
// text.
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

// Bytes returns the formatted file. An error is a bug of ocgen, and contains the
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

// A part is a list of consecutive declarations of the file.
type part struct {
	imports []string // paths of the packages that they use
	text    []byte   // formatted; each declaration has an empty line before it
	err     error
}

// make renders the declarations as a file of their own, so that jennifer finds their
// imports, and formats the text after that file's head. A [jen.File] does not return
// the imports that it renders, so they are read from the syntax tree, which formatting
// needs anyway.
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
	out.Grow(len(src) + len(src)/4) // indentation is added later
	if err := format.Node(&out, fset, tree); err != nil {
		p.err = fmt.Errorf("ocgen bug: %w", err)
		return
	}
	p.text = bytes.TrimPrefix(out.Bytes(), []byte("package "+file.Package+"\n"))
}

// parsed renders a file and parses it. jennifer would format the file too, but its
// errors do not contain line numbers.
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
