package stackdriver

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	monitoring "cloud.google.com/go/monitoring/apiv3/v2"
	"github.com/googleapis/gax-go/v2"
	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/record"
	"google.golang.org/api/option"
	"google.golang.org/api/transport"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
)

// Options configure [New].
type Options struct {
	// ProjectID is the Google Cloud project to write to. "": with Detect, the project of
	// the metadata server; otherwise, or if there is none, the project of the
	// credentials.
	ProjectID string

	// ResourceLabels are labels of the monitored resource whose type the schema names. A
	// label that is not set here is detected, if Detect is set; otherwise it has the
	// value that the schema names, if the schema names exactly one. Every label needs a
	// value, which must be one that the schema allows.
	ResourceLabels map[string]string

	// Detect reads missing values from the metadata server of Google Cloud and, in a pod
	// of Kubernetes, from the environment: the project, the labels of k8s_container,
	// k8s_pod, k8s_node, k8s_cluster, gce_instance and generic_node, and the location of
	// a generic_task. The name of a container is in no metadata: set CONTAINER_NAME in
	// the pod's template.
	Detect bool

	// DetectTimeout bounds the detection, and the search for a project in the
	// credentials. 0: 3 s.
	DetectTimeout time.Duration

	// TaskLabel is the value of the label opencensus_task, which distinguishes
	// processes. "": go-<process id>@<host name>-<8 random digits>, so each start of a
	// process has its own series. NoTaskLabel: no such label, which is only right if
	// each instance has a resource of its own; New refuses it if no label of the
	// resource identifies the instance.
	TaskLabel string

	// Spacing is the shortest time between two points of a series. 0: 5.1 s. Shorter
	// times are only for tests with a fake server: Cloud Monitoring refuses them.
	Spacing time.Duration

	// ClientOptions are options of the API client. If they have no credentials, the
	// Application Default Credentials are used. Interceptors get requests with encoded
	// series: see "Interceptors" in the documentation of the package.
	ClientOptions []option.ClientOption
}

// defaultSpacing is a little more than the API's minimum. The end of a point may be 1 ms
// after its reading, so that it differs from the start; the rest allows for clocks.
const defaultSpacing = cloudmonitoring.MinSpacing + 100*time.Millisecond

// An Exporter writes metrics to Cloud Monitoring. It is safe for concurrent use, but Cloud
// Monitoring refuses points of simultaneous exports.
type Exporter struct {
	client         *monitoring.MetricClient
	opts           Options
	convert        *converter
	schemaResource string
	environment    string // that convert is made for
	unsettled      error  // convert could not be made; Start may choose an environment in which it can
	spacing        time.Duration
	closed         atomic.Bool

	mu           sync.Mutex
	descriptions map[string]description // by metric type
}

// New returns an exporter for the packages whose views are registered. All packages must
// have the same metric prefix and the same resource, custom metrics must be possible for
// the resource, and its labels must be complete and allowed by the schemas. Otherwise
// the SLOs would find no data, and New returns an error with the cure.
//
// If a package has environments, the facts are those of the environment of the process.
// [runtime.Options] may choose it after New, so New accepts any facts then, and
// [runtime.Start] returns the error.
//
// New makes no call to Cloud Monitoring. It calls the metadata server only with Detect,
// or if there are no other credentials. ctx bounds only New.
func New(ctx context.Context, opts Options) (*Exporter, error) {
	e, err := newExporter(ctx, opts)
	if err != nil {
		return nil, fmt.Errorf("stackdriver: %w", err)
	}
	return e, nil
}

func newExporter(ctx context.Context, opts Options) (*Exporter, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	packages := runtime.Registered()
	if len(packages) == 0 {
		return nil, errors.New("no generated package is registered: call its RegisterViews before stackdriver.New, which reads the metric prefix and the resource from it")
	}
	e := &Exporter{opts: opts, spacing: opts.Spacing, descriptions: map[string]description{}}
	if e.spacing == 0 {
		e.spacing = defaultSpacing
	}
	err := e.settle(ctx, packages)
	if err != nil && !isUndecided(packages) {
		return nil, err
	}
	e.unsettled = err
	if e.client, err = connect(ctx, opts.ClientOptions); err != nil {
		return nil, fmt.Errorf("making the API client: %w", err)
	}
	return e, nil
}

