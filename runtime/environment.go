package runtime

import (
	"context"
	"fmt"

	"github.com/ocgen/ocgen/runtime/internal/callback"
	"github.com/ocgen/ocgen/runtime/record"
)

// Environment returns the environment of the process, or "" if there is none:
// [Options].Environment of a Telemetry that runs, else the value of the variable
// OCGEN_ENVIRONMENT. It is safe for concurrent use.
func Environment() string { return record.ChosenEnvironment() }

// An EnvironmentUser is an Exporter that was made before [Options].Environment was known
// and depends on it: on the metric prefix or the resource of the packages.
type EnvironmentUser interface {
	// UseEnvironment reads the facts of the packages again. [Start] calls it before any
	// other method of the exporter. If it returns an error, Start returns it. ctx bounds it.
	UseEnvironment(ctx context.Context) error
}

func inEnvironment(err error) error {
	if name := Environment(); name != "" {
		return fmt.Errorf("in the environment %q: %w", name, err)
	}
	return err
}

// chooseEnvironment chooses the environment of the process until Shutdown.
func (t *Telemetry) chooseEnvironment(ctx context.Context, name string) error {
	leave, err := record.ChooseEnvironment(name)
	if err != nil {
		return err
	}
	if user, ok := t.exporter.(EnvironmentUser); ok {
		err := callback.Call("the exporter's UseEnvironment", func() error { return user.UseEnvironment(ctx) })
		if err != nil {
			defer leave()
			return inEnvironment(err)
		}
	}
	t.leave = leave
	return nil
}
