package stackdriver

import (
	"bytes"
	"fmt"
	"hash/maphash"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/protobuf/proto"
)

// A seriesSet finds series of an export that are the same in Cloud Monitoring. It remembers a
// hash of each identity, and encodes an identity again if another one has its hash.
type seriesSet struct {
	hash  func(identity []byte) uint64
	first map[uint64]int32 // by hash: the place in all, plus 1
	all   []member
}

// A member is a series of the set.
type member struct {
	shape  *shape
	series *metric.Series
	next   int32 // the place in all, plus 1, of another member with the same hash; 0: none
}

// newSeriesSet returns a set for up to n series.
func newSeriesSet(n int) seriesSet {
	seed := maphash.MakeSeed()
	return seriesSet{
		hash:  func(identity []byte) uint64 { return maphash.Bytes(seed, identity) },
		first: make(map[uint64]int32, n),
		all:   make([]member, 0, n),
	}
}

// add adds a series. It returns an error if the set has the series already.
func (s *seriesSet) add(shape *shape, series *metric.Series, identity []byte) error {
	hash := s.hash(identity)
	first := s.first[hash]
	for i := first; i > 0; i = s.all[i-1].next {
		if s.all[i-1].is(identity) {
			return twice(identity)
		}
	}
	s.all = append(s.all, member{shape, series, first})
	s.first[hash] = int32(len(s.all))
	return nil
}

// is reports whether a member has an identity.
func (m *member) is(identity []byte) bool {
	own, err := m.shape.appendIdentity(nil, m.series.LabelValues)
	return err == nil && bytes.Equal(own, identity)
}

// twice returns the error about the second series of an identity.
func twice(identity []byte) error {
	var ts monitoringpb.TimeSeries
	if err := proto.Unmarshal(identity, &ts); err != nil {
		return fmt.Errorf("ocgen bug: the identity of a series cannot be decoded: %w", err)
	}
	return fmt.Errorf("another series of this export has the same name in Cloud Monitoring, %s%v: rename one of the views, or a tag key that differs only in punctuation",
		ts.Metric.Type, ts.Metric.Labels)
}
