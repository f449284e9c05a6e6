package stackdriver

import (
	"context"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime/record"
	"google.golang.org/api/option"
)

// made returns an exporter to nobody.
func made(t *testing.T, opts Options) *Exporter {
	t.Helper()
	e, err := New(context.Background(), withoutCredentials(opts))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return e
}

func withoutCredentials(opts Options) Options {
	if opts.ClientOptions == nil {
		opts.ClientOptions = fakemonitoring.ClientOptions("127.0.0.1:1")
	}
	return opts
}

func without(labels map[string]string, key string) map[string]string {
	c := maps.Clone(labels)
	delete(c, key)
	return c
}

func TestNewRefuses(t *testing.T) {
	refused := func(t *testing.T, opts Options, want ...string) {
		t.Helper()
		_, err := New(context.Background(), withoutCredentials(opts))
		for _, w := range want {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("not in the error: %s\n%v", w, err)
			}
		}
	}
	on := func(resource string) record.Monitoring { return record.Monitoring{Resource: resource} }
	t.Run("nothing registered", func(t *testing.T) {
		refused(t, Options{ProjectID: "p"}, "call its RegisterViews before stackdriver.New")
	})
	t.Run("labels", func(t *testing.T) {
		register(t, "shop", onKubernetesShop, countPart)
		refused(t, Options{ProjectID: "p", ResourceLabels: map[string]string{"cluster_name": "asia", "region": "x"}},
			`the resource k8s_container has no label "region": remove it from Options.ResourceLabels`,
			`resource label pod_name of k8s_container is missing: set Options.ResourceLabels["pod_name"] to its value, or, on Google Cloud, set Options.Detect`,
			`resource label cluster_name is "asia", but the schema of package shop says "eu" or "us", so its SLOs would find no data`)
		refused(t, Options{ProjectID: "p"}, `set Options.ResourceLabels["cluster_name"] to "eu" or "us", as the schema says`)
	})
	t.Run("disagreement", func(t *testing.T) {
		register(t, "shop", onKubernetesShop, countPart)
		register(t, "bank", record.Monitoring{MetricPrefix: "workload.googleapis.com", Resource: "generic_task"}, latencyPart)
		refused(t, Options{ProjectID: "p", ResourceLabels: goodLabels},
			`package shop has monitoring.metric_prefix "custom.googleapis.com/opencensus", but package bank has "workload.googleapis.com"`,
			`package shop has monitoring.resource "k8s_container", but package bank has "generic_task"`)
	})
	t.Run("labels without resource", func(t *testing.T) {
		register(t, "shop", on(""), countPart)
		refused(t, Options{ProjectID: "p", ResourceLabels: goodLabels}, "names no resource for them: set monitoring.resource there")
	})
	t.Run("resource that cannot be written to", func(t *testing.T) {
		register(t, "shop", on("cloud_run_revision"), countPart)
		refused(t, Options{ProjectID: "p"}, `is "cloud_run_revision", but custom metrics cannot use it: set it to generic_task`)
	})
	t.Run("no task label", func(t *testing.T) {
		register(t, "shop", on(""), countPart)
		refused(t, Options{ProjectID: "p", TaskLabel: NoTaskLabel}, "no label of the resource global tells instances apart")
	})
	t.Run("bad task label", func(t *testing.T) {
		register(t, "shop", on(""), countPart)
		refused(t, Options{ProjectID: "p", TaskLabel: "\xff"}, "it must be UTF-8 of at most 1024 bytes")
	})
	t.Run("bad label", func(t *testing.T) {
		register(t, "shop", on("k8s_pod"), countPart)
		refused(t, Options{ProjectID: "p", ResourceLabels: map[string]string{"pod_name": "\xff"}}, `resource label pod_name is "\xff", which is not UTF-8`)
	})
	t.Run("bad detected label", func(t *testing.T) {
		t.Setenv("CONTAINER_NAME", "\xff")
		t.Setenv("GCE_METADATA_HOST", "127.0.0.1:1")
		register(t, "shop", onKubernetesShop, countPart)
		refused(t, Options{ProjectID: "p", ResourceLabels: without(goodLabels, "container_name"), Detect: true, DetectTimeout: 200 * time.Millisecond},
			`resource label container_name is "\xff", which is not UTF-8`)
	})
	t.Run("bad project", func(t *testing.T) {
		register(t, "shop", on(""), countPart)
		refused(t, Options{ProjectID: "\xff"}, `the project "\xff" is not UTF-8: correct Options.ProjectID`)
	})
	t.Run("detection fails", func(t *testing.T) {
		t.Setenv("GCE_METADATA_HOST", "127.0.0.1:1")
		register(t, "shop", on("gce_instance"), countPart)
		refused(t, Options{ProjectID: "p", Detect: true, DetectTimeout: 200 * time.Millisecond},
			"resource label zone of gce_instance is missing", "the process may not run on Google Cloud")
	})
}

