package baseline

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/ocgen/ocgen/schema"
)

// A repository is a git repository, by a folder in it.
type repository struct{ dir string }

// ofTheirs are the variables by which git tells its hooks the repository. They would
// replace the repository of the folder.
var ofTheirs = []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"}

// git runs a command that only reads, and returns its output.
func (r repository) git(stdin io.Reader, args ...string) ([]byte, error) {
	// A partial clone would fetch what it lacks: no protocol is allowed.
	fixed := []string{"-C", r.dir, "-c", "protocol.allow=never", "--literal-pathspecs"}
	cmd := exec.Command("git", append(fixed, args...)...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return slices.Contains(ofTheirs, name)
	})
	cmd.Env = append(cmd.Env, "LC_ALL=C", "GIT_NO_LAZY_FETCH=1")
	cmd.Stdin = stdin
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, errors.New("git is not installed, and the base is a commit; install git, or name a file or folder with --against")
	case err != nil:
		return nil, fmt.Errorf("git %s: %s", args[0], firstLine(problems.String(), err))
	}
	return out, nil
}

// firstLine returns the first line that git printed about the failure, or else the error.
func firstLine(printed string, err error) string {
	const fatal = "fatal: "
	if _, after, ok := strings.Cut(printed, fatal); ok { // warnings may stand before it
		printed = after
	}
	line, _, _ := strings.Cut(strings.TrimSpace(printed), "\n")
	if line == "" {
		return err.Error()
	}
	return line
}

// line is git for an output of one line.
func (r repository) line(args ...string) (string, error) {
	out, err := r.git(nil, args...)
	return strings.TrimSuffix(string(out), "\n"), err
}

// root returns the top folder of the working tree, and the path of the repository's
// folder in it, e.g. "services/shop".
func (r repository) root() (top, at string, err error) {
	top, err = r.line("rev-parse", "--show-toplevel")
	if err != nil {
		return "", "", fmt.Errorf("%s is in no git repository (%w); name a file or folder with --against", r.dir, err)
	}
	at, err = r.line("rev-parse", "--show-prefix")
	return top, strings.TrimSuffix(at, "/"), err
}

// commit returns the hash of a commit.
func (r repository) commit(ref string) (string, error) {
	hash, err := r.line("rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err != nil || strings.HasPrefix(hash, "^") { // "^main" means all commits but those of main
		return "", r.absent(fmt.Sprintf("the commit %q is not in the repository", ref))
	}
	return hash, nil
}

// absent explains why a commit is missing.
func (r repository) absent(what string) error {
	if shallow, _ := r.line("rev-parse", "--is-shallow-repository"); shallow == "true" {
		return fmt.Errorf("%s, which is a shallow clone; fetch the history: \"fetch-depth: 0\" of actions/checkout, or git fetch --unshallow", what)
	}
	if _, err := r.git(nil, "rev-parse", "--git-dir"); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return fmt.Errorf("%s; name a commit, a branch, a tag, a file or a folder with --against", what)
}

// mergeBase returns the newest common ancestor of a commit and HEAD.
func (r repository) mergeBase(ref string) (string, error) {
	other, err := r.commit(ref)
	if err != nil {
		return "", err
	}
	head, err := r.commit("HEAD")
	if err != nil {
		return "", err
	}
	hash, err := r.line("merge-base", other, head)
	if err != nil {
		return "", r.absent(fmt.Sprintf("a common ancestor of %q and HEAD is not in the repository", ref))
	}
	return hash, nil
}

// isUnborn reports whether the repository has no commit at all.
func (r repository) isUnborn() bool {
	out, err := r.line("rev-list", "--max-count=1", "--all")
	return err == nil && out == ""
}

// A blob is a file of a commit. object is its hash or, for a symbolic link, its name,
// which git follows.
type blob struct{ path, object string }

