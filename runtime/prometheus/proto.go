package prometheus

import (
	"io"
	"strings"
	"sync"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

// A protoEncoder writes families in delimited protobuf. It has package proto encode one series
// at a time. expfmt encodes a whole family into new memory, which is megabytes for 10,000 series,
// and holds it until a slow client has read it.
type protoEncoder struct {
	pieces
	series []byte           // the encoded series
	part   dto.MetricFamily // the fields before the series, or those after them
}

// metricField is the number of the field for the series of a family.
const metricField = 4

// protoEncoders has encoders for later responses, like textEncoders.
var protoEncoders = sync.Pool{New: func() any { return &protoEncoder{pieces: newPieces()} }}

// newProtoEncoder returns an encoder, or nil for formats other than delimited protobuf.
func newProtoEncoder(out io.Writer, format expfmt.Format) *protoEncoder {
	if !strings.HasPrefix(string(format), string(expfmt.FmtProtoDelim)) {
		return nil
	}
	e := protoEncoders.Get().(*protoEncoder)
	e.start(out)
	return e
}

// Encode adds a family.
func (e *protoEncoder) Encode(f *dto.MetricFamily) error {
	e.pending = protowire.AppendVarint(e.pending, uint64(e.size(f)))
	e.setHead(f)
	e.addPart()
	for _, m := range f.Metric {
		e.addSeries(m)
		if e.err != nil {
			return e.err
		}
	}
	e.setTail(f)
	e.addPart()
	return e.err
}

// setHead sets the fields before the series: fields are encoded in the order of their numbers.
func (e *protoEncoder) setHead(f *dto.MetricFamily) {
	e.part.Name, e.part.Help, e.part.Type, e.part.Unit = f.Name, f.Help, f.Type, nil
}

// setTail sets the fields after the series.
func (e *protoEncoder) setTail(f *dto.MetricFamily) {
	e.part.Name, e.part.Help, e.part.Type, e.part.Unit = nil, nil, nil, f.Unit
}

// size returns the number of bytes of a family. The messages remember their sizes.
func (e *protoEncoder) size(f *dto.MetricFamily) int {
	e.setHead(f)
	total := proto.Size(&e.part)
	e.setTail(f)
	total += proto.Size(&e.part)
	for _, m := range f.Metric {
		total += protowire.SizeTag(metricField) + protowire.SizeBytes(proto.Size(m))
	}
	return total
}

func (e *protoEncoder) addPart() {
	var err error
	if e.pending, err = (proto.MarshalOptions{}).MarshalAppend(e.pending, &e.part); err != nil {
		e.err = err
	}
}

// addSeries adds a series whose size was computed.
func (e *protoEncoder) addSeries(m *dto.Metric) {
	var err error
	if e.series, err = (proto.MarshalOptions{UseCachedSize: true}).MarshalAppend(e.series[:0], m); err != nil {
		e.err = err
	}
	e.pending = protowire.AppendTag(e.pending, metricField, protowire.BytesType)
	e.pending = protowire.AppendBytes(e.pending, e.series)
	e.flushPiece()
}

// Close writes what is left. The encoder must not be used afterwards.
func (e *protoEncoder) Close() error {
	err := e.finish()
	e.part.Name, e.part.Help, e.part.Type, e.part.Unit = nil, nil, nil, nil
	if modest(e.pending, e.series) {
		protoEncoders.Put(e)
	}
	return err
}
