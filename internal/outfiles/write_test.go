package outfiles

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// disc makes a folder with the given files. Names with "/" at the end are folders.
func disc(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o777); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(at, 0o777); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.WriteFile(at, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// tree describes everything below a folder: kinds, modes, times and bytes.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || p == dir {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, p)
		fmt.Fprintf(&b, "%s %s", rel, info.Mode())
		switch mode := info.Mode(); {
		case mode.IsRegular():
			data, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, " %s %q", info.ModTime(), data)
		case mode&fs.ModeSymlink != 0:
			to, _ := os.Readlink(p)
			fmt.Fprintf(&b, " -> %s", to)
		}
		b.WriteByte('\n')
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// listing lists the files and folders below a folder.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if p != dir {
			rel, _ := filepath.Rel(dir, p)
			all = append(all, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, " ")
}

func goText(schema, body string) string {
	return goHeader + "\n" + goSchema + schema + "\n\npackage p\n" + body
}

func goOutput(path, schema, body string) File {
	return File{Path: path, Data: []byte(goText(schema, body))}
}

func jsonOutput(folder, name, body string) File {
	return File{Path: folder + "/" + name, Folder: folder, Data: []byte(body)}
}

func mustWrite(t *testing.T, outputs ...Output) []Change {
	t.Helper()
	changes, err := Write(outputs, readClaims)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func summary(changes []Change, dir string) string {
	var all []string
	for _, c := range changes {
		all = append(all, c.Action.String()+" "+strings.TrimPrefix(c.Path, filepath.ToSlash(dir)+"/"))
	}
	return strings.Join(all, ", ")
}

// refuses asserts that Write and Diff fail with the error and change nothing. DIR in
// want stands for dir.
func refuses(t *testing.T, dir, want string, outputs ...Output) {
	t.Helper()
	before := tree(t, dir)
	want = strings.ReplaceAll(want, "DIR", filepath.ToSlash(dir))
	if _, err := Write(outputs, readClaims); err == nil || err.Error() != want {
		t.Errorf("Write:\n got %v\nwant %v", err, want)
	}
	if _, err := Diff(outputs, readClaims); err == nil || err.Error() != want {
		t.Errorf("Diff:\n got %v\nwant %v", err, want)
	}
	if after := tree(t, dir); after != before {
		t.Errorf("changed:\n%s\nbefore:\n%s", after, before)
	}
}

// sampleOutput is a schema's output with one file of each kind.
func sampleOutput(dir, version string) Output {
	return Output{Dir: dir, Schema: "m.yaml", Files: []File{
		goOutput("m_gen.go", "m.yaml", "// "+version+"\n"),
		jsonOutput("slo", "fast.json", version),
		jsonOutput("slo", "service.json", "same"),
		jsonOutput("descriptors", "latency.json", version),
	}}
}

func TestWriteNew(t *testing.T) {
	dir := disc(t, map[string]string{"m.yaml": ""})
	changes := mustWrite(t, sampleOutput(dir, "1"))
	const want = "create m_gen.go, create slo/fast.json, create slo/service.json, create descriptors/latency.json, " +
		"create slo/ocgen.manifest, create descriptors/ocgen.manifest"
	if got := summary(changes, dir); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	list, _ := os.ReadFile(filepath.Join(dir, "slo", manifestName))
	if want := "# Written by ocgen from ../m.yaml. DO NOT EDIT.\nfast.json\nservice.json\n"; string(list) != want {
		t.Errorf("manifest: got %q, want %q", list, want)
	}
	if got, want := listing(t, dir), "descriptors descriptors/latency.json descriptors/ocgen.manifest m.yaml m_gen.go "+
		"slo slo/fast.json slo/ocgen.manifest slo/service.json"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestWriteTwiceTouchesNothing(t *testing.T) {
	dir := disc(t, map[string]string{"m.yaml": ""})
	mustWrite(t, sampleOutput(dir, "1"))
	old := time.Now().Add(-time.Hour)
	for _, name := range []string{"m_gen.go", "slo/fast.json", "slo/ocgen.manifest"} {
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	before := tree(t, dir)
	if changes := mustWrite(t, sampleOutput(dir, "1")); len(changes) != 0 {
		t.Errorf("changed %s", summary(changes, dir))
	}
	if after := tree(t, dir); after != before {
		t.Errorf("touched:\n%s\nbefore:\n%s", after, before)
	}
}

func TestWriteUpdatesOnlyWhatDiffers(t *testing.T) {
	dir := disc(t, map[string]string{"m.yaml": ""})
	mustWrite(t, sampleOutput(dir, "1"))
	if err := os.Chmod(filepath.Join(dir, "m_gen.go"), 0o640); err != nil {
		t.Fatal(err)
	}
	changes := mustWrite(t, sampleOutput(dir, "2"))
	const want = "update m_gen.go, update slo/fast.json, update descriptors/latency.json"
	if got := summary(changes, dir); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	info, err := os.Stat(filepath.Join(dir, "m_gen.go"))
	if err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v: want 0640 as before", info.Mode(), err)
	}
	if strings.Contains(listing(t, dir), ".tmp") {
		t.Errorf("temporary files are left: %s", listing(t, dir))
	}
}

// failAt makes the n-th rename of a run fail, counted from 0.
func failAt(n int) disk {
	return disk{
		rename: func(root *os.Root, from, to string) error {
			if n--; n == -1 {
				return &os.LinkError{Op: "renameat", Old: from, New: to, Err: errors.New("input/output error")}
			}
			return renameIn(root, from, to)
		},
		link: linkIn,
	}
}

// mixedOutput creates, updates and deletes.
func mixedOutput(dir string) Output {
	o := sampleOutput(dir, "2")
	o.Files = append(o.Files[:1], jsonOutput("slo", "fast.json", "2"), jsonOutput("fresh", "new.json", "2"))
	return o
}

func TestWriteRollsBackAtEveryRename(t *testing.T) {
	const steps = 8 // each of them fails once
	for n := range steps {
		dir := disc(t, map[string]string{"m.yaml": "", "notes.txt": "mine", "slo/mine.json": "mine"})
		mustWrite(t, sampleOutput(dir, "1"))
		before := tree(t, dir)
		if _, err := write([]Output{mixedOutput(dir)}, readClaims, failAt(n)); err == nil || !strings.HasSuffix(err.Error(), ": input/output error") {
			t.Errorf("rename %d: got %v", n, err)
		}
		if after := tree(t, dir); after != before {
			t.Errorf("rename %d: changed:\n%s\nbefore:\n%s", n, after, before)
		}
	}
	dir := disc(t, map[string]string{"m.yaml": ""})
	mustWrite(t, sampleOutput(dir, "1"))
	changes, err := write([]Output{mixedOutput(dir)}, readClaims, failAt(steps))
	if err != nil || len(changes) != steps {
		t.Errorf("%d steps, %v: want %d, as many as the test makes fail", len(changes), err, steps)
	}
}

func TestWriteRollsBackWithoutHardLinks(t *testing.T) {
	dir := disc(t, map[string]string{"m.yaml": ""})
	mustWrite(t, sampleOutput(dir, "1"))
	before := tree(t, dir)
	d := failAt(3)
	d.link = func(*os.Root, string, string) error { return errors.ErrUnsupported }
	if _, err := write([]Output{mixedOutput(dir)}, readClaims, d); err == nil {
		t.Error("want the injected failure")
	}
	if after := tree(t, dir); after != before {
		t.Errorf("changed:\n%s\nbefore:\n%s", after, before)
	}
}

func TestWriteTellsWhatItCannotPutBack(t *testing.T) {
	dir := disc(t, map[string]string{"m.yaml": ""})
	mustWrite(t, sampleOutput(dir, "1"))
	renames := 0
	d := disk{link: linkIn, rename: func(root *os.Root, from, to string) error {
		if renames++; renames > 1 {
			return errors.New("input/output error")
		}
		return renameIn(root, from, to)
	}}
	_, err := write([]Output{sampleOutput(dir, "2")}, readClaims, d)
	if err == nil || !strings.Contains(err.Error(), "m_gen.go: cannot be restored: input/output error\n") {
		t.Fatalf("got %v", err)
	}
	_, kept, _ := strings.Cut(err.Error(), "the old content is in the file ")
	kept, _, _ = strings.Cut(kept, " ")
	old, err := os.ReadFile(filepath.Join(dir, kept))
	if err != nil || string(old) != goText("m.yaml", "// 1\n") {
		t.Errorf("%s holds %q, %v: want the old content", kept, old, err)
	}
}

// A name that is too long for the disk is found only when its folder exists, after
// other files have been staged.
func TestWriteRollsBackStaging(t *testing.T) {
	dir := disc(t, map[string]string{"m.yaml": ""})
	mustWrite(t, sampleOutput(dir, "1"))
	before := tree(t, dir)
	o := sampleOutput(dir, "2")
	o.Files = append(o.Files, jsonOutput("new/deep", strings.Repeat("x", 300)+".json", ""))
	if _, err := Write([]Output{o}, readClaims); err == nil || !strings.HasSuffix(err.Error(), "x.json: file name too long") {
		t.Errorf("got %v", err)
	}
	if after := tree(t, dir); after != before {
		t.Errorf("changed:\n%s\nbefore:\n%s", after, before)
	}
}

func TestWriteLongestName(t *testing.T) {
	dir := disc(t, map[string]string{"m.yaml": ""})
	name := strings.Repeat("x", 252) + ".go"
	mustWrite(t, Output{Dir: dir, Schema: "m.yaml", Files: []File{goOutput(name, "m.yaml", "")}})
	mustWrite(t, Output{Dir: dir, Schema: "m.yaml", Files: []File{goOutput(name, "m.yaml", "// 2\n")}})
	if got, want := listing(t, dir), "m.yaml "+name; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
