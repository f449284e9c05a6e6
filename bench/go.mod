module github.com/ocgen/ocgen/bench

go 1.26.0

require (
	github.com/VictoriaMetrics/metrics v1.35.1
	github.com/ocgen/ocgen v0.1.0
	github.com/ocgen/ocgen/runtime/otel v0.1.0
	github.com/ocgen/ocgen/runtime/otelctx v0.1.0
	github.com/ocgen/ocgen/runtime/prometheus v0.1.0
	github.com/prometheus/client_golang v1.25.0
	github.com/prometheus/client_model v0.6.3
	go.opencensus.io v0.24.0
	go.opentelemetry.io/otel v1.46.0
	go.opentelemetry.io/otel/metric v1.46.0
	go.opentelemetry.io/otel/sdk/metric v1.46.0
)

require (
	github.com/beorn7/perks v1.0.1 // indirect
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/go-logr/logr v1.4.4 // indirect
	github.com/go-logr/stdr v1.2.2 // indirect
	github.com/golang/groupcache v0.0.0-20241129210726-2c02b8208cf8 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/munnerz/goautoneg v0.0.0-20191010083416-a7dc8b61c822 // indirect
	github.com/prometheus/common v0.72.0 // indirect
	github.com/prometheus/procfs v0.22.0 // indirect
	github.com/valyala/fastrand v1.1.0 // indirect
	github.com/valyala/histogram v1.2.0 // indirect
	go.opentelemetry.io/auto/sdk v1.2.1 // indirect
	go.opentelemetry.io/otel/sdk v1.46.0 // indirect
	go.opentelemetry.io/otel/trace v1.46.0 // indirect
	golang.org/x/sys v0.48.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

replace (
	github.com/ocgen/ocgen => ../
	github.com/ocgen/ocgen/runtime/otel => ../runtime/otel
	github.com/ocgen/ocgen/runtime/otelctx => ../runtime/otelctx
	github.com/ocgen/ocgen/runtime/prometheus => ../runtime/prometheus
)
