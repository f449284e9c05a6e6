package record

import "time"

// InUnits returns d in whole units, which must be an even number of nanoseconds. It
// rounds to the nearest, and halves away from zero, as [time.Duration.Round] does;
// unlike there, what is near the longest duration is rounded too.
func InUnits(d, unit time.Duration) int64 {
	if d < 0 {
		return -int64((uint64(-d) + uint64(unit/2)) / uint64(unit)) // of the shortest duration -d is right as a uint64
	}
	return int64((uint64(d) + uint64(unit/2)) / uint64(unit))
}
