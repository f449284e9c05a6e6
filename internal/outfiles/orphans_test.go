package outfiles

import (
	"os"
	"path/filepath"
	"testing"
)

func TestDeletesOrphans(t *testing.T) {
	dir := disc(t, map[string]string{"m.yaml": "", "mine.go": "package p\n", "slo/mine.json": "mine"})
	mustWrite(t, sampleOutput(dir, "1"))
	changes := mustWrite(t, Output{Dir: dir, Schema: "m.yaml", Files: []File{
		goOutput("renamed.go", "m.yaml", ""),
		jsonOutput("slo", "service.json", "same"),
	}})
	const want = "create renamed.go, update slo/ocgen.manifest, delete slo/fast.json, delete m_gen.go, " +
		"delete descriptors/latency.json, delete descriptors/ocgen.manifest"
	if got := summary(changes, dir); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := listing(t, dir), "m.yaml mine.go renamed.go slo slo/mine.json slo/ocgen.manifest slo/service.json"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestKeepsFolderWithOtherFiles(t *testing.T) {
	dir := disc(t, map[string]string{"m.yaml": "", "slo/mine.json": "mine"})
	o := sampleOutput(dir, "1")
	mustWrite(t, o)
	o.Files = o.Files[:1]
	mustWrite(t, o)
	if got, want := listing(t, dir), "m.yaml m_gen.go slo slo/mine.json"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestKeepsWhatOthersOwn(t *testing.T) {
	dir := disc(t, map[string]string{
		"m.yaml":                  "",
		"n.yaml":                  "",
		"n_gen.go":                goText("n.yaml", ""),
		"hand.go":                 "package p\n\n" + goText("m.yaml", ""),
		"x_gen.txt":               goText("m.yaml", ""),
		"slo2/ocgen.manifest":     manifestPrefix + "../n.yaml" + manifestSuffix + "\na.json\n",
		"slo2/a.json":             "n's",
		"notours/ocgen.manifest":  "a.json\n",
		"notours/a.json":          "somebody's",
		"deep/m.yaml":             "",
		"deep/slo/ocgen.manifest": manifestPrefix + "../m.yaml" + manifestSuffix + "\na.json\n",
		"deep/slo/a.json":         "deep's",
	})
	o := sampleOutput(dir, "1")
	if err := os.Symlink("n_gen.go", filepath.Join(dir, "link.go")); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, o)
	before := tree(t, dir)
	if changes := mustWrite(t, o); len(changes) != 0 || tree(t, dir) != before {
		t.Errorf("changed %s", summary(changes, dir))
	}
	for _, name := range []string{"n_gen.go", "hand.go", "x_gen.txt", "slo2/a.json", "notours/a.json", "deep/slo/a.json", "link.go"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

// A schema from standard input cannot be recognized in a later run: the files of one
// run must not be deleted as left over by the next.
func TestKeepsFilesOfNoSchema(t *testing.T) {
	dir := disc(t, nil)
	mustWrite(t, Output{dir, "<stdin>", []File{goOutput("a.go", "<stdin>", ""), jsonOutput("slo", "a.json", "")}})
	mustWrite(t, Output{dir, "<stdin>", []File{goOutput("b.go", "<stdin>", "")}})
	if got, want := listing(t, dir), "a.go b.go slo slo/a.json slo/ocgen.manifest"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A merge can leave duplicate lines and conflict marks.
func TestMergedManifest(t *testing.T) {
	dir := disc(t, map[string]string{"m.yaml": ""})
	mustWrite(t, sampleOutput(dir, "1"))
	const merged = manifestPrefix + "../m.yaml" + manifestSuffix + "\n<<<<<<< HEAD\nold.json\nfast.json\n=======\nold.json\n>>>>>>> other\nservice.json\n"
	for name, text := range map[string]string{"slo/" + manifestName: merged, "slo/old.json": "0"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := summary(mustWrite(t, sampleOutput(dir, "1")), dir), "update slo/ocgen.manifest, delete slo/old.json"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Anybody may have written a manifest.
func TestHostileManifest(t *testing.T) {
	const hostile = manifestPrefix + "../m.yaml" + manifestSuffix + "\n" +
		"../victim.json\n../slo/../victim.json\n/etc/victim.json\n..\n.\n\n..json\n" +
		"sub/victim.json\nsub\\victim.json\nvictim.txt\nfolder.json\nlink.json\n<<<<<<< HEAD\nvictim.json \n"
	for _, folder := range []string{"slo", "gone"} {
		dir := disc(t, map[string]string{
			"in/m.yaml":                         "",
			"in/victim.json":                    "1",
			"in/" + folder + "/ocgen.manifest":  hostile,
			"in/" + folder + "/sub/victim.json": "1",
			"in/" + folder + "/victim.txt":      "1",
			"in/" + folder + "/victim.json":     "1",
			"in/" + folder + "/folder.json/x":   "1",
			"victim.json":                       "1",
		})
		if err := os.Symlink("../victim.json", filepath.Join(dir, "in", folder, "link.json")); err != nil {
			t.Fatal(err)
		}
		changes := mustWrite(t, sampleOutput(filepath.Join(dir, "in"), "1"))
		for _, c := range changes {
			if c.Action == Delete && filepath.Base(c.Path) != manifestName {
				t.Errorf("%s: deleted %s", folder, c.Path)
			}
		}
		for _, name := range []string{"victim.json", "in/victim.json", "in/" + folder + "/sub/victim.json", "in/" + folder + "/victim.txt",
			"in/" + folder + "/victim.json", "in/" + folder + "/folder.json/x", "in/" + folder + "/link.json"} {
			if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
				t.Error(err)
			}
		}
	}
}

// On a file system that ignores letter case, a schema that changes only the case of its
// output must not delete the file that it has just written. A hard link simulates such
// a file system.
func TestLetterCaseOfOneFile(t *testing.T) {
	dir := disc(t, map[string]string{"m.yaml": "", "m_gen.go": goText("m.yaml", "")})
	if err := os.Link(filepath.Join(dir, "m_gen.go"), filepath.Join(dir, "M_gen.go")); err != nil {
		t.Skip(err)
	}
	o := Output{dir, "m.yaml", []File{goOutput("M_gen.go", "m.yaml", "")}}
	if got := summary(mustWrite(t, o), dir); got != "" {
		t.Errorf("one file: %s", got)
	}
	if err := os.Remove(filepath.Join(dir, "m_gen.go")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "m_gen.go"), []byte(goText("m.yaml", "")), 0o666); err != nil {
		t.Fatal(err)
	}
	if got := summary(mustWrite(t, o), dir); got != "delete m_gen.go" {
		t.Errorf("two files: %s", got)
	}
}
