package stackdriver

import (
	"context"
	"fmt"
	"slices"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/record"
)

// settle makes the converter for the environment of the process.
func (e *Exporter) settle(ctx context.Context, packages []*record.Package) (err error) {
	e.environment = runtime.Environment()
	e.convert, e.schemaResource, err = settle(ctx, packages, e.opts)
	return err
}

// isUndecided reports whether Start may choose an environment in which the facts differ.
func isUndecided(packages []*record.Package) bool {
	return slices.ContainsFunc(packages, (*record.Package).HasEnvironments)
}

// UseEnvironment implements runtime.EnvironmentUser: it reads the metric prefix and the
// resource again if runtime.Options has chosen another environment than New found.
func (e *Exporter) UseEnvironment(ctx context.Context) error {
	if runtime.Environment() != e.environment {
		e.unsettled = e.settle(ctx, runtime.Registered())
	}
	return e.usable()
}

// usable returns an error if the facts of the packages do not fit together.
func (e *Exporter) usable() error {
	if e.unsettled == nil {
		return nil
	}
	return fmt.Errorf("stackdriver: %w", e.unsettled)
}
