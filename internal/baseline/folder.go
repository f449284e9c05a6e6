package baseline

import (
	"os"
	"path/filepath"

	"github.com/ocgen/ocgen/internal/cli"
)

// A folder is a copy of an area's folder.
type folder struct{ dir string }

func (f folder) String() string { return f.dir }

func (f folder) At(cli.Area) (string, error) { return "", nil }

func (f folder) Files(area cli.Area, _ string) ([]File, error) {
	arg := f.dir
	switch {
	case area.Tree:
		arg = filepath.Join(f.dir, "...")
	case area.File != "":
		arg = filepath.Join(f.dir, area.File)
		if !exists(arg) {
			return nil, nil // the schema is new
		}
	}
	sources, err := cli.Load([]string{arg}, nil)
	if err != nil {
		return nil, err
	}
	var files []File
	for _, s := range sources {
		rel, _ := cli.Area{Dir: f.dir, Tree: true}.Rel(s.Name)
		files = append(files, File{rel, s.Name, filepath.ToSlash(filepath.Join(area.Dir, rel)), s.Data})
	}
	return files, nil
}

func (f folder) read(path string) ([]byte, bool) {
	data, err := os.ReadFile(filepath.Join(f.dir, filepath.FromSlash(path)))
	return data, err == nil
}

// A file is an earlier version of one schema, wherever it is.
type file struct{ name string }

func (f file) String() string { return f.name }

func (f file) At(cli.Area) (string, error) { return "", nil }

func (f file) Files(cli.Area, string) ([]File, error) {
	sources, err := cli.Load([]string{f.name}, nil)
	if err != nil {
		return nil, err
	}
	return []File{{Name: f.name, NowName: f.name, Data: sources[0].Data}}, nil
}

// read finds nothing: the Go files beside a copy are not those of the schema.
func (f file) read(string) ([]byte, bool) { return nil, false }
