package ocgen_test

import (
	"cmp"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// keyTable is a table of keys in docs/schema.md, between two comments. The page chooses the head
// of its first column, such as "key of a tag".
var keyTable = regexp.MustCompile(`(?s)(<!-- keys: (\w+) -->\n)(?:\| (key[^|]*) \|)?.*?(<!-- end of keys -->\n)`)

// inProse are the sections that docs/schema.md explains in its text and in other tables:
// the forms of bounds, of SLOs and of conditions; what
// alerts of the schema and of an SLO share.
var inProse = []string{
	"buckets", "linear", "exponential", "decades", "ratio", "selection", "distribution", "range", "basic", "availability", "condition",
	"slo_alerts", "alert_channels",
}

// TestKeyTables compares the tables of docs/schema.md with the keys that there are.
func TestKeyTables(t *testing.T) {
	const file = "docs/schema.md"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sections, shown := map[string]schema.Section{}, map[string]bool{}
	for _, s := range schema.Sections() {
		sections[s.Name] = s
	}
	want := keyTable.ReplaceAllStringFunc(string(page), func(block string) string {
		m := keyTable.FindStringSubmatch(block)
		s, known := sections[m[2]]
		if !known || shown[m[2]] {
			t.Errorf("%s: %q is no section, or is shown twice", file, m[2])
		}
		shown[m[2]] = true
		return m[1] + keyRows(cmp.Or(m[3], "key"), s) + m[4]
	})
	for _, name := range inProse {
		shown[name] = true
		for _, k := range sections[name].Keys {
			if !regexp.MustCompile(`\b` + k.Name + `\b`).MatchString(want) {
				t.Errorf("%s does not mention the key %q of %s", file, k.Name, name)
			}
		}
	}
	for name := range sections {
		if !shown[name] {
			t.Errorf("%s has no table for %q; write %q and the end mark where it belongs", file, name, "<!-- keys: "+name+" -->")
		}
	}
	if want == string(page) {
		return
	}
	if !*update {
		t.Fatalf("%s has other tables of keys than schema.Sections; run: go test . -update", file)
	}
	if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func keyRows(head string, s schema.Section) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s | means | default |\n|---|---|---|\n", head)
	for _, k := range s.Keys {
		row := fmt.Sprintf("| `%s` | %s | %s |\n", k.Name, meaning(k), withoutKey(k))
		b.WriteString(strings.ReplaceAll(row, "|  |", "| |"))
	}
	return b.String()
}

// meaning is the key's line of documentation, with the words that it may be and a link.
func meaning(k schema.Key) string {
	if k.See != "" {
		return k.Doc + ": see [below](#" + k.See + ")"
	}
	if k.Values == nil {
		return k.Doc
	}
	words := make([]string, len(k.Values))
	for i, v := range k.Values {
		words[i] = "`" + v + "`"
	}
	if len(words) == 1 {
		return k.Doc + ": " + words[0]
	}
	return k.Doc + ": " + strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// withoutKey is what holds without the key.
func withoutKey(k schema.Key) string {
	switch {
	case k.Required:
		return "required"
	case k.Default != "":
		return "`" + k.Default + "`"
	}
	return k.Implied
}
