//go:build !race

package fleets

// Many is how many things a soak has.
const Many = 100_000