// Labels come from the options, from where the process runs, and from the
// schema, in this order.
func TestResource(t *testing.T) {
	metadata := map[string]string{
		"/computeMetadata/v1/project/project-id":                   "found-project",
		"/computeMetadata/v1/instance/zone":                        "projects/1/zones/europe-west1-b",
		"/computeMetadata/v1/instance/id":                          "42",
		"/computeMetadata/v1/instance/attributes/cluster-name":     "eu",
		"/computeMetadata/v1/instance/attributes/cluster-location": "europe-west1",
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		value, ok := metadata[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(value + "\n"))
	}))
	defer server.Close()
	t.Setenv("GCE_METADATA_HOST", strings.TrimPrefix(server.URL, "http://"))
	t.Setenv("POD_NAME", "pod-7")
	t.Setenv("CONTAINER_NAME", "main")
	t.Setenv("POD_NAMESPACE", "")
	t.Setenv("NAMESPACE", "")
	check := func(t *testing.T, e *Exporter, project string, want map[string]string) {
		t.Helper()
		if e.convert.project != project || !maps.Equal(e.convert.resource.Labels, want) {
			t.Errorf("got %q, %v, want %q, %v", e.convert.project, e.convert.resource.Labels, project, want)
		}
	}
	t.Run("kubernetes", func(t *testing.T) {
		register(t, "shop", onKubernetesShop, countPart)
		check(t, made(t, Options{Detect: true, ResourceLabels: map[string]string{"location": "here"}}), "found-project", map[string]string{
			"location": "here", "cluster_name": "eu", "namespace_name": "shop", "pod_name": "pod-7", "container_name": "main",
		})
	})
	t.Run("another namespace than the schema's", func(t *testing.T) {
		t.Setenv("POD_NAMESPACE", "bank")
		register(t, "shop", onKubernetesShop, countPart)
		_, err := New(context.Background(), withoutCredentials(Options{Detect: true}))
		if err == nil || !strings.Contains(err.Error(), `resource label namespace_name is "bank", but the schema of package shop says "shop"`) {
			t.Error(err)
		}
	})
	t.Run("instance", func(t *testing.T) {
		register(t, "shop", record.Monitoring{Resource: "gce_instance"}, countPart)
		check(t, made(t, Options{Detect: true, ProjectID: "given"}), "given", map[string]string{"zone": "europe-west1-b", "instance_id": "42"})
	})
	t.Run("without detection", func(t *testing.T) {
		register(t, "shop", onKubernetesShop, countPart)
		check(t, made(t, Options{ProjectID: "p", ResourceLabels: without(goodLabels, "namespace_name")}), "p", goodLabels)
	})
	t.Run("global", func(t *testing.T) {
		register(t, "shop", record.Monitoring{}, countPart)
		e := made(t, Options{ProjectID: "p"})
		check(t, e, "p", nil)
		if e.convert.resource.Type != "global" {
			t.Errorf("type %q", e.convert.resource.Type)
		}
	})
}

// Without an id the project is that of the credentials.
func TestProjectOfCredentials(t *testing.T) {
	register(t, "shop", record.Monitoring{}, countPart)
	file := filepath.Join(t.TempDir(), "credentials.json")
	const credentials = `{"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "t"}`
	if err := os.WriteFile(file, []byte(credentials), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", file)
	t.Setenv("GOOGLE_CLOUD_PROJECT", "")
	_, err := New(context.Background(), Options{})
	if err == nil || !strings.Contains(err.Error(), "Options.ProjectID is empty, and the credentials name no project") {
		t.Error(err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(credentials, "{", `{"type": "service_account", "project_id": "of-credentials", "private_key": "", "client_email": "a@b", `, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := credentialsProject(within(t, 20*time.Second), []option.ClientOption{}); got != "of-credentials" {
		t.Errorf("got %q", got)
	}
}

func TestTaskLabel(t *testing.T) {
	register(t, "shop", onKubernetesShop, countPart)
	task := func(label string) string {
		return made(t, Options{ProjectID: "p", ResourceLabels: goodLabels, TaskLabel: label}).convert.task
	}
	first, second := task(""), task("")
	if !regexp.MustCompile(`^go-[0-9]+@.+-[0-9a-f]{8}$`).MatchString(first) || first == second {
		t.Errorf("got %q and %q", first, second)
	}
	if got := task("mine"); got != "mine" {
		t.Errorf("got %q", got)
	}
	if got := task(NoTaskLabel); got != "" {
		t.Errorf("got %q", got)
	}
}

// New must not ask the metadata server where it runs, unless told to: elsewhere
// than on Google Cloud that takes seconds.
func TestNewAsksNobody(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var connections atomic.Int64
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			c.Close()
		}
	}()
	t.Setenv("GCE_METADATA_HOST", listener.Addr().String())
	fake, _ := newFake(t)
	if n := connections.Load(); n != 0 || len(fake.Calls()) != 0 {
		t.Errorf("%d connections to the metadata server, calls %v", n, fake.Calls())
	}
}

// Detection is bounded, though the metadata server does not answer.
func TestDetectionIsBounded(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // takes connections, and is silent
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	t.Setenv("GCE_METADATA_HOST", listener.Addr().String())
	register(t, "shop", onKubernetesShop, countPart)
	// The server never answers: without a bound New would not return.
	made(t, Options{ProjectID: "p", ResourceLabels: without(goodLabels, "namespace_name"), Detect: true, DetectTimeout: 100 * time.Millisecond})
	_, err = New(context.Background(), withoutCredentials(Options{ProjectID: "p", Detect: true, DetectTimeout: 100 * time.Millisecond}))
	if err == nil || !strings.Contains(err.Error(), "it was not detected: the metadata server did not answer") {
		t.Error(err)
	}
}
