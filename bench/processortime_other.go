//go:build !unix

package main

import "time"

var began = time.Now()

// processorTime returns the time that has passed: this system has no getrusage.
func processorTime() time.Duration { return time.Since(began) }
