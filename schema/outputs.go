package schema

// An outputKind is a kind of output beside the Go file: files of JSON in a folder of
// their own. Reading "generate", the check for clashes of paths and the claims of
// schemas use the rows. generator/outputs.go has the function that emits each kind.
type outputKind struct {
	key    string                   // in "generate", e.g. "slo"
	doc    string                   // the content of the folder, for the table of keys
	folder string                   // default for a schema with SLOs; "" if there is no default
	named  func(*Schema) []namesake // files that are named after ids; nil if names do not depend on the schema
}

// A namesake is an element whose id is the name of a file.
type namesake struct {
	what, id string // e.g. "SLO", "availability"
	at       Place
}

// outputKinds are all kinds, in the order in which they are written.
var outputKinds = []outputKind{
	{"slo", "folder of the SLOs and the service", "slo", slosByID},
	{"descriptors", "folder of the metric descriptors", "descriptors", viewsByID},
}

func slosByID(s *Schema) (all []namesake) {
	for _, o := range s.SLOs {
		all = append(all, namesake{"SLO", o.ID, o.Place})
	}
	return all
}

func viewsByID(s *Schema) (all []namesake) {
	for _, v := range s.Views() {
		all = append(all, namesake{"view", v.ID, v.Place})
	}
	return all
}

// OutputKeys returns the keys of "generate" that name a folder, in the order in
// which the folders are written.
func OutputKeys() []string {
	var keys []string
	for _, kind := range outputKinds {
		keys = append(keys, kind.key)
	}
	return keys
}

// Folder returns the folder of a kind of output by its key in "generate", or "" if the
// kind is not written.
func (g Generate) Folder(key string) string {
	for _, f := range g.Folders {
		if f.Key == key {
			return f.Path
		}
	}
	return ""
}

// defaultFolders returns the default folders of a schema.
func defaultFolders(s *Schema) []OutputFolder {
	var folders []OutputFolder
	for _, kind := range outputKinds {
		if len(s.SLOs) > 0 && kind.folder != "" {
			folders = append(folders, OutputFolder{kind.key, kind.folder})
		}
	}
	return folders
}
