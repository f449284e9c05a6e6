// Package sloz is a page on which a process shows its own SLOs: whether each
// meets its goal, what is left of its error budget, how fast it burns, and where
// its requests fall against the threshold. It needs no backend, and is mounted
// as OpenCensus's zpages are:
//
//	slos := evaluate.New(evaluate.Options{History: true})
//	defer slos.Close()
//	mux.Handle("/debug/sloz/", sloz.Handler(slos))
//
// What the numbers are is said in package runtime/slo/evaluate, which counts
// them, and in docs/sloz.md. They are those of this process: behind a load balancer
// each process shows its own.
//
// The page shows the values of tags to whoever can reach it. Serve it where
// net/http/pprof would be served, not to the public.
package sloz
