package schema

import (
	"cmp"
	"path"
	"strings"
	"unicode/utf8"
)

func (r *reader) readGenerate(f *fields) {
	g := &r.schema.Generate
	*g = Generate{Recorder: "views", Go: defaultGoFile(r.file)}
	if len(r.schema.SLOs) > 0 {
		g.SLO, g.Descriptors = "slo", "descriptors"
	}
	if f.has("generate") {
		r.readOutputs(f)
	} else if f.strange {
		g.Recorder = "" // that key may be meant
	}
	r.checkDefaultGoFile(f)
	r.checkJSONNames()
}

func (r *reader) readOutputs(f *fields) {
	g := &r.schema.Generate
	gf := r.fields(f.entries["generate"], place(f.keys["generate"]), "generate", "recorder", "go", "slo", "descriptors")
	if gf.broken || gf.has("recorder") || gf.strange {
		g.Recorder = gf.choice("recorder", "views", "direct") // "" if it is not known
	}
	g.Go = r.readPath(gf, "go", g.Go)
	g.SLO = r.readPath(gf, "slo", g.SLO)
	g.Descriptors = r.readPath(gf, "descriptors", g.Descriptors)
	r.namesGoFile = gf.has("go") || gf.broken || gf.strange
	// Some file systems take Slo and slo for one.
	switch {
	case g.SLO != "" && strings.EqualFold(g.SLO, g.Descriptors):
		r.report("output-path", gf.place(gf.last("slo", "descriptors")), "slo and descriptors are both %q; give each a folder of its own", g.SLO)
	case strings.EqualFold(g.SLO, g.Go):
		r.report("output-path", gf.place(gf.last("go", "slo")), "slo is the Go file %q; name a folder", g.Go)
	case strings.EqualFold(g.Descriptors, g.Go):
		r.report("output-path", gf.place(gf.last("go", "descriptors")), "descriptors is the Go file %q; name a folder", g.Go)
	}
}

// defaultGoFile returns the Go file of a schema that names none, e.g. "metrics_gen.go".
// Go ignores or refuses files that begin with something else than a letter or a digit,
// so that is left out.
func defaultGoFile(schema string) string {
	base := path.Base(strings.ReplaceAll(schema, `\`, "/"))
	return strings.TrimLeft(strings.TrimSuffix(base, path.Ext(base)), "_.-+~ ") + "_gen.go"
}

// checkDefaultGoFile reports a schema whose own name gives no name for a Go file. A
// schema without a name, and standard input, which is "<stdin>", are the command's
// affair: only "generate" needs a file's name of them.
func (r *reader) checkDefaultGoFile(f *fields) {
	if r.namesGoFile || f.strange || r.file == "" || r.file == "<stdin>" {
		return
	}
	name := r.schema.Generate.Go
	if fault := cmp.Or(pathFault(name), goFileFault(name)); fault.reason != "" {
		r.report("output-path", f.at, "the schema names no Go file, so it is %s, which %s; add a line such as \"generate: {go: metrics_gen.go}\"", quote(name), fault.reason)
	}
}

// checkJSONNames reports ids that cannot be the names of JSON files.
func (r *reader) checkJSONNames() {
	report := func(at Place, what, id string) {
		name := id + ".json"
		if fault := pathFault(name); fault.reason != "" {
			r.report("output-path", at, "the %s %s is written to the file %s, whose path %s; choose another id", what, quote(id), quote(name), fault.reason)
		}
	}
	if r.schema.Generate.SLO != "" {
		for _, s := range r.schema.SLOs {
			report(s.Place, "SLO", s.ID)
		}
	}
	if r.schema.Generate.Descriptors != "" {
		for _, v := range r.schema.Views() {
			report(v.Place, "view", v.ID)
		}
	}
}

// last returns the last of the keys that is there.
func (f *fields) last(keys ...string) string {
	last := ""
	for _, key := range keys {
		if f.has(key) {
			last = key
		}
	}
	return last
}

// readPath reads an output path: relative, below the schema's folder, and one
// that every file system takes.
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

// leavesFolder returns why a path is none below the schema's folder, or "".
func leavesFolder(text, clean, key string) string {
	switch {
	case strings.ContainsAny(text, `\:*?"<>|`):
		return `holds a character that some file systems refuse; write letters, digits, "_", "-", "." and "/"`
	case path.IsAbs(text) || clean == ".." || strings.HasPrefix(clean, "../"):
		return "leaves the schema's folder; outputs stay below it"
	case clean == ".":
		return "is the schema's own folder; name one below it, such as " + key + "/"
	case utf8.RuneCountInString(text) > 200:
		return "has more than 200 characters; write a shorter one"
	}
	return ""
}
