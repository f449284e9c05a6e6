package runtime

import "time"

// Health is how exporting goes. The counts of points have not those of the
// metrics about the telemetry itself, and a point that is sent again is counted
// again.
type Health struct {
	LastExport  time.Time // when the last export ended; zero: none has
	LastSuccess time.Time // when the last export ended of which every point was accepted
	Exports     uint64    // that have ended
	Failures    uint64    // exports of which not every point was accepted
	Delivered   uint64    // points that the backend has accepted
	Refused     uint64    // points that it answered no to
	Unconfirmed uint64    // points that it may have accepted
	Unsent      uint64    // points that it has certainly not accepted
	LastError   error     // of the last export; nil if it succeeded
}

// Health returns how exporting has gone since Start.
func (t *Telemetry) Health() Health {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.health
}
