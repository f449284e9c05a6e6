package stackdriver

import (
	"bytes"
	"fmt"
	"hash/maphash"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/protobuf/proto"
)

// A seriesSet finds series of an export that are the same in Cloud Monitoring. It stores only a
// hash of each identity: see shape.appendIdentity. If two series have the same hash, it encodes
// the identity of the first one again and compares.
type seriesSet struct {
	hash  func(identity []byte) uint64
	first map[uint64]*member // by hash
	all   []member
}

// A member is a series of the set.
type member struct {
	shape  *shape
	series *metric.Series
	next   *member // another member with the same hash; nil: none
}

// newSeriesSet returns a set for up to n series.
func newSeriesSet(n int) seriesSet {
	seed := maphash.MakeSeed()
	return seriesSet{
		hash:  func(identity []byte) uint64 { return maphash.Bytes(seed, identity) },
		first: make(map[uint64]*member, n),
		all:   make([]member, 0, n),
	}
}

// add adds a series. It returns an error if the set has the series already.
func (s *seriesSet) add(shape *shape, series *metric.Series, identity []byte) error {
	hash := s.hash(identity)
	first := s.first[hash]
	for m := first; m != nil; m = m.next {
		if m.is(identity) {
			return twice(identity)
		}
	}
	s.all = append(s.all, member{shape, series, first})
	s.first[hash] = &s.all[len(s.all)-1]
	return nil
}

// is reports whether the member's identity is the given one.
func (m *member) is(identity []byte) bool {
	own, err := m.shape.appendIdentity(nil, m.series.LabelValues)
	return err == nil && bytes.Equal(own, identity)
}

// twice returns the error about a second series with the same identity.
func twice(identity []byte) error {
	var ts monitoringpb.TimeSeries
	if err := proto.Unmarshal(identity, &ts); err != nil {
		return fmt.Errorf("ocgen bug: the identity of a series cannot be decoded: %w", err)
	}
	return fmt.Errorf("another series of this export has the same name in Cloud Monitoring, %s%v: rename one of the views, or a tag key that differs only in punctuation",
		ts.Metric.Type, ts.Metric.Labels)
}
