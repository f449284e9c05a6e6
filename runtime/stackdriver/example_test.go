package stackdriver_test

import (
	"context"
	"log"
	"os"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/stackdriver"
)

func ExampleNew() {
	ctx := context.Background()
	// After RegisterViews of the generated packages:
	exporter, err := stackdriver.New(ctx, stackdriver.Options{
		ProjectID: "my-project",
		ResourceLabels: map[string]string{
			"location":       "europe-west1",
			"cluster_name":   "eu",
			"namespace_name": "shop",
			"pod_name":       os.Getenv("POD_NAME"),
			"container_name": "frontend",
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	telemetry, err := runtime.Start(ctx, runtime.Options{Exporter: exporter})
	if err != nil {
		log.Fatal(err)
	}
	// The program's work.
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := telemetry.Shutdown(ctx); err != nil {
		log.Print(err)
	}
}
