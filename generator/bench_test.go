package generator_test

import (
	"bytes"
	"fmt"
	"go/format"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/internal/cli"
	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
)

// manyMeasures returns a schema of n measures with tags, two views and an SLO
// each.
func manyMeasures(n int, recorder string) []byte {
	var b strings.Builder
	b.WriteString(`ocgen: v1
package: many
tags:
  outcome: {description: How it ended., values: [ok, error]}
  method: {description: HTTP method., values: [GET, POST], catch_all: OTHER}
  route: {description: Matched route pattern.}
service: {id: many}
measures:
`)
	for i := range n {
		fmt.Fprintf(&b, `  latency_of_%[1]d:
    description: Time that request %[1]d takes.
    type: float64
    unit: ms
    tags: [outcome, method, route]
    views:
      latency_of_%[1]d:
        description: Latency of %[1]d by outcome.
        aggregation: distribution
        buckets: [5, 10, 25, 50, 100, 250, 500]
        tags: [outcome, method]
      count_of_%[1]d: {aggregation: count}
`, i)
	}
	fmt.Fprintf(&b, "generate: {slo: slo/, recorder: %s}\nslos:\n", recorder)
	for i := range n {
		fmt.Fprintf(&b, `  fast_%[1]d:
    goal: 99%%
    period: 28d
    distribution: {view: latency_of_%[1]d, where: {outcome: ok}, max: 100ms}
`, i)
	}
	return []byte(b.String())
}

func pipeline(tb testing.TB, src []byte) []outfiles.File {
	tb.Helper()
	s, problems := schema.Parse(src, schema.Options{File: "metrics.yaml"})
	if s == nil {
		tb.Fatal(problems[0])
	}
	files, err := generator.Generate(s)
	if err != nil {
		tb.Fatal(err)
	}
	return files
}

// BenchmarkPipeline generates the files' bytes from a schema's bytes, on one core and
// on all cores. Each round also times format.Source for the generated Go file, which
// every generator needs and which always uses one core. It reports the median of the
// rounds' ratios. The garbage collector runs before each, so that neither pays for the
// other's memory.
func BenchmarkPipeline(b *testing.B) {
	for _, n := range []int{10, 100, 1_000, 10_000} {
		for _, recorder := range []string{"views", "direct"} {
			src := manyMeasures(n, recorder)
			for _, cores := range []int{1, runtime.NumCPU()} {
				b.Run(fmt.Sprintf("measures=%d/recorder=%s/cores=%d", n, recorder, cores), func(b *testing.B) {
					// With b.Loop the flag -cpu has no effect on its first value.
					defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
					b.SetBytes(int64(len(src)))
					b.ReportAllocs()
					besideFormatting(b, src, n)
				})
			}
		}
	}
}

func besideFormatting(b *testing.B, src []byte, measures int) {
	source := pipeline(b, src)[0].Data
	var times, ratios []float64
	for b.Loop() {
		b.StopTimer()
		formatting := seconds(func() {
			if _, err := format.Source(source); err != nil {
				b.Fatal(err)
			}
		})
		b.StartTimer()
		ours := seconds(func() { pipeline(b, src) })
		times, ratios = append(times, ours), append(ratios, ours/formatting)
	}
	b.ReportMetric(median(ratios), "×format.Source")
	b.ReportMetric(median(times)*1e6/float64(measures), "µs/measure")
}

// BenchmarkOutputs generates the files of a schema with 50 SLOs that writes all folders. It reports the median of the ratios to the same schema with the SLOs and
// descriptors alone.
func BenchmarkOutputs(b *testing.B) {
	few := manyMeasures(50, "direct")
	const slo = "generate: {slo: slo/, "
	if !bytes.Contains(few, []byte(slo)) {
		b.Fatal("the schema does not generate SLOs")
	}
	outputs := "generate: {"
	for _, key := range schema.OutputKeys() {
		if key != "docs" {
			outputs += key + ": " + key + "/, "
		}
	}
	all := bytes.Replace(few, []byte(slo), []byte("monitoring: {project: my-project, resource: k8s_container}\n"+outputs), 1)
	few = bytes.Replace(few, []byte(slo), []byte(slo+"descriptors: descriptors/, "), 1)
	var ratios []float64
	for b.Loop() {
		ratios = append(ratios, seconds(func() { pipeline(b, all) })/seconds(func() { pipeline(b, few) }))
	}
	b.ReportMetric(median(ratios), "×without")
	b.ReportMetric(float64(len(pipeline(b, all))), "files")
}

func seconds(f func()) float64 {
	runtime.GC()
	start := time.Now()
	f()
	return time.Since(start).Seconds()
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// BenchmarkWrite writes the files of a large schema into an empty folder.
// BenchmarkPipeline does not include this, because it depends on the file system.
func BenchmarkWrite(b *testing.B) {
	files := pipeline(b, manyMeasures(1_000, "views"))
	for b.Loop() {
		b.StopTimer()
		dir := b.TempDir()
		b.StartTimer()
		changes, err := outfiles.Write([]outfiles.Output{{Dir: dir, Schema: "metrics.yaml", Files: files}}, cli.Claims)
		if err != nil || len(changes) < len(files) {
			b.Fatalf("%d changes of %d files: %v", len(changes), len(files), err)
		}
	}
	b.ReportMetric(float64(len(files)), "files")
}
