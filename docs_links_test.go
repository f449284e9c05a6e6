package ocgen_test

import (
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	link      = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading   = regexp.MustCompile(`(?m)^#+ (.+)$`)
	notInSlug = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
	fenced    = regexp.MustCompile("(?ms)^```.*?^```$")
)

// TestLinks follows the links between the pages, and to other files of the checkout.
func TestLinks(t *testing.T) {
	all, err := pages()
	if err != nil {
		t.Fatal(err)
	}
	followed := 0
	for _, page := range all {
		for _, l := range link.FindAllStringSubmatch(prose(t, page), -1) {
			if strings.Contains(l[1], "://") {
				continue
			}
			followed++
			file, anchor, _ := strings.Cut(l[1], "#")
			target := path.Join(path.Dir(page), file)
			if file == "" {
				target = page
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s: %v", page, l[1], err)
			} else if anchor != "" && !slices.Contains(anchors(prose(t, target)), anchor) {
				t.Errorf("%s links to %s: %s has no such heading", page, l[1], target)
			}
		}
	}
	if followed < 40 {
		t.Errorf("the pages have only %d links", followed)
	}
}

// prose returns a page without its blocks of code.
func prose(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	return fenced.ReplaceAllString(string(text), "")
}

// anchors returns the anchors that GitHub gives to the headings of a page.
func anchors(page string) (all []string) {
	for _, h := range heading.FindAllStringSubmatch(page, -1) {
		slug := notInSlug.ReplaceAllString(strings.ToLower(h[1]), "")
		all = append(all, strings.ReplaceAll(slug, " ", "-"))
	}
	return all
}
