package ocgen_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// fakeDashboards keeps the dashboards that it gets in files, whose names are the label by
// which they are found. It refuses an update without the etag. It also writes each command
// to a log.
const fakeDashboards = `#!/bin/bash
set -eu
cd "$(dirname "$0")/store"
[ "$1 $2" = "monitoring dashboards" ]
verb=$3
shift 3
echo "$verb" >> ../log
for arg; do
	case $arg in
	--config-from-file=*) config=$(cat "../${arg#*=}") ;;
	--config=*) config=${arg#*=} ;;
	--filter=*) id=${arg#--filter=labels.ocgen-id=} ;;
	--project=my-project | --format=*) ;;
	*) name=$arg ;;
	esac
done
case $verb in
list) [ ! -f "$id" ] || echo "$id" ;;
describe) [ -f "$name" ] && echo "e/tag" ;;
create) echo "$config" > "$(sed -n 's/^ *"ocgen-id": "\([^"]*\)".*/\1/p' <<< "$config")" ;;
update)
	[ -f "$name" ] && [[ $config == '{"etag": "e/tag",'* ]]
	echo "$config" > "$name"
	;;
esac
`

// TestDashboardScriptRunsTwice runs the script of docs/dashboards.md: at first it creates the
// dashboards, then it replaces them.
func TestDashboardScriptRunsTwice(t *testing.T) {
	needShell(t)
	page, err := os.ReadFile("docs/dashboards.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(page), "<!-- run: dashboards -->\n```sh\n")
	script, _, ends := strings.Cut(block, "```")
	if !found || !ends {
		t.Fatal("docs/dashboards.md has no block <!-- run: dashboards -->")
	}
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "metrics"), os.DirFS("golden/watch")); err != nil {
		t.Fatal(err)
	}
	store := filepath.Join(dir, "store")
	if err := os.Mkdir(store, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "gcloud"), []byte(fakeDashboards), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"list create", "list create list describe update"} {
		cmd := exec.Command("bash", "-c", script)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		got, err := os.ReadFile(filepath.Join(dir, "log"))
		if err != nil || strings.Join(strings.Fields(string(got)), " ") != want {
			t.Errorf("%v: the commands are\n%s", err, got)
		}
	}
	kept, err := os.ReadFile(filepath.Join(store, "watch-watch"))
	if err != nil || !json.Valid(kept) {
		t.Errorf("%v: the dashboard is\n%s", err, kept)
	}
}
