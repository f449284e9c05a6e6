//go:build race

package series

// raceEnabled: the race detector makes a sync.Pool drop some of what is put back.
const raceEnabled = true
