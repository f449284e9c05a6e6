package schema

import "runtime"

// MostAllocated is more than reading any schema may allocate, whatever mistakes it has.
// Tests of hostile input check it, since a time limit would depend on the machine.
const MostAllocated = 2 << 30

// Allocates returns how many bytes f allocates while nothing else runs.
func Allocates(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
