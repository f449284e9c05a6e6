// Endings ends real processes in every way in which processes end, and counts
// what of their metrics arrived. The processes are this program again, which
// record with a generated package and export with runtime/stackdriver, as any
// program would; the backend is internal/fakemonitoring.
//
// It fails if a value is lost that docs/delivery.md says is not, if a process
// claims something else than what the backend has, or if Shutdown comes back
// late. With -write it puts the table of what it saw into that page.
package main
