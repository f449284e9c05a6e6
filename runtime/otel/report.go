package otel

import (
	"fmt"
	"log/slog"

	"github.com/ocgen/ocgen/runtime/internal/callback"
	api "go.opentelemetry.io/otel"
)

// report passes a problem to OpenTelemetry's ErrorHandler. The handler and the slog.Handler
// are the program's: a panic must not reach the Reader, which would end the process.
func report(problem error) {
	err := callback.Call("OpenTelemetry's ErrorHandler", func() error {
		api.Handle(fmt.Errorf("ocgen: %w", problem))
		return nil
	})
	if err != nil {
		_ = callback.Call("the slog.Handler", func() error {
			slog.Error("ocgen: "+err.Error(), "error", problem)
			return nil
		})
	}
}
