package autoexport

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/console"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/otlp"
	"github.com/ocgen/ocgen/runtime/stackdriver"
)

const variable = "OCGEN_EXPORTER"

// exporters are the values of OCGEN_EXPORTER, the default first.
var exporters = []struct {
	name string
	make func(context.Context) (runtime.Exporter, error)
}{
	{"console", func(context.Context) (runtime.Exporter, error) { return console.New(os.Stdout), nil }},
	{"console-json", func(context.Context) (runtime.Exporter, error) { return console.NewJSON(os.Stdout), nil }},
	{"stackdriver", newStackdriver},
	{"otlp", func(ctx context.Context) (runtime.Exporter, error) { return otlp.New(ctx, otlp.Options{}) }},
	{"prometheus", newPrometheus},
	{"none", func(context.Context) (runtime.Exporter, error) { return none{}, nil }},
}

// New returns the exporter that the environment names. Call it after the views of
// generated packages are registered, because it checks their names and resources. ctx
// bounds only New. An error names the variable to change.
func New(ctx context.Context) (runtime.Exporter, error) {
	wanted := strings.TrimSpace(os.Getenv(variable))
	if wanted == "" {
		wanted = exporters[0].name
	}
	var names []string
	for _, e := range exporters {
		if e.name != wanted {
			names = append(names, e.name)
			continue
		}
		interval, err := intervalOf(os.Getenv(intervalVariable))
		if err != nil {
			return nil, err
		}
		exporter, err := e.make(ctx)
		if err != nil { // not a nil pointer in an interface
			return nil, fmt.Errorf("%s=%s: %w", variable, wanted, err)
		}
		return withInterval(ctx, exporter, interval)
	}
	slices.Sort(names)
	return nil, fmt.Errorf("%s is %q: use one of %s", variable, wanted, strings.Join(names, ", "))
}

// newStackdriver detects everything that the environment does not set: a program that names no
// exporter cannot set the resource's labels either.
func newStackdriver(ctx context.Context) (runtime.Exporter, error) {
	project := strings.TrimSpace(os.Getenv("GOOGLE_CLOUD_PROJECT"))
	exporter, err := stackdriver.New(ctx, stackdriver.Options{ProjectID: project, Detect: true})
	if err != nil && project == "" {
		return nil, fmt.Errorf("%w (GOOGLE_CLOUD_PROJECT, the project to write to, is not set)", err)
	}
	return exporter, err
}

// none drops everything.
type none struct{}

// Export does nothing.
func (none) Export(context.Context, []*metric.Metric) error { return nil }

// SendsNothing implements runtime.NoSender.
func (none) SendsNothing() {}

// Shutdown does nothing.
func (none) Shutdown(context.Context) error { return nil }
