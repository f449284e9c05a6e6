package outfiles

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// A File is one output of a schema, as bytes.
type File struct {
	Path   string // slash-separated, relative to the schema's folder, e.g. "slo/availability.json"
	Folder string // the folder whose manifest lists it, e.g. "slo"; "" for a file with a header
	Data   []byte
}

// An Output is all generated files of one schema, or files that no schema names, such as
// a page about several schemas.
type Output struct {
	Dir    string // the schema's folder on disk, e.g. "examples/sli"
	Schema string // the schema's base name, e.g. "metrics.yaml"; "" if no schema names the files
	Files  []File
}

// A site is the folder of one schema, with the files that the schema generates in it.
// The root stays valid even if a folder becomes a symbolic link during the run.
type site struct {
	Output
	real   string // Dir, absolute and free of symbolic links
	root   *os.Root
	wanted []File              // Files and the manifests of their folders
	lists  map[string]manifest // the present manifests, by folder
}

func openSite(o Output) (*site, error) {
	abs, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(real)
	if err != nil {
		return nil, err
	}
	return &site{Output: o, real: real, root: root, wanted: o.wanted(), lists: map[string]manifest{}}, nil
}

// wanted returns the files, followed by the manifest of each JSON folder.
func (o Output) wanted() []File {
	all := append([]File(nil), o.Files...)
	for _, folder := range o.folders() {
		all = append(all, File{
			Path:   path.Join(folder, manifestName),
			Folder: folder,
			Data:   o.manifest(folder).bytes(),
		})
	}
	return all
}

// folders returns the JSON folders in the order of their first files.
func (o Output) folders() []string {
	var folders []string
	seen := map[string]bool{"": true}
	for _, f := range o.Files {
		if !seen[f.Folder] {
			seen[f.Folder] = true
			folders = append(folders, f.Folder)
		}
	}
	return folders
}

// name returns a path below the schema's folder in the form that a user writes.
func (o Output) name(p string) string { return filepath.ToSlash(filepath.Join(o.Dir, p)) }

// schemaPath identifies the schema among those of a run.
func (s *site) schemaPath() string { return s.at(s.Schema) }

// at returns the absolute path of a path below the schema's folder.
func (s *site) at(p string) string { return filepath.Join(s.real, p) }

// key identifies a path on disk. It ignores letter case, as some file systems do: a
// schema that works on Linux must not lose a file on macOS.
func (s *site) key(p string) string { return strings.ToLower(s.at(p)) }

// checkPaths returns an error for paths outside of their schema's folder.
func checkPaths(outputs []Output) error {
	var refused []error
	for _, o := range outputs {
		for _, f := range o.Files {
			if !filepath.IsLocal(filepath.FromSlash(f.Path)) || path.Clean(f.Path) != f.Path || f.Path == "." {
				refused = append(refused, fmt.Errorf("%s: output path %q is outside the schema's folder; "+
					"choose another path under generate", o.name(o.Schema), f.Path))
			}
		}
	}
	return errors.Join(refused...)
}

// A claim is an output path and its schema, in the form that a user writes.
type claim struct{ path, schema string }

// checkClaims returns an error for a path that two schemas generate, and for a path
// that is a file of one schema and a folder of another. A JSON folder has one manifest
// and so one schema. If two schemas share a folder, the error names the folder and not
// each file.
func checkClaims(sites []*site) error {
	claims := map[string]claim{}
	var refused []error
	for _, s := range sites {
		shared := map[string]bool{}
		for _, folder := range s.folders() {
			if first, taken := claims[s.key(path.Join(folder, manifestName))]; taken {
				shared[folder] = true
				refused = append(refused, twice(claim{path.Dir(first.path) + "/", first.schema}, claim{s.name(folder) + "/", s.name(s.Schema)}))
			}
		}
		for _, f := range s.wanted {
			first, taken := claims[s.key(f.Path)]
			switch mine := (claim{s.name(f.Path), s.name(s.Schema)}); {
			case shared[f.Folder]:
			case taken:
				refused = append(refused, twice(first, mine))
			default:
				claims[s.key(f.Path)] = mine
			}
		}
	}
	refused = append(refused, checkPackages(sites)...)
	return errors.Join(append(refused, checkFolders(sites, claims)...)...)
}

// checkPackages returns errors for two Go files in one folder. Each schema declares a
// whole package, with its own RegisterViews, so they would not compile together.
func checkPackages(sites []*site) []error {
	var refused []error
	inFolder := map[string]claim{}
	for _, s := range sites {
		for _, f := range s.Files {
			if path.Ext(f.Path) != ".go" {
				continue
			}
			dir, mine := s.key(path.Dir(f.Path)), claim{s.name(f.Path), s.name(s.Schema)}
			first, taken := inFolder[dir]
			switch {
			case !taken:
				inFolder[dir] = mine
			case !strings.EqualFold(path.Base(first.path), path.Base(mine.path)):
				refused = append(refused, fmt.Errorf("%s of %s and %s of %s are in one folder, but each is a whole Go package; write one of them to another folder",
					first.path, first.schema, mine.path, mine.schema))
			}
		}
	}
	return refused
}

// checkFolders returns errors for files with the path of a folder of other files.
func checkFolders(sites []*site, claims map[string]claim) []error {
	var refused []error
	for _, s := range sites {
		for _, f := range s.wanted {
			for dir := path.Dir(f.Path); dir != "."; dir = path.Dir(dir) {
				if file, taken := claims[s.key(dir)]; taken {
					refused = append(refused, fmt.Errorf("%s is a file of %s and a folder of %s; choose another path for one of them under generate",
						file.path, file.schema, s.name(s.Schema)))
				}
			}
		}
	}
	return distinct(refused)
}

func twice(first, second claim) error {
	spelling := ""
	if first.path != second.path {
		spelling = " as " + second.path
	}
	return fmt.Errorf("%s is written by %s and again by %s%s; choose another path for one of them under generate",
		first.path, first.schema, second.schema, spelling)
}

// distinct returns the errors without those whose text is the same as an earlier one.
func distinct(all []error) []error {
	var kept []error
	seen := map[string]bool{}
	for _, err := range all {
		if !seen[err.Error()] {
			seen[err.Error()] = true
			kept = append(kept, err)
		}
	}
	return kept
}
