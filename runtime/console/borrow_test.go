package console

import (
	"bytes"
	"io"
	"testing"

	"github.com/ocgen/ocgen/runtime/internal/borrowed"
)

// TestBorrowedMemory: what an export was given is used again for the next one, which
// shows its own values and nothing of the one before.
func TestBorrowedMemory(t *testing.T) {
	for name, newExporter := range map[string]func(io.Writer) *Exporter{"tables": New, "lines": NewJSON} {
		want := export(t, newExporter, sample())
		var written bytes.Buffer
		e := newExporter(&written)
		metrics := sample()
		if err := e.Export(t.Context(), metrics); err != nil {
			t.Fatal(err)
		}
		borrowed.Overwrite(metrics)
		if got := written.Bytes(); !bytes.Equal(got, want) {
			t.Errorf("%s: the first export changed to\n%s", name, got)
		}
		written.Reset()
		if err := e.Export(t.Context(), sample()); err != nil {
			t.Fatal(err)
		}
		if got := written.Bytes(); !bytes.Equal(got, want) {
			t.Errorf("%s: the second export is\n%s\nwant\n%s", name, got, want)
		}
	}
}
