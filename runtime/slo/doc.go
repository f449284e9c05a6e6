// Package slo has the SLOs of generated packages as values. Generated code imports it to
// return its SLOs. Programs import it to read them, or to declare SLOs of their own.
//
// Package evaluate computes the status of SLOs from the metrics of the process, and
// package sloz shows the status on a page.
//
// # Reading the SLOs of a generated package
//
//	for _, s := range shopmetrics.SLOs() {
//		fmt.Printf("%s: %v%% over %d days\n", s.DisplayName, 100*s.Goal, s.Days)
//	}
//
// # Declaring an SLO
//
// At least 99 % of the requests in 28 days take less than 300 ms:
//
//	var fastEnough = slo.SLO{
//		ID:   "fast_enough",
//		Goal: 0.99,
//		Days: 28,
//		Distribution: &slo.DistributionCut{
//			Selection: slo.Selection{Metric: "shop/request_latency", Unit: "ms"},
//			Max:       300,
//		},
//	}
package slo
