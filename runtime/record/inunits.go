package record

import "time"

// InUnits returns d in whole units. unit must be 1 ns or an even number of nanoseconds.
// The result is rounded to the nearest unit, halves away from zero, as
// [time.Duration.Round] does. Unlike there, durations near the largest are rounded too.
func InUnits(d, unit time.Duration) int64 {
	if d < 0 {
		return -int64((uint64(-d) + uint64(unit/2)) / uint64(unit)) // of the shortest duration -d is right as a uint64
	}
	return int64((uint64(d) + uint64(unit/2)) / uint64(unit))
}