// list returns the files of a commit at a path: of a file, in a folder, or with recurse in
// all folders below. The path "" is the top folder.
func (r repository) list(commit, at string, folder, recurse bool) ([]blob, error) {
	args := []string{"ls-tree", "-z", "--full-tree"}
	if recurse {
		args = append(args, "-r")
	}
	args = append(args, commit)
	if folder && at != "" {
		at += "/"
	}
	if at != "" {
		args = append(args, "--", at)
	}
	out, err := r.git(nil, args...)
	if err != nil {
		return nil, err
	}
	const regular, link = "100", "120" // how the modes begin
	var all []blob
	for entry := range strings.SplitSeq(string(out), "\x00") {
		facts, path, _ := strings.Cut(entry, "\t")
		switch f := strings.Fields(facts); {
		case len(f) == 3 && strings.HasPrefix(f[0], regular):
			all = append(all, blob{path, f[2]})
		case len(f) == 3 && strings.HasPrefix(f[0], link) && !strings.Contains(path, "\n"):
			all = append(all, blob{path, commit + ":" + path})
		}
	}
	return all, nil
}

// leftOut returns the files below the repository's folder that a sparse checkout leaves out,
// by their paths in the repository.
func (r repository) leftOut() (map[string]bool, error) {
	if sparse, _ := r.line("config", "--type=bool", "core.sparseCheckout"); sparse != "true" {
		return nil, nil
	}
	out, err := r.git(nil, "ls-files", "-z", "-t", "--full-name")
	all := map[string]bool{}
	for entry := range strings.SplitSeq(string(out), "\x00") {
		if path, ok := strings.CutPrefix(entry, "S "); ok {
			all[path] = true
		}
	}
	return all, err
}

// read returns the contents of blobs, each cut after schema.MaxBytes+1 bytes. A link that
// leads to no file of the commit has no content.
func (r repository) read(blobs []blob) ([][]byte, error) {
	var objects strings.Builder
	for _, b := range blobs {
		objects.WriteString(b.object + "\n")
	}
	out, err := r.git(strings.NewReader(objects.String()), "cat-file", "--batch", "--follow-symlinks")
	if err != nil {
		return nil, fmt.Errorf("the schemas of the base cannot be read; if the clone is partial, fetch their content with git (%w)", err)
	}
	var all [][]byte
	in := bufio.NewReader(bytes.NewReader(out))
	for _, b := range blobs {
		data, err := readObject(in)
		if err != nil {
			return nil, fmt.Errorf("the repository lacks the content of %s; fetch it with git", b.path)
		}
		all = append(all, data[:min(len(data), schema.MaxBytes+1)])
	}
	return all, nil
}

// readObject reads an answer of git cat-file: "HASH blob SIZE", or "symlink SIZE" and
// similar for a link that cannot be followed; then the content. For an object that git
// does not have there is no size.
func readObject(in *bufio.Reader) ([]byte, error) {
	head, err := in.ReadString('\n')
	if err != nil {
		return nil, err
	}
	words := strings.Fields(head)
	size, err := strconv.Atoi(words[len(words)-1])
	if err != nil {
		return nil, err
	}
	data := make([]byte, size+1) // with the line break after it
	if _, err := io.ReadFull(in, data); err != nil || len(words) != 3 || words[1] != "blob" {
		return nil, err
	}
	return data[:size], nil
}

// hasFolder reports whether a commit has a folder. The path "" is the top folder.
func (r repository) hasFolder(commit, path string) bool {
	kind, err := r.line("cat-file", "-t", "--end-of-options", commit+":"+path)
	return err == nil && kind == "tree"
}

// file returns the content of a file of a commit.
func (r repository) file(commit, path string) ([]byte, bool) {
	data, err := r.git(nil, "cat-file", "blob", commit+":"+path)
	return data, err == nil
}

// folderOf returns the folder in which git is run for a path that names a repository: a
// working tree, its ".git", or a bare repository.
func folderOf(path string) string {
	if filepath.Base(path) == ".git" {
		return filepath.Dir(path)
	}
	return path
}
