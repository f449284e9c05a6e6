package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"unicode"

	"github.com/ocgen/ocgen/schema"
)

// Stdin is the argument for standard input. StdinName is its name in problems and in
// generated files.
const (
	Stdin     = "-"
	StdinName = "<stdin>"
)

// A Source is a schema file as bytes.
type Source struct {
	Name string // as the user named it, with slashes, e.g. "examples/sli/metrics.yaml"
	Dir  string // the folder that outputs are relative to, e.g. "examples/sli"
	Base string // e.g. "metrics.yaml"
	Data []byte // at most schema.MaxBytes+1 bytes: a longer file is cut there, and schema.Parse refuses it
}

// Load reads the schemas that the arguments name, in their order, each once. A file is
// a schema, whatever its content is. A folder stands for the schemas directly in it,
// "DIR/..." for those of a whole tree, "-" for standard input, and no argument for the
// current folder. Load waits for a pipe only if it is standard input. The error contains
// all arguments that could not be read.
func Load(args []string, stdin io.Reader) ([]Source, error) {
	return (&loader{seen: map[string]bool{}}).loadAll(args, stdin)
}

// LoadAmong is [Load] for names of changed files, as hooks pass them: it skips files that
// are not schemas, and it is no error if nothing is left.
func LoadAmong(args []string, stdin io.Reader) ([]Source, error) {
	return (&loader{seen: map[string]bool{}, skipOthers: true, mayBeEmpty: true}).loadAll(args, stdin)
}

// LoadRemaining is [Load] for folders that may have lost their last schema.
func LoadRemaining(args []string, stdin io.Reader) ([]Source, error) {
	return (&loader{seen: map[string]bool{}, mayBeEmpty: true}).loadAll(args, stdin)
}

type loader struct {
	seen       map[string]bool // by real folder and base name
	skipOthers bool            // files that are not schemas are no error
	mayBeEmpty bool            // folders without schemas are no error
	sources    []Source
}

func (l *loader) loadAll(args []string, stdin io.Reader) ([]Source, error) {
	if len(args) == 0 {
		args = []string{"."}
	}
	var failed []error
	for _, arg := range args {
		if err := l.load(arg, stdin); err != nil {
			failed = append(failed, err)
		}
	}
	return l.sources, errors.Join(failed...)
}

func (l *loader) load(arg string, stdin io.Reader) error {
	if arg == Stdin {
		return l.loadStdin(stdin)
	}
	if root, ok := treeOf(arg); ok {
		return l.loadTree(arg, root)
	}
	info, err := os.Stat(arg)
	if err != nil && strings.Contains(arg, "...") {
		return fmt.Errorf("%s: %w; \"...\" stands only at the end, as in \"./services/...\"", arg, cause(err))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", arg, cause(err))
	}
	if info.IsDir() {
		return l.loadFolder(arg)
	}
	if l.skipOthers && !info.Mode().IsRegular() {
		return nil
	}
	data, err := readFile(arg)
	if err != nil || l.skipOthers && !schema.IsSchema(data) {
		return err
	}
	return l.add(filepath.ToSlash(arg), data)
}

func (l *loader) loadStdin(stdin io.Reader) error {
	if l.seen[Stdin] {
		return nil
	}
	l.seen[Stdin] = true
	data, err := readLimited(stdin)
	if err != nil {
		return fmt.Errorf("%s: %w", StdinName, cause(err))
	}
	l.sources = append(l.sources, Source{Name: StdinName, Dir: ".", Base: StdinName, Data: data})
	return nil
}

// loadFolder reads the schemas directly in a folder.
func (l *loader) loadFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("%s: %w", dir, cause(err))
	}
	if found, err := l.loadEntries(dir, entries); err != nil || found || l.mayBeEmpty {
		return err
	}
	return fmt.Errorf("no schema in %s: %s", dir, schemaCure)
}

const schemaCure = `a schema is a .yaml or .yml file with a top-level "ocgen:" key; run "ocgen init" to write one`

// loadEntries reads the schemas among the entries of a folder, in the order of their
// names. It skips hidden files, as the shell's * does.
func (l *loader) loadEntries(dir string, entries []fs.DirEntry) (found bool, err error) {
	for _, entry := range entries {
		name := filepath.Join(dir, entry.Name())
		if !IsYAML(entry.Name()) || !isRegular(name) {
			continue
		}
		data, err := readFile(name)
		if err != nil {
			return found, err
		}
		if !schema.IsSchema(data) {
			continue
		}
		found = true
		if err := l.add(filepath.ToSlash(name), data); err != nil {
			return found, err
		}
	}
	return found, nil
}

// IsYAML reports whether a folder's schemas include files of this name.
func IsYAML(name string) bool {
	ext := filepath.Ext(name)
	return (ext == ".yaml" || ext == ".yml") && !strings.HasPrefix(name, ".")
}

func isRegular(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// add adds a schema, unless it is already there, perhaps under another name.
func (l *loader) add(name string, data []byte) error {
	dir, base := filepath.Split(filepath.FromSlash(name))
	dir = filepath.Clean(dir)
	if strings.ContainsFunc(base, unprintable) {
		return fmt.Errorf("%q: the name has a character that cannot be printed, and generated files contain the name; rename the schema", name)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return err
	}
	if id := filepath.Join(real, base); !l.seen[id] {
		l.seen[id] = true
		l.sources = append(l.sources, Source{Name: name, Dir: dir, Base: base, Data: data})
	}
	return nil
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }

// readFile reads a regular file. It opens the file without blocking, in case a pipe
// replaces the file after the check.
func readFile(name string) ([]byte, error) {
	if !isRegular(name) {
		return nil, fmt.Errorf("%s: not a regular file; to read a schema from a pipe, redirect it to standard input and pass - as the file", name)
	}
	file, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	defer file.Close()
	data, err := readLimited(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	return data, nil
}

func readLimited(r io.Reader) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, schema.MaxBytes+1))
}

// cause removes the operation and path from an error, since messages start with the
// path as the user wrote it.
func cause(err error) error {
	var inPath *fs.PathError
	if errors.As(err, &inPath) {
		return inPath.Err
	}
	return err
}
