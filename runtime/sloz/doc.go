// Package sloz serves a page with the SLOs of the process: whether each SLO meets its
// goal, how much of its error budget is left, how fast it burns, and how its requests are
// distributed around the threshold. Programs import it. It needs no backend.
//
// # A small example
//
//	slos := evaluate.New(evaluate.Options{History: true})
//	defer slos.Close()
//	mux.Handle("/debug/sloz/", sloz.Handler(slos))
//
// # The numbers
//
// Package runtime/slo/evaluate computes the numbers; docs/sloz.md explains them. They
// belong to this process: behind a load balancer each process shows its own.
//
// # Who may see the page
//
// The page shows tag values to everyone who can reach it. Serve it where you would serve
// net/http/pprof, not to the public.
package sloz
