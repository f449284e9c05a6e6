package main

import (
	"runtime/debug"
	"testing"
)

func TestRevision(t *testing.T) {
	for version, want := range map[string]string{
		"v0.3.1":                               "v0.3.1",
		"v1.0.0-rc.1":                          "v1.0.0-rc.1",
		"(devel)":                              "main",
		"":                                     "main",
		"v0.3.1+dirty":                         "main",
		"v0.0.0-20261129133436-ee777b4067ab":   "main",
		"v0.3.2-0.20261129133436-ee777b4067ab": "main",
		"v1.0.0-rc.1.0.20261129133436-ee777b4067ab": "main",
	} {
		if got := revision(debug.Module{Version: version}); got != want {
			t.Errorf("%q: %q, want %q", version, got, want)
		}
	}
	replaced := debug.Module{Version: "v0.0.0", Replace: &debug.Module{Path: "../ocgen"}}
	if got := revision(replaced); got != "main" {
		t.Errorf("a replaced module: %q", got)
	}
}