// settle returns a converter with the values that all series share, and the resource type
// that the schemas name.
func settle(ctx context.Context, packages []*record.Package, opts Options) (*converter, string, error) {
	prefix, resource, err := agree(packages)
	if err != nil {
		return nil, "", err
	}
	name := resource
	if name == "" {
		name = cloudmonitoring.GlobalResource
		if len(opts.ResourceLabels) > 0 {
			return nil, "", fmt.Errorf("Options.ResourceLabels are set, but the schema of package %s names no resource for them: set monitoring.resource there", packages[0].Name())
		}
	}
	t, err := resourceOf(name)
	if err != nil {
		return nil, "", err
	}
	if opts.DetectTimeout == 0 {
		opts.DetectTimeout = defaultDetectTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, opts.DetectTimeout)
	defer cancel()
	c := &converter{project: opts.ProjectID, prefix: prefix}
	var detected map[string]string
	d := newDetector()
	if opts.Detect {
		detected = d.labels(ctx, t, opts.ResourceLabels)
		if c.project == "" {
			c.project = d.get(ctx, "project/project-id")
		}
	}
	if c.project == "" {
		c.project = credentialsProject(ctx, opts.ClientOptions)
	}
	var problems []error
	if c.project == "" {
		problems = append(problems, errors.New("Options.ProjectID is empty, and the credentials name no project: set it to the id of the Google Cloud project to write to"))
	}
	if !utf8.ValidString(c.project) {
		problems = append(problems, fmt.Errorf("the project %q is not UTF-8: correct Options.ProjectID", c.project))
	}
	c.resource, err = resolve(packages, t, opts.ResourceLabels, detected, d.err)
	problems = append(problems, err)
	c.task, err = taskLabel(opts.TaskLabel, t)
	return c, resource, errors.Join(append(problems, err)...)
}

// credentialsProject returns the project of the credentials, or "" if they have none. The
// search for credentials ignores ctx, so it runs in a goroutine of its own.
func credentialsProject(ctx context.Context, opts []option.ClientOption) string {
	found := make(chan string, 1)
	go func() {
		project := ""
		// Without credentials the client returns an error.
		if c, err := transport.Creds(context.WithoutCancel(ctx), opts...); err == nil && c != nil {
			project = c.ProjectID
		}
		found <- project
	}()
	select {
	case project := <-found:
		return project
	case <-ctx.Done():
		return ""
	}
}

// connect makes the API client, without retries: package runtime tries again with newer
// points.
func connect(ctx context.Context, opts []option.ClientOption) (*monitoring.MetricClient, error) {
	ours := []option.ClientOption{
		option.WithGRPCDialOption(grpc.WithStatsHandler(watcher{})),
		option.WithGRPCDialOption(grpc.WithDisableRetry()),
		option.WithGRPCDialOption(grpc.WithConnectParams(reconnect)),
	}
	client, err := monitoring.NewMetricClient(context.WithoutCancel(ctx), append(ours, opts...)...)
	if err != nil {
		return nil, err
	}
	client.CallOptions.GetMetricDescriptor = nil
	client.CallOptions.CreateTimeSeries = append(client.CallOptions.CreateTimeSeries, gax.WithGRPCOptions(grpc.ForceCodecV2(requestCodec{})))
	return client, nil
}

// reconnect keeps the pauses between connection attempts short, so that a backend that is
// available again is used within a Shutdown. By default gRPC waits up to 2 minutes.
var reconnect = grpc.ConnectParams{
	Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 2 * time.Second},
	MinConnectTimeout: 5 * time.Second,
}

// Spacing implements runtime.Spacer. It returns Options.Spacing, by default a little more
// than the 5 seconds that Cloud Monitoring requires between two points of a series.
func (e *Exporter) Spacing() time.Duration { return e.spacing }

// Shutdown ends the calls that still run and closes the connection. After it Export returns
// an error. A second call does nothing.
func (e *Exporter) Shutdown(context.Context) error {
	if e.closed.Swap(true) {
		return nil
	}
	if err := e.client.Close(); err != nil {
		return fmt.Errorf("stackdriver: %w", err)
	}
	return nil
}
