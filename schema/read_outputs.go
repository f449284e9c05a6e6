package schema

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

func (r *reader) readGenerate(f *fields) {
	g := &r.schema.Generate
	*g = Generate{Recorder: "views", Go: defaultGoFile(r.file), Outputs: defaultOutputs(r.schema)}
	r.generateUnread = f.hides("generate")
	if f.has("generate") {
		r.readOutputs(f)
	} else if f.strange {
		g.Recorder = "" // the misspelt key may be "recorder"
	}
	r.checkDefaultGoFile(f)
	r.checkFileNames()
}

func (r *reader) readOutputs(f *fields) {
	g := &r.schema.Generate
	gf := r.section("generate", f.entries["generate"], place(f.keys["generate"]), "generate")
	if gf.broken || gf.has("recorder") || gf.strange {
		g.Recorder = gf.word("recorder") // "" if it is not known
	}
	g.Scope, r.otelScopeAt = r.readOtelScope(gf), gf.place("scope")
	g.Go = r.readPath(gf, "go", g.Go)
	g.Outputs = r.readOutputPaths(gf)
	r.generateUnread = slices.ContainsFunc(alertFolders, func(key string) bool { return gf.hides(key) || gf.has(key) })
	r.namesGoFile = gf.has("go") || gf.broken || gf.strange
	r.checkOutputPaths(gf)
}

// readOtelScope reads the name of OpenTelemetry's instrumentation scope. Prometheus has
// it as the value of a label, so the limits of a tag's value hold.
func (r *reader) readOtelScope(gf *fields) string {
	name := gf.text("scope")
	switch trimmed := strings.TrimSpace(name); {
	case name == "":
	case trimmed == "":
		r.report("bad-value", gf.place("scope"), "scope is only spaces; write a name, or delete the key")
	case trimmed != name:
		r.report("bad-value", gf.place("scope"), "scope %s has spaces around it; write %s", quote(name), quote(trimmed))
	case len(name) > maxValueBytes:
		r.report("bad-value", gf.place("scope"), "scope %s has %d bytes and must have at most %d; write a shorter name", quote(name), len(name), maxValueBytes)
	default:
		return name
	}
	return ""
}

// readOutputPaths reads the folder or the page of each kind of output.
func (r *reader) readOutputPaths(gf *fields) []OutputPath {
	var outputs []OutputPath
	r.outputsAt = map[string]Place{}
	for _, kind := range outputKinds {
		if gf.has(kind.key) {
			r.outputsAt[kind.key] = gf.place(kind.key)
		}
		if p := r.readPath(gf, kind.key, r.schema.Generate.Path(kind.key)); p != "" {
			outputs = append(outputs, OutputPath{Key: kind.key, Path: p, Page: kind.page, PerEnvironment: !kind.shared})
		}
	}
	return outputs
}

// checkOutputPaths reports the first two outputs with the same path. Letter case is
// ignored, as on some file systems.
func (r *reader) checkOutputPaths(gf *fields) {
	g := &r.schema.Generate
	for i, first := range g.Outputs {
		for _, second := range g.Outputs[i+1:] {
			if strings.EqualFold(first.Path, second.Path) {
				r.report("output-path", gf.place(gf.last(first.Key, second.Key)), "%s and %s are both %q; give each a path of its own", first.Key, second.Key, first.Path)
				return
			}
		}
	}
	for _, o := range g.Outputs {
		if strings.EqualFold(o.Path, g.Go) {
			r.report("output-path", gf.place(gf.last("go", o.Key)), "%s is %q, which is the path of the Go file; name a folder", o.Key, g.Go)
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

// checkFileNames reports ids that cannot be in names of files.
func (r *reader) checkFileNames() {
	for _, kind := range outputKinds {
		if kind.named == nil || r.schema.Generate.Path(kind.key) == "" {
			continue
		}
		for _, n := range kind.named(r.schema) {
			if fault := pathFault(n.file); fault.reason != "" {
				r.report("output-path", n.at, "the %s %s is written to the file %s, whose path %s; choose another id", n.what, quote(n.id), quote(n.file), fault.reason)
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
	if fault := fileFault(clean, key); reason == "" && fault.reason != "" {
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
		return "is the schema's own folder; name " + cmp.Or(pageExample(key), "a folder below it, such as "+key+"/")
	case utf8.RuneCountInString(text) > 200:
		return "has more than 200 characters; write a shorter one"
	}
	return ""
}

// fileFault returns why an output that is a file cannot have the path.
func fileFault(p, key string) fault {
	switch {
	case key == "go":
		return goFileFault(p)
	case pageExample(key) != "" && !strings.HasSuffix(p, pageSuffix):
		return fault{"does not end in " + pageSuffix, "write " + pageExample(key)}
	}
	return fault{}
}

// pageSuffix is the end of the name of a page, for which editors and GitHub render it.
const pageSuffix = ".md"

// pageExample returns the example of a path for the key of a page, and "" for any other
// key.
func pageExample(key string) string {
	for _, kind := range outputKinds {
		if kind.key == key && kind.page {
			return "a file such as METRICS" + pageSuffix
		}
	}
	return ""
}
