// Package evaluate computes the status of SLOs from the metrics of its own process.
// Programs import it to show their SLOs before any monitoring backend exists: with package
// sloz, or in a page or test of their own.
//
// # A small example
//
//	slos := evaluate.New(evaluate.Options{}) // the SLOs of all registered packages
//	defer slos.Close()
//	report := slos.Evaluate(ctx)
//	for _, s := range report.SLOs {
//		fmt.Println(s.ID, s.State, s.Period.Good, "of", s.Period.Total)
//	}
//
// # Exact counts
//
// An [Evaluator] reads the metrics of the process, from every recorder, and keeps a few
// readings. It reports differences of two readings, which are exact counts of the records
// between them. It never estimates a value within a histogram bucket. An SLO that cannot
// be computed exactly is reported as not computable, with the reason.
//
// The numbers cover one process since it began to count. Cloud Monitoring has the
// numbers of all processes over the whole period of the SLO.
//
// # When it reads
//
// With [Options].History the evaluator reads every 10 seconds. Without it, the evaluator
// reads when it is called and costs nothing in between, so a window begins at the first
// reading within it. In both cases, if the process began to count within a window, the
// window begins at that time. Every [Window] says from when to when it counts.
//
// # Alerts
//
// SLOs of a schema that generates alerts have tiers. [SLO].Tiers says of each whether its
// condition holds in this process, and [SLO].Holding returns those that hold. A look-back that
// is longer than the process has counted covers the time since then: see [Tier].
//
// # Forms on windows
//
// The mean and the sum of a gauge are computed from the mean of each series over the
// readings in the window; at most one reading every 10 seconds counts. A window without
// events is neither good nor bad.
package evaluate
