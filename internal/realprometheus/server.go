// Package realprometheus runs a Prometheus for tests and asks it what it knows.
// The program comes from the Debian package "prometheus".
package realprometheus

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Promtool returns the path of promtool. Without it the test is skipped; in CI it fails.
func Promtool(t *testing.T) string {
	t.Helper()
	return need(t, "promtool")
}

// need returns the path of a program of the package.
func need(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		cure := "no " + program + " is in PATH: apt-get install prometheus (its service need not run)"
		if os.Getenv("CI") == "true" {
			t.Fatal(cure)
		}
		t.Skip(cure)
	}
	return path
}

// Patience ends a wait for the server that is in vain. Nothing is judged by it.
const Patience = 5 * time.Minute

// A Server is a Prometheus that runs.
type Server struct {
	t    *testing.T
	base string
}

// Start runs a Prometheus that scrapes the paths of the target each second, in a
// job of the path's name, until the test ends, which fails if a scrape had samples or
// exemplars that were refused. Without the program the test is skipped; in CI it
// fails.
func Start(t *testing.T, target string, paths ...string) *Server {
	t.Helper()
	return StartWithRules(t, target, nil, paths...)
}

// StartWithRules is [Start] with files of rules, which are evaluated each second.
func StartWithRules(t *testing.T, target string, rules []string, paths ...string) *Server {
	t.Helper()
	binary := need(t, "prometheus")
	dir, address, output := t.TempDir(), FreeAddress(t), &bytes.Buffer{}
	config := filepath.Join(dir, "prometheus.yml")
	if err := os.WriteFile(config, []byte(configuration(target, rules, paths)), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "--config.file="+config, "--storage.tsdb.path="+filepath.Join(dir, "data"),
		"--web.listen-address="+address, "--enable-feature=exemplar-storage", "--log.level=warn")
	cmd.Stdout, cmd.Stderr = output, output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop(t, cmd)
		if strings.Contains(output.String(), "Error on ingesting") {
			t.Error("Prometheus has refused a part of what it was given")
		}
		if t.Failed() {
			t.Logf("%s", output)
		}
	})
	return &Server{t, "http://" + address}
}

func configuration(target string, rules, paths []string) string {
	var b strings.Builder
	b.WriteString("global: {scrape_interval: 1s, evaluation_interval: 1s}\n")
	if len(rules) > 0 {
		b.WriteString("rule_files:\n")
	}
	for _, file := range rules {
		fmt.Fprintf(&b, "- %q\n", file)
	}
	b.WriteString("scrape_configs:\n")
	for _, path := range paths {
		fmt.Fprintf(&b, "- {job_name: %s, metrics_path: /%s, static_configs: [{targets: [%q]}]}\n", path, path, target)
	}
	return b.String()
}

// FreeAddress returns an address of the loopback at which nobody listens.
func FreeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func stop(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	kill := time.AfterFunc(Patience, func() { cmd.Process.Kill() })
	defer kill.Stop()
	if err := cmd.Wait(); err != nil {
		t.Errorf("Prometheus ended with: %v", err)
	}
}

// Ask puts a question to the server's API, and decodes what it says.
func (s *Server) Ask(path string, query url.Values, data any) error {
	client := http.Client{Timeout: 10 * time.Second}
	answer, err := client.Get(s.base + "/api/v1/" + path + "?" + query.Encode())
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	envelope := struct {
		Status, Error string
		Data          any
	}{Data: data}
	if err := json.NewDecoder(answer.Body).Decode(&envelope); err != nil {
		return fmt.Errorf("%s: %w", answer.Status, err)
	}
	if envelope.Status != "success" {
		return fmt.Errorf("%s: %s", envelope.Status, envelope.Error)
	}
	return nil
}

// Values returns the series of a query, by their labels.
func (s *Server) Values(query string) (map[string]float64, error) {
	var data struct {
		Result []struct {
			Metric map[string]string
			Value  [2]any
		}
	}
	if err := s.Ask("query", url.Values{"query": {query}}, &data); err != nil {
		return nil, err
	}
	all := map[string]float64{}
	for _, r := range data.Result {
		delete(r.Metric, "instance")
		delete(r.Metric, "job")
		v, err := strconv.ParseFloat(fmt.Sprint(r.Value[1]), 64)
		if err != nil {
			return nil, err
		}
		all[fmt.Sprint(r.Metric)] = v // fmt sorts keys
	}
	return all, nil
}

// Want waits until a query gives exactly these values, in the form "map[a:b …] 1".
func (s *Server) Want(query string, want ...string) {
	s.t.Helper()
	var got []string
	var err error
	for end := time.Now().Add(Patience); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		var all map[string]float64
		if all, err = s.Values(query); err != nil {
			continue
		}
		got = got[:0]
		missing := len(want) != len(all)
		for labels, v := range all {
			got = append(got, fmt.Sprint(labels, " ", v))
		}
		for _, w := range want {
			missing = missing || !strings.Contains("\n"+strings.Join(got, "\n")+"\n", "\n"+w+"\n")
		}
		if !missing {
			return
		}
	}
	s.t.Errorf("%s: got\n%s\n%v\nwant\n%s", query, strings.Join(got, "\n"), err, strings.Join(want, "\n"))
}
