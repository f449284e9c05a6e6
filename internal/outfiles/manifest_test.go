package outfiles

import (
	"slices"
	"testing"
)

func TestParseManifest(t *testing.T) {
	tests := map[string]struct {
		text   string
		schema string
		names  []string
		ok     bool
	}{
		"own":               {"# Written by ocgen from ../m.yaml. DO NOT EDIT.\na.json\nb.json\n", "../m.yaml", []string{"a.json", "b.json"}, true},
		"empty":             {"# Written by ocgen from ../m.yaml. DO NOT EDIT.\n", "../m.yaml", nil, true},
		"other line ends":   {"# Written by ocgen from ../m.yaml. DO NOT EDIT.\r\na.json\r\n", "../m.yaml", []string{"a.json"}, true},
		"without a newline": {"# Written by ocgen from ../m.yaml. DO NOT EDIT.\na.json", "../m.yaml", []string{"a.json"}, true},
		"disorder":          {"# Written by ocgen from ../m.yaml. DO NOT EDIT.\nb.json\na.json\nb.json\n", "../m.yaml", []string{"a.json", "b.json"}, true},
		"no header":         {"a.json\n", "", nil, false},
		"no file":           {"", "", nil, false},
		"cut header":        {"# Written by ocgen from ../m.yaml", "", nil, false},
	}
	for name, test := range tests {
		m, ok := parseManifest([]byte(test.text))
		if ok != test.ok || m.schema != test.schema || !slices.Equal(m.names, test.names) {
			t.Errorf("%s: got %+v, %v", name, m, ok)
		}
	}
}

func TestManifestIsReadAsWritten(t *testing.T) {
	o := Output{Schema: "m.yaml", Files: []File{jsonOutput("out/slo", "b.json", ""), jsonOutput("other", "c.json", ""), jsonOutput("out/slo", "a.json", "")}}
	m, ok := parseManifest(o.manifest("out/slo").bytes())
	if !ok || m.schema != "../../m.yaml" || !slices.Equal(m.names, []string{"a.json", "b.json"}) {
		t.Errorf("got %+v, %v", m, ok)
	}
}

// FuzzParseManifest asserts that no manifest affects a file of another folder.
func FuzzParseManifest(f *testing.F) {
	f.Add("../x.json\n")
	f.Add("a/b.json\n\\c.json\nC:d.json\n..\n")
	f.Fuzz(func(t *testing.T, lines string) {
		m, ok := parseManifest([]byte(manifestPrefix + "../m.yaml" + manifestSuffix + "\n" + lines))
		if !ok {
			t.Fatal("not read")
		}
		for _, name := range m.names {
			for _, bad := range []byte{'/', '\\', ':', '\n', 0} {
				if name == ".." || slices.Contains([]byte(name), bad) {
					t.Errorf("accepted %q", name)
				}
			}
		}
	})
}
