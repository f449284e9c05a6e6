package runtime

import (
	"encoding/binary"
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
// a point. It hashes bytes in the memory of scratch, and returns that memory for the next call.
func fingerprintOf(scratch []byte, m *metric.Metric, ts *metric.Series) (fingerprint, []byte) {
	var f fingerprint
	if m.Descriptor.Type.Cumulative() {
		f.start = ts.StartTime.UnixNano()
	}
	rest := scratch[:0]
	switch v := ts.Point.Value.(type) {
	case int64:
		f.number = uint64(v)
	case float64:
		f.number = math.Float64bits(v)
	case *metric.Distribution:
		f.number = uint64(v.Count)
		rest = appendBits(appendBits(rest, v.Sum), v.SumOfSquaredDeviation)
		for i := range v.Buckets {
			rest = binary.LittleEndian.AppendUint64(rest, uint64(v.Buckets[i].Count))
		}
	case *metric.Summary:
		f.number = uint64(v.Count)
		rest = fmt.Append(appendBits(rest, v.Sum), v.Snapshot) // fmt sorts the percentiles
	default:
		rest = fmt.Appendf(rest, "%T %v", v, v)
	}
	f.hash = maphash.Bytes(fingerprintSeed, rest)
	return f, rest
}

func appendBits(b []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
}
