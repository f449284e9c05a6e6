package zerorows_test

import (
	"testing"

	"github.com/ocgen/ocgen/golden/internal/rows"
	"github.com/ocgen/ocgen/golden/zerorows"
	"github.com/ocgen/ocgen/internal/points"
)

func TestZeroRows(t *testing.T) {
	zerorows.SetZone("z")
	for range 2 { // unregistering takes them away, registering brings them back
		if err := zerorows.RegisterViews(); err != nil {
			t.Fatal(err)
		}
		points.Expect(t, "golden/zerorows/requests",
			"outcome=error retried=often zone=z: 0", "outcome=error retried=once zone=z: 0", "outcome=error retried=other zone=z: 0", "outcome=error zone=z: 0",
			"outcome=ok retried=often zone=z: 0", "outcome=ok retried=once zone=z: 0", "outcome=ok retried=other zone=z: 0", "outcome=ok zone=z: 0")
		points.Expect(t, "golden/zerorows/spent", "outcome=error: 0", "outcome=ok: 0")
		points.Expect(t, "golden/zerorows/spending", "count 0 sum 0 buckets [0 0 0]")
		points.Expect(t, "golden/zerorows/spent_mean", "count 0 sum 0 buckets [0]")
		points.Expect(t, "golden/zerorows/spent_latest")
		zerorows.UnregisterViews()
		points.Expect(t, "golden/zerorows/requests")
	}
}

// TestRecord adds to series that are there already, and adds one that is not:
// a value that is not listed has no row of its own before.
func TestRecord(t *testing.T) {
	zerorows.SetZone("z")
	rows.Register(t, zerorows.RegisterViews, zerorows.UnregisterViews)
	zerorows.RecordSpent(t.Context(), 2.5, zerorows.OutcomeOK)
	zerorows.RecordSpent(t.Context(), 1, 0)
	points.Expect(t, "golden/zerorows/spent", "outcome=__invalid__: 1", "outcome=error: 0", "outcome=ok: 2.5")
	points.Expect(t, "golden/zerorows/spending", "count 2 sum 3.5 buckets [0 2 0]")
	points.Expect(t, "golden/zerorows/spent_mean", "count 2 sum 3.5 buckets [2]")
}
