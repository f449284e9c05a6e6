//go:build race

package fleets

// Many is how many things a soak has. The race detector makes each some twenty times slower.
const Many = 1000
