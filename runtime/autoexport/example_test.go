package autoexport_test

import (
	"context"
	"log"
	"os"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/autoexport"
)

func ExampleNew() {
	_ = os.Setenv("OCGEN_EXPORTER", "none") // console without it
	ctx := context.Background()
	// A program registers its generated packages first.
	exporter, err := autoexport.New(ctx)
	if err != nil {
		log.Fatal(err)
	}
	telemetry, err := runtime.Start(ctx, runtime.Options{Exporter: exporter})
	if err != nil {
		log.Fatal(err)
	}
	if err := telemetry.Shutdown(ctx); err != nil {
		log.Fatal(err)
	}
	// Output:
}
