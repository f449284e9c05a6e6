package autoexport_test

import (
	"context"
	"log"
	"os"
	"time"

	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/autoexport"
)

func ExampleNew() {
	_ = os.Setenv("OCGEN_EXPORTER", "none") // console without it
	ctx := context.Background()
	if err := shopmetrics.RegisterViews(); err != nil {
		log.Fatal(err)
	}
	exporter, err := autoexport.New(ctx)
	if err != nil {
		log.Fatal(err)
	}
	telemetry, err := runtime.Start(ctx, runtime.Options{Exporter: exporter})
	if err != nil {
		log.Fatal(err)
	}
	shopmetrics.RecordCheckoutTime(ctx, 95*time.Second)
	if err := telemetry.Shutdown(ctx); err != nil {
		log.Fatal(err)
	}
	// Output:
}
