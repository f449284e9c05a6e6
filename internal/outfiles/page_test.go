package outfiles

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pageText is a page of a schema, or of no schema with "".
func pageText(schema, body string) string {
	return strings.Join(PageHeader(schema), "\n") + "\n\n" + body + "\n"
}

func TestPageHeader(t *testing.T) {
	for _, name := range []string{"m.yaml", "", "a b.yaml", "--><script>.yaml", "&lt;.yaml", `"x".yaml`, "<stdin>", strings.Repeat("&", 250) + ".yaml"} {
		text := pageText(name, "# Page")
		if got, ok := headerOwner("docs/x.md", []byte(text)); got != name || !ok {
			t.Errorf("%q: got %q, %v", name, got, ok)
		}
		if lines := strings.SplitAfter(text, "\n"); strings.Count(lines[1], ">") > 1 {
			t.Errorf("%q ends the comment: %s", name, lines[1])
		}
		if len(strings.Join(PageHeader(name), "\n")) > headerBytes {
			t.Errorf("%q: the header is longer than what is read of a file", name)
		}
	}
	for name, text := range map[string]string{
		"no header": "# Page\n", "a Go header": goText("m.yaml", ""), "a later line": "\n" + pageText("m.yaml", ""),
	} {
		if _, ok := headerOwner("x.md", []byte(text)); ok {
			t.Errorf("%s counts as ours", name)
		}
	}
	if _, ok := headerOwner("x.txt", []byte(pageText("m.yaml", ""))); ok {
		t.Error("a file of another kind counts as ours")
	}
}

// A page follows its schema as the Go file does.
func TestPageIsWrittenAndDeleted(t *testing.T) {
	dir := disc(t, map[string]string{"m.yaml": "", "n.yaml": "", "n.md": pageText("n.yaml", "n's"), "free.md": pageText("", "of a command"), "mine.md": "# Mine\n"})
	page := func(version string) File { return File{Path: "docs/x.md", Data: []byte(pageText("m.yaml", version))} }
	goFile := goOutput("m_gen.go", "m.yaml", "")
	if got, want := summary(mustWrite(t, Output{dir, "m.yaml", []File{goFile, page("1")}}), dir), "create m_gen.go, create docs/x.md"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := summary(mustWrite(t, Output{dir, "m.yaml", []File{goFile, page("2")}}), dir), "update docs/x.md"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := summary(mustWrite(t, Output{dir, "m.yaml", []File{goFile}}), dir), "delete docs/x.md"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := listing(t, dir), "free.md m.yaml m_gen.go mine.md n.md n.yaml"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRefusesPageNotOurs(t *testing.T) {
	dir := disc(t, map[string]string{"m.yaml": "", "n.yaml": schemaHead + "go: n.md\n", "x.md": "# Mine\n", "n.md": pageText("n.yaml", "")})
	own := func(name string) Output {
		return Output{dir, "m.yaml", []File{{Path: name, Data: []byte(pageText("m.yaml", ""))}}}
	}
	free := func(name string) Output {
		return Output{Dir: dir, Files: []File{{Path: name, Data: []byte(pageText("", ""))}}}
	}
	refuses(t, dir, "DIR/x.md: the file was not written by ocgen; "+cure, own("x.md"))
	refuses(t, dir, "DIR/x.md: the file was not written by ocgen; move it away, or name another file", free("x.md"))
	refuses(t, dir, "DIR/n.md: the file belongs to the schema n.yaml; if n.yaml no longer generates it, generate both schemas together, otherwise choose another path under generate in DIR/m.yaml", own("n.md"))
	refuses(t, dir, "DIR/n.md: the file belongs to the schema n.yaml, which names it under generate; write it with ocgen generate, or name another file", free("n.md"))
}

// A page of no schema causes no other change: what else is there belongs to schemas.
func TestPageOfNoSchema(t *testing.T) {
	dir := disc(t, map[string]string{"gone_gen.go": goText("gone.yaml", ""), "gone.md": pageText("gone.yaml", ""), "a.md": pageText("", "old")})
	o := Output{Dir: dir, Files: []File{{Path: "a.md", Data: []byte(pageText("", "new"))}}}
	if got := summary(mustWrite(t, o), dir); got != "update a.md" {
		t.Errorf("got %s", got)
	}
	data, err := os.ReadFile(filepath.Join(dir, "a.md"))
	if err != nil || string(data) != pageText("", "new") {
		t.Errorf("%s, %v", data, err)
	}
	// A schema takes the page over.
	if err := os.WriteFile(filepath.Join(dir, "m.yaml"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	own := Output{dir, "m.yaml", []File{{Path: "a.md", Data: []byte(pageText("m.yaml", "new"))}}}
	if got := summary(mustWrite(t, own), dir); got != "update a.md, delete gone.md, delete gone_gen.go" {
		t.Errorf("got %s", got)
	}
}
