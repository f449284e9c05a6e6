// Package evaluate evaluates SLOs inside the process whose metrics they are computed
// from, so that they can be seen to move before any monitoring backend exists.
//
// An [Evaluator] reads the process's metrics, whatever recorder they come from, and
// keeps a few of its readings. What it reports are differences of two readings, so
// they are exact counts of what was recorded between them; no value is guessed inside
// a histogram's bucket. An SLO that cannot be computed exactly is reported as such,
// with the reason.
//
// With [Options].History it reads by itself every 10 seconds. Without, it reads
// when it is asked, costs nothing in between, and a window begins at the first
// reading in it. In both, a window of a process that began to count in it begins
// there. Every [Window] says from when to when it counts.
//
// In the forms on windows, the mean and the sum of a gauge are those of its
// series, each with its mean over the window's readings, of which one every 10
// seconds counts. Windows without events are neither good nor bad.
//
// Its numbers are those of one process since it began to count. Cloud Monitoring
// has those of all processes over the SLO's whole period.
package evaluate
