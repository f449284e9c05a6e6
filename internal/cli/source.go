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

// Stdin is the argument that stands for standard input, and StdinName its name
// in problems and in generated files.
const (
	Stdin     = "-"
	StdinName = "<stdin>"
)

// A Source is a schema file as bytes.
type Source struct {
	Name string // as the user named it, with slashes, e.g. "examples/sli/metrics.yaml"
	Dir  string // the folder that outputs are relative to, e.g. "examples/sli"
	Base string // e.g. "metrics.yaml"
	Data []byte // at most schema.MaxBytes+1: a longer file is cut there, for schema.Parse to refuse
}

// Load reads the schemas that the arguments name, in their order and each once:
// a file is one whatever it holds; a folder means the schemas directly in it;
// "-" is standard input; no argument at all means the current folder. It never
// waits for a pipe that it was not told to read. The error tells of all
// arguments that could not be read.
func Load(args []string, stdin io.Reader) ([]Source, error) {
	if len(args) == 0 {
		args = []string{"."}
	}
	l := &loader{seen: map[string]bool{}}
	var failed []error
	for _, arg := range args {
		if err := l.load(arg, stdin); err != nil {
			failed = append(failed, err)
		}
	}
	return l.sources, errors.Join(failed...)
}

type loader struct {
	seen    map[string]bool // by real folder and base name
	sources []Source
}

func (l *loader) load(arg string, stdin io.Reader) error {
	if arg == Stdin {
		return l.loadStdin(stdin)
	}
	info, err := os.Stat(arg)
	if err != nil {
		return fmt.Errorf("%s: %w", arg, cause(err))
	}
	if info.IsDir() {
		return l.loadFolder(arg)
	}
	data, err := readFile(arg)
	if err != nil {
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

// loadFolder reads the schemas directly in a folder, by name. Files that the
// shell's * leaves out are left out here too.
func (l *loader) loadFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("%s: %w", dir, cause(err))
	}
	found := false
	for _, entry := range entries {
		name := filepath.Join(dir, entry.Name())
		if !isYAML(entry.Name()) || !isRegular(name) {
			continue
		}
		data, err := readFile(name)
		if err != nil {
			return err
		}
		if !schema.IsSchema(data) {
			continue
		}
		found = true
		if err := l.add(filepath.ToSlash(name), data); err != nil {
			return err
		}
	}
	if !found {
		return fmt.Errorf("no schema in %s: a schema is a .yaml or .yml file with a top-level \"ocgen:\" key; run \"ocgen init\" to write one", dir)
	}
	return nil
}

func isYAML(name string) bool {
	ext := filepath.Ext(name)
	return (ext == ".yaml" || ext == ".yml") && !strings.HasPrefix(name, ".")
}

func isRegular(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// add takes a schema unless it is there already, perhaps under another name.
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

// readFile reads a regular file. It is opened so that nothing blocks even if a
// pipe takes the file's place between the look and the opening.
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

// cause takes the operation and path off an error: our messages start with the
// path as the user gave it.
func cause(err error) error {
	var inPath *fs.PathError
	if errors.As(err, &inPath) {
		return inPath.Err
	}
	return err
}
