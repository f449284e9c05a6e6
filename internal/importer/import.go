package importer

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Options say what is read and how the schema is written.
type Options struct {
	Dir         string   // the folder where the go command runs, absolute
	Patterns    []string // of packages, as for the go command
	Package     string   // of the schema
	Tests       bool     // test files are read too
	ClosedWorld bool     // nothing outside of the main modules imports their packages
	Progress    func(step string, done, total int)
}

func (o Options) progress(step string, done, total int) {
	if o.Progress != nil {
		o.Progress(step, done, total)
	}
}

// cure returns what to do if the packages have no views.
func (o Options) cure() string {
	switch {
	case !slices.Contains(o.Patterns, "./..."):
		return `name the packages that define views, such as "./..."`
	case !o.Tests:
		return "run import in the module that defines views; if only its tests define views, add --tests"
	}
	return "run import in the module that defines views"
}

// A Result is what an import gives.
type Result struct {
	Schema   string // YAML without errors
	Findings []Finding
	Summary  Summary
	Old      []Old // what the schema replaces
	Calls    []Call
}

// Import reads packages and returns a schema. An error says why there is none.
func Import(ctx context.Context, opts Options) (*Result, error) {
	prog, err := load(ctx, opts)
	if err != nil {
		return nil, err
	}
	opts.progress("evaluating", 0, 0)
	return importFrom(prog, opts)
}

// importFrom makes the schema from what was loaded.
func importFrom(prog *program, opts Options) (*Result, error) {
	// 1. Find and evaluate.
	ix := newIndex(prog)
	views := ix.findViews()
	if len(views) == 0 {
		return nil, fmt.Errorf("no view.View is defined in %s; %s", strings.Join(opts.Patterns, " "), opts.cure())
	}
	all, unread := ix.findMeasures()
	// 2. Decide.
	d := &drafter{
		prog: prog, opts: opts, draft: &draft{pkg: opts.Package}, records: ix.findRecords(opts.ClosedWorld),
		tags: map[string]*draftTag{}, measures: map[string]*draftMeasure{},
	}
	d.facts, d.everyTag = ix.findValues()
	d.addViews(views)
	d.setTags()
	d.addViewless(all)
	// 3. Write.
	text, err := d.settle()
	if err != nil {
		return nil, err
	}
	calls, err := d.calls(ix, text)
	return &Result{Schema: text, Summary: d.summary(all, unread), Findings: d.report(), Old: d.old(ix), Calls: calls}, err
}
