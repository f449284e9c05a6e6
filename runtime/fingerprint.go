package runtime

import (
	"fmt"
	"hash/maphash"
	"math"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A fingerprint is what a ledger keeps instead of a value. Equal values have equal
// fingerprints. Different numbers have different fingerprints, and so have two values of
// a cumulative distribution, because their counts differ. Other different values have
// equal fingerprints once in 2⁶⁴.
type fingerprint struct {
	start  int64  // of a cumulative value, in Unix ns: a total that began again has another
	number uint64 // an int64, a float64's bits, or a count
	hash   uint64 // of the rest
}

var fingerprintSeed = maphash.MakeSeed()

// fingerprintOf returns the fingerprint of the current point of a series, which must have
// a point.
func fingerprintOf(m *metric.Metric, ts *metric.Series) fingerprint {
	var f fingerprint
	if m.Descriptor.Type.Cumulative() {
		f.start = ts.StartTime.UnixNano()
	}
	var h maphash.Hash
	h.SetSeed(fingerprintSeed)
	switch v := ts.Point.Value.(type) {
	case int64:
		f.number = uint64(v)
	case float64:
		f.number = math.Float64bits(v)
	case *metric.Distribution:
		f.number = uint64(v.Count)
		maphash.WriteComparable(&h, [2]uint64{math.Float64bits(v.Sum), math.Float64bits(v.SumOfSquaredDeviation)})
		for _, b := range v.Buckets {
			maphash.WriteComparable(&h, b.Count)
		}
	case *metric.Summary:
		f.number = uint64(v.Count)
		maphash.WriteComparable(&h, math.Float64bits(v.Sum))
		_, _ = fmt.Fprint(&h, v.Snapshot) // fmt sorts the percentiles
	default:
		_, _ = fmt.Fprintf(&h, "%T %v", v, v)
	}
	f.hash = h.Sum64()
	return f
}
