//go:build unix

package main

import (
	"syscall"
	"time"
)

// processorTime returns the time that processors have worked for the process, the garbage
// collector included. Other processes do not lengthen it, as they lengthen a long scrape more
// than short ones.
func processorTime() time.Duration {
	var used syscall.Rusage
	succeed(syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
