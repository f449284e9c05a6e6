module github.com/ocgen/ocgen/runtime/otelctx

go 1.25.0

require (
	github.com/ocgen/ocgen v0.1.0
	go.opentelemetry.io/otel v1.46.0
	go.opentelemetry.io/otel/trace v1.46.0
)

require github.com/cespare/xxhash/v2 v2.3.0 // indirect

replace github.com/ocgen/ocgen => ../..
