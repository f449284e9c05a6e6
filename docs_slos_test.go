package ocgen_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A resources server keeps what is created below /v3/projects/my-project/, as
// the Cloud Monitoring API does: a second POST of an id answers 409, and a POST of
// a descriptor updates it.
type resources struct {
	mu     sync.Mutex
	bodies map[string]string // by path
	calls  []string          // method, path and query
	refuse string            // a path of which every call answers 400
}

func (s *resources) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/v3/projects/my-project/")
	s.calls = append(s.calls, strings.TrimSuffix(r.Method+" "+path+"?"+r.URL.RawQuery, "?"))
	body, err := io.ReadAll(r.Body)
	id := r.URL.Query().Get("serviceId") + r.URL.Query().Get("serviceLevelObjectiveId")
	switch {
	case err != nil || r.Header.Get("Authorization") != "Bearer a-token" || path == s.refuse:
		http.Error(w, "the API's reason", http.StatusBadRequest)
		return
	case path == "metricDescriptors":
		path += "/" + string(body)
	case r.Method == http.MethodPost:
		path += "/" + id
		if _, exists := s.bodies[path]; exists {
			http.Error(w, "exists", http.StatusConflict)
			return
		}
	}
	s.bodies[path] = string(body)
}

// runSLOScript runs the script of docs/slos.md against the server, in a folder with the
// output of examples/sli.
func runSLOScript(t *testing.T, server *resources) (output string, err error) {
	t.Helper()
	page, err := os.ReadFile("docs/slos.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(page), "<!-- run: slos -->\n```sh\n")
	script, _, ends := strings.Cut(block, "```")
	if !found || !ends {
		t.Fatal("docs/slos.md has no block <!-- run: slos -->")
	}
	backend := httptest.NewServer(server)
	defer backend.Close()
	for _, change := range [][2]string{{"https://monitoring.googleapis.com", backend.URL}, {"=my-service ", "=sli "}} {
		if !strings.Contains(script, change[0]) {
			t.Fatalf("the script does not contain %q", change[0])
		}
		script = strings.ReplaceAll(script, change[0], change[1])
	}
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "metrics"), os.DirFS("examples/sli")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "gcloud"), []byte("#!/bin/sh\necho a-token\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("bash", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), fmt.Sprintf("PATH=%s%c%s", dir, os.PathListSeparator, os.Getenv("PATH")), "TMPDIR="+dir, "no_proxy=*")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// needShell skips a test on machines without the programs that the script calls.
func needShell(t *testing.T) {
	for _, name := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(name); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal(err)
			}
			t.Skip(err)
		}
	}
}

func TestSLOScriptRunsTwice(t *testing.T) {
	needShell(t)
	server := &resources{bodies: map[string]string{}}
	if out, err := runSLOScript(t, server); err != nil {
		t.Fatalf("the first run: %v\n%s", err, out)
	}
	created := server.calls
	server.calls = nil
	want, err := filepath.Glob("examples/sli/slo/*.json")
	if err != nil || len(want) < 2 {
		t.Fatal(err, want)
	}
	if !slices.Contains(created, "POST services?serviceId=sli") || len(created) != len(server.bodies) {
		t.Errorf("calls of the first run:\n%s", strings.Join(created, "\n"))
	}
	// Stale bodies show that the second run changes what exists.
	for path := range server.bodies {
		if !strings.HasPrefix(path, "metricDescriptors/") {
			server.bodies[path] = "stale"
		}
	}
	if out, err := runSLOScript(t, server); err != nil {
		t.Fatalf("the second run: %v\n%s", err, out)
	}
	for path, body := range server.bodies {
		if body == "stale" {
			t.Errorf("%s is not changed by the second run:\n%s", path, strings.Join(server.calls, "\n"))
		}
	}
}

func TestSLOScriptStopsAtAFailure(t *testing.T) {
	needShell(t)
	server := &resources{bodies: map[string]string{}, refuse: "services"}
	out, err := runSLOScript(t, server)
	if err == nil || !strings.Contains(out, "metrics/slo/service.json: HTTP status 400: the API's reason") {
		t.Errorf("got the error %v and the output\n%s", err, out)
	}
	if last := server.calls[len(server.calls)-1]; last != "POST services?serviceId=sli" {
		t.Errorf("after a failure the script goes on with %s", last)
	}
}
