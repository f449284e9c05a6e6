package schema

import (
	"cmp"
	"path"
	"strings"
	"unicode/utf8"
)

func (r *reader) readGenerate(f *fields) {
	g := &r.schema.Generate
	*g = Generate{Recorder: "views", Go: defaultGoFile(r.file), Folders: defaultFolders(r.schema)}
	if f.has("generate") {
		r.readOutputs(f)
	} else if f.strange {
		g.Recorder = "" // the misspelt key may be "recorder"
	}
	r.checkDefaultGoFile(f)
	r.checkJSONNames()
}

func (r *reader) readOutputs(f *fields) {
	g := &r.schema.Generate
	gf := r.section("generate", f.entries["generate"], place(f.keys["generate"]), "generate")
	if gf.broken || gf.has("recorder") || gf.strange {
		g.Recorder = gf.word("recorder") // "" if it is not known
	}
	g.Go = r.readPath(gf, "go", g.Go)
	g.Folders = r.readFolders(gf)
	r.namesGoFile = gf.has("go") || gf.broken || gf.strange
	r.checkFolders(gf)
}

// readFolders reads the folder of each kind of output.
func (r *reader) readFolders(gf *fields) []OutputFolder {
	var folders []OutputFolder
	for _, kind := range outputKinds {
		if p := r.readPath(gf, kind.key, r.schema.Generate.Folder(kind.key)); p != "" {
			folders = append(folders, OutputFolder{kind.key, p})
		}
	}
	return folders
}

// checkFolders reports the first two outputs with the same path. Letter case is
// ignored, as on some file systems.
func (r *reader) checkFolders(gf *fields) {
	g := &r.schema.Generate
	for i, first := range g.Folders {
		for _, second := range g.Folders[i+1:] {
			if strings.EqualFold(first.Path, second.Path) {
				r.report("output-path", gf.place(gf.last(first.Key, second.Key)), "%s and %s are both %q; give each a folder of its own", first.Key, second.Key, first.Path)
				return
			}
		}
	}
	for _, f := range g.Folders {
		if strings.EqualFold(f.Path, g.Go) {
			r.report("output-path", gf.place(gf.last("go", f.Key)), "%s is %q, which is the path of the Go file; name a folder", f.Key, g.Go)
			return
		}
	}
}

// defaultGoFile returns the Go file of a schema that names none, e.g. "metrics_gen.go".
// It drops characters at the start that are neither letters nor digits, because Go
// ignores or refuses such files.
func defaultGoFile(schema string) string {
	base := path.Base(strings.ReplaceAll(schema, `\`, "/"))
	return strings.TrimLeft(strings.TrimSuffix(base, path.Ext(base)), "_.-+~ ") + "_gen.go"
}

// checkDefaultGoFile reports a schema whose file name cannot be turned into the name of
// a Go file. The command itself checks schemas without a name and standard input, which
// is "<stdin>": only "generate" needs a file name for them.
func (r *reader) checkDefaultGoFile(f *fields) {
	if r.namesGoFile || f.strange || r.file == "" || r.file == "<stdin>" {
		return
	}
	name := r.schema.Generate.Go
	if fault := cmp.Or(pathFault(name), goFileFault(name)); fault.reason != "" {
		r.report("output-path", f.at, "the schema names no Go file, and the default name %s %s; add a line such as \"generate: {go: metrics_gen.go}\"", quote(name), fault.reason)
	}
}

// checkJSONNames reports ids that cannot be names of JSON files.
func (r *reader) checkJSONNames() {
	for _, kind := range outputKinds {
		if kind.named == nil || r.schema.Generate.Folder(kind.key) == "" {
			continue
		}
		for _, n := range kind.named(r.schema) {
			name := n.id + ".json"
			if fault := pathFault(name); fault.reason != "" {
				r.report("output-path", n.at, "the %s %s is written to the file %s, whose path %s; choose another id", n.what, quote(n.id), quote(name), fault.reason)
			}
		}
	}
}

// last returns the last of the keys that is present.
func (f *fields) last(keys ...string) string {
	last := ""
	for _, key := range keys {
		if f.has(key) {
			last = key
		}
	}
	return last
}

// readPath reads an output path. It must be relative, below the schema's folder, and
// valid on every file system.
func (r *reader) readPath(f *fields, key, fallback string) string {
	text := f.text(key)
	if text == "" {
		return fallback
	}
	clean := path.Clean(text)
	reason := leavesFolder(text, clean, key)
	if fault := pathFault(clean); reason == "" && fault.reason != "" {
		reason = fault.reason + "; " + fault.cure
	}
	if fault := goFileFault(clean); reason == "" && key == "go" && fault.reason != "" {
		reason = fault.reason + "; " + fault.cure
	}
	if reason != "" {
		r.report("output-path", f.place(key), "the path %s %s", quote(text), reason)
		return fallback
	}
	return clean
}

// leavesFolder returns why a path is not a path below the schema's folder, or "".
func leavesFolder(text, clean, key string) string {
	switch {
	case strings.ContainsAny(text, `\:*?"<>|`):
		return `contains a character that some file systems do not allow; use letters, digits, "_", "-", "." and "/"`
	case path.IsAbs(text) || clean == ".." || strings.HasPrefix(clean, "../"):
		return "is outside the schema's folder; write a path below it"
	case clean == ".":
		return "is the schema's own folder; name a folder below it, such as " + key + "/"
	case utf8.RuneCountInString(text) > 200:
		return "has more than 200 characters; write a shorter one"
	}
	return ""
}
