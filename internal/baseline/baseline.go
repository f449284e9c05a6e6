package baseline

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/internal/cli"
	"github.com/ocgen/ocgen/schema"
)

// A File is a schema of the base.
type File struct {
	Path    string // in the base, e.g. "shop/metrics.yaml"
	Name    string // in messages, e.g. "main:shop/metrics.yaml"
	NowName string // of the same path in the file system, e.g. "metrics.yaml"
	Data    []byte
}

// A Base is an earlier version of schemas.
type Base interface {
	// String names the base for people, e.g. "main (merge base a1b2c3d)".
	String() string
	// At returns the path in the base of an area's folder.
	At(area cli.Area) (string, error)
	// Files returns the schemas of an area, whose folder is at a path in the base.
	Files(area cli.Area, at string) ([]File, error)
	// read returns the content of any file of the base.
	read(path string) ([]byte, bool)
}

// Open finds a base by its name: "" is the last commit. A path that exists is a file or a
// folder; other names are commits. dir is a folder in the repository.
func Open(name, dir string) (Base, error) {
	repo, options, isOther := strings.Cut(name, "#")
	info, err := os.Stat(name)
	switch {
	case err != nil && isOther && exists(repo):
		return openOther(name, repo, options)
	case err == nil && filepath.Base(filepath.Clean(name)) == ".git":
		return openOther(name, name, "")
	case err == nil && info.IsDir():
		return folder{filepath.Clean(name)}, nil
	case err == nil:
		return file{name}, nil
	}
	return openCommit(name, repository{dir})
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// A commit is a commit of a repository.
type commit struct {
	repo   repository
	name   string // as the user gave it, e.g. "main..."
	hash   string // "" in a repository without commits
	about  string // e.g. "main (merge base a1b2c3d)"
	top    string // the repository's working tree; "" if the schemas may be in another repository
	subdir string // the folder of the commit that is compared, if not all of it
	within bool   // the schemas are compared by their paths in subdir
}

func openCommit(name string, repo repository) (Base, error) {
	top, _, err := repo.root()
	if err != nil {
		return nil, err
	}
	if ref, ok := strings.CutSuffix(name, "..."); ok {
		hash, err := repo.mergeBase(ref)
		if err != nil {
			return nil, err
		}
		return commit{repo: repo, top: top, name: name, hash: hash, about: fmt.Sprintf("%s (merge base %s)", ref, hash[:7])}, nil
	}
	if name == "" {
		name = "HEAD"
		if repo.isUnborn() {
			return commit{repo: repo, top: top, name: name, about: "HEAD (no commit yet)"}, nil
		}
	}
	hash, err := repo.commit(name)
	return commit{repo: repo, top: top, name: name, hash: hash, about: name}, err
}

// openOther opens a base in the spelling of buf, e.g. "../x/.git#branch=main,subdir=shop".
func openOther(name, path, options string) (Base, error) {
	c := commit{repo: repository{folderOf(path)}, name: name, about: name}
	refs, err := c.readOptions(options)
	if err != nil {
		return nil, fmt.Errorf("--against %s: %w", name, err)
	}
	for _, ref := range refs {
		hash, missing := c.repo.commit(ref)
		if missing == nil {
			c.hash = hash
			return c, c.checkSubdir()
		}
		if err == nil { // the error is about the first
			err = missing
		}
	}
	return nil, err
}

// readOptions reads, for example, "branch=main,subdir=shop". It returns the refs that may
// be meant.
func (c *commit) readOptions(options string) (refs []string, err error) {
	if options == "" {
		return []string{"HEAD"}, nil
	}
	given := ""
	for option := range strings.SplitSeq(options, ",") {
		key, value, _ := strings.Cut(option, "=")
		if value == "" {
			return nil, fmt.Errorf("the option %q has no value; write, for example, \"#branch=main\"", option)
		}
		if key == "subdir" {
			c.subdir, c.within = cleanSubdir(value), true
			continue
		}
		if given != "" {
			return nil, fmt.Errorf("%s and %s cannot be used together; keep one", given, key)
		}
		given = key
		if refs, err = refsOf(key, value); err != nil {
			return nil, err
		}
	}
	if given == "" {
		return []string{"HEAD"}, nil
	}
	return refs, nil
}

// refsOf returns the refs that an option may mean. In CI often only the branch of the
// remote exists.
func refsOf(key, value string) ([]string, error) {
	switch key {
	case "branch":
		return []string{"refs/heads/" + value, "refs/remotes/origin/" + value}, nil
	case "tag":
		return []string{"refs/tags/" + value}, nil
	case "ref", "commit":
		return []string{value}, nil
	}
	return nil, fmt.Errorf("unknown option %q; known: branch, tag, commit, ref, subdir", key)
}

// checkSubdir reports a folder that does not exist. Compared with nothing, all schemas would
// be new.
func (c *commit) checkSubdir() error {
	if c.within && !c.repo.hasFolder(c.hash, c.subdir) {
		return fmt.Errorf("--against %s: the commit has no folder %q; correct \"subdir\"", c.name, c.subdir)
	}
	return nil
}

// cleanSubdir returns a folder's path as git writes it; the top folder is "".
func cleanSubdir(name string) string {
	return strings.TrimPrefix(path.Clean("/"+filepath.ToSlash(name)), "/")
}

func (c commit) String() string { return c.about }

// At is the area's path in its own repository, which may be another one than the base's.
// An area that is in no repository is compared with the top folder of the base.
func (c commit) At(area cli.Area) (string, error) {
	if c.within {
		return c.subdir, nil
	}
	top, at, err := repository{area.Dir}.root()
	switch {
	case c.top == "" && err != nil:
		return "", nil
	case c.top != "" && err == nil && top != c.top:
		return "", fmt.Errorf("%s is in another git repository than %s; compare the schemas of one repository at a time", area.Dir, c.repo.dir)
	}
	return at, err
}

func (c commit) Files(area cli.Area, at string) ([]File, error) {
	if c.hash == "" {
		return nil, nil
	}
	blobs, err := c.repo.list(c.hash, path.Join(at, area.File), area.File == "", area.Tree)
	if err != nil {
		return nil, err
	}
	blobs = searched(blobs, at, area.File != "")
	if blobs, err = c.checkedOut(blobs, area); err != nil {
		return nil, err
	}
	contents, err := c.repo.read(blobs)
	if err != nil {
		return nil, err
	}
	var files []File
	for i, b := range blobs {
		if rel := strings.TrimPrefix(strings.TrimPrefix(b.path, at), "/"); schema.IsSchema(contents[i]) {
			files = append(files, File{b.path, c.name + ":" + b.path, filepath.ToSlash(filepath.Join(area.Dir, rel)), contents[i]})
		}
	}
	return files, nil
}

// checkedOut leaves out the files that now has too, but outside of a sparse checkout.
func (c commit) checkedOut(blobs []blob, area cli.Area) ([]blob, error) {
	if c.within {
		return blobs, nil // the paths are those of another folder
	}
	leftOut, err := repository{area.Dir}.leftOut()
	return slices.DeleteFunc(blobs, func(b blob) bool { return leftOut[b.path] }), err
}

// searched returns the files that the search for schemas reads: the same as in the file
// system.
func searched(blobs []blob, at string, named bool) []blob {
	modules := map[string]bool{}
	for _, b := range blobs {
		if path.Base(b.path) == "go.mod" && path.Dir(b.path) != path.Clean(at) {
			modules[path.Dir(b.path)] = true
		}
	}
	return slices.DeleteFunc(blobs, func(b blob) bool {
		if named {
			return false
		}
		if !cli.IsYAML(path.Base(b.path)) {
			return true
		}
		for dir := path.Dir(b.path); dir != path.Clean(at) && dir != "."; dir = path.Dir(dir) {
			if modules[dir] || cli.IsLeftOut(path.Base(dir)) {
				return true
			}
		}
		return false
	})
}

func (c commit) read(path string) ([]byte, bool) { return c.repo.file(c.hash, path) }
