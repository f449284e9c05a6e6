package ocgen_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fakeGcloud keeps the policies that it gets in files, whose names are the labels by which
// they are found. It also writes each command to a log.
const fakeGcloud = `#!/bin/bash
set -eu
cd "$(dirname "$0")/store"
[ "$1 $2" = "monitoring policies" ]
verb=$3
shift 3
echo "$verb" >> ../log
for arg; do
	case $arg in
	--policy-from-file=*) file=../${arg#*=} ;;
	--filter=*) filter=${arg#*=} ;;
	--project=* | --format=*) ;;
	*) name=$arg ;;
	esac
done
case $verb in
list)
	id=$(sed -n 's/^userLabels.ocgen-service=shop AND userLabels.ocgen-id=//p' <<< "$filter")
	[ ! -f "$id" ] || echo "$id"
	;;
create) cp "$file" "$(basename "$file" .json)" ;;
update) [ -f "$name" ] && cp "$file" "$name" ;;
esac
`

// TestAlertScriptRunsTwice runs the script of docs/alerts.md: at first it creates all
// policies, then it replaces them.
func TestAlertScriptRunsTwice(t *testing.T) {
	needShell(t)
	page, err := os.ReadFile("docs/alerts.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(page), "<!-- run: alerts -->\n```sh\n")
	script, _, ends := strings.Cut(block, "```")
	if !found || !ends {
		t.Fatal("docs/alerts.md has no block <!-- run: alerts -->")
	}
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "metrics", "alerts"), os.DirFS("examples/shop/shopmetrics/alerts/prod")); err != nil {
		t.Fatal(err)
	}
	store := filepath.Join(dir, "store")
	if err := os.Mkdir(store, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "gcloud"), []byte(fakeGcloud), 0o755); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("examples/shop/shopmetrics/alerts/prod/*.json")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	for _, verb := range []string{"create", "update"} {
		log := filepath.Join(dir, "log")
		if err := os.WriteFile(log, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("bash", "-c", script)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		want := slices.Repeat([]string{"list", verb}, len(files))
		got, err := os.ReadFile(log)
		if err != nil || !slices.Equal(strings.Fields(string(got)), want) {
			t.Errorf("%v: the commands are\n%s", err, got)
		}
	}
	if kept, err := os.ReadDir(store); err != nil || len(kept) != len(files) {
		t.Errorf("%d policies of %d files, %v", len(kept), len(files), err)
	}
}
