package main

import (
	"slices"
	"strings"
)

// A comparedExport is one kind of scrape or export in the tables of the documentation and in the
// picture.
type comparedExport struct {
	title     string
	libraries []comparedLibrary
}

type comparedLibrary struct {
	library string
	costs   func(exportKind) cost // unmeasured if it was not measured
}

// allExports returns the scrapes in text and OpenMetrics, and all exports, as far as they were
// measured.
func (r *report) allExports() (all []comparedExport) {
	for _, format := range []scrapeFormat{textFormat, openFormat} {
		e := comparedExport{title: "scrape in " + format.name}
		for _, s := range r.Scrapes {
			if !slices.ContainsFunc(s.kinds(), func(k scrapeKind) bool { return k.Format == format.name }) {
				continue
			}
			e.libraries = append(e.libraries, comparedLibrary{s.Library, func(k exportKind) cost {
				return r.scrape(s.Library, scrapeKind{k.Series, format.name, k.Each})
			}})
		}
		if len(e.libraries) > 0 {
			all = append(all, e)
		}
	}
	for _, exporting := range exportings() {
		e := comparedExport{title: exporting.title}
		for _, l := range exporting.libraries {
			if slices.ContainsFunc(r.Exports, func(x exportResult) bool { return x.Export == exporting.name && x.Library == l.library }) {
				e.libraries = append(e.libraries, comparedLibrary{l.library, func(k exportKind) cost { return r.export(exporting.name, l.library, k) }})
			}
		}
		if len(e.libraries) > 0 {
			all = append(all, e)
		}
	}
	return all
}

// compared reports whether another library does it too.
func (e comparedExport) compared() bool {
	return slices.ContainsFunc(e.libraries, func(l comparedLibrary) bool { return !strings.HasPrefix(l.library, "ocgen ") })
}
