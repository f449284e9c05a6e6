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

// These are bound before the first registration, and used in each.
var (
	earlyJobs = zerorows.JobsFor(zerorows.OutcomeError, "early")
	lateJobs  = zerorows.JobsFor(zerorows.OutcomeOK, "late")
	noJobs    = zerorows.JobsFor(zerorows.OutcomeOK, "none") // no place is left for it
	acmeCalls = zerorows.CallsFor("acme", "first")
	newCalls  = zerorows.CallsFor("new", "second")
	betaCalls = zerorows.CallsFor("beta", "third") // calls_by_user has no place left for it
	gammaHops = zerorows.HopsFor("gamma")
	deltaHops = zerorows.HopsFor("delta") // no place is left for it
	gammaStep = zerorows.StepsFor("gamma", zerorows.OutcomeOK)
	aVisit    = zerorows.VisitsFor("visitor", 0)
)

// TestBoundZeroRows: the series of known values and of bound recorders exist before their
// first record, in each registration. A bound recorder past max_series has the row of
// "__other__", and no other, because its records go there.
func TestBoundZeroRows(t *testing.T) {
	for range 2 {
		if err := zerorows.RegisterViews(); err != nil {
			t.Fatal(err)
		}
		points.Expect(t, "golden/zerorows/jobs",
			"outcome=error tenant=acme: 0", "outcome=error tenant=beta: 0", "outcome=error tenant=early: 0",
			"outcome=ok tenant=__other__: 0", "outcome=ok tenant=acme: 0", "outcome=ok tenant=beta: 0", "outcome=ok tenant=late: 0")
		points.Expect(t, "golden/zerorows/calls", "tenant=__other__: 0", "tenant=acme: 0", "tenant=beta: 0", "tenant=new: 0")
		points.Expect(t, "golden/zerorows/calls_by_user", "user=__other__: 0", "user=first: 0", "user=second: 0")
		points.Expect(t, "golden/zerorows/users")
		points.Expect(t, "golden/zerorows/hops", "tenant=__other__: 0", "tenant=acme: 0", "tenant=beta: 0", "tenant=gamma: 0")
		points.Expect(t, "golden/zerorows/hops_by_shard")
		points.Expect(t, "golden/zerorows/steps", "tenant=acme: 0", "tenant=beta: 0", "tenant=gamma: 0")
		points.Expect(t, "golden/zerorows/visits", "user=visitor: 0")
		points.Expect(t, "golden/zerorows/visit_ends", "outcome=__invalid__: 0", "outcome=error: 0", "outcome=ok: 0")

		ctx := t.Context()
		earlyJobs.Record(ctx)
		lateJobs.Record(ctx)
		noJobs.Record(ctx)
		points.Expect(t, "golden/zerorows/jobs",
			"outcome=error tenant=acme: 0", "outcome=error tenant=beta: 0", "outcome=error tenant=early: 1",
			"outcome=ok tenant=__other__: 1", "outcome=ok tenant=acme: 0", "outcome=ok tenant=beta: 0", "outcome=ok tenant=late: 1")
		betaCalls.Record(ctx, 3) // not the first: it was bound after the others
		newCalls.Record(ctx, 2)
		acmeCalls.Record(ctx, 1)
		points.Expect(t, "golden/zerorows/calls", "tenant=__other__: 3", "tenant=acme: 1", "tenant=beta: 0", "tenant=new: 2")
		points.Expect(t, "golden/zerorows/calls_by_user", "user=__other__: 3", "user=first: 1", "user=second: 2")
		deltaHops.Record(ctx)
		gammaHops.Record(ctx)
		points.Expect(t, "golden/zerorows/hops", "tenant=__other__: 1", "tenant=acme: 0", "tenant=beta: 0", "tenant=gamma: 1")
		gammaStep.Record(ctx)
		points.Expect(t, "golden/zerorows/steps", "tenant=acme: 0", "tenant=beta: 0", "tenant=gamma: 1")
		aVisit.Record(ctx)
		points.Expect(t, "golden/zerorows/visits", "user=visitor: 1")
		points.Expect(t, "golden/zerorows/visit_ends", "outcome=__invalid__: 1", "outcome=error: 0", "outcome=ok: 0")
		zerorows.UnregisterViews()
	}
}
