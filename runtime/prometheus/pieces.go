package prometheus

import "io"

// pieces are bytes on their way to a response. They are written some at a time, so a response
// to a slow client holds little memory.
type pieces struct {
	out     io.Writer
	pending []byte // not written yet
	err     error  // the first one; nothing is written afterwards
}

const (
	// pieceSize is the number of bytes after which a piece is written.
	pieceSize = 32 << 10
	// pieceMore is room for the line or series that completes a piece. A longer one allocates.
	pieceMore = 2 << 10
)

func newPieces() pieces { return pieces{pending: make([]byte, 0, pieceSize+pieceMore)} }

// start begins a response in the memory of an earlier one.
func (p *pieces) start(out io.Writer) { p.out, p.pending, p.err = out, p.pending[:0], nil }

// flush writes what is pending.
func (p *pieces) flush() {
	if p.err == nil && len(p.pending) > 0 {
		var n int
		if n, p.err = p.out.Write(p.pending); p.err == nil && n < len(p.pending) {
			p.err = io.ErrShortWrite // a middleware breaks the rule of io.Writer
		}
	}
	p.pending = p.pending[:0]
}

// flushPiece writes what is pending if it is enough for a piece.
func (p *pieces) flushPiece() {
	if len(p.pending) >= pieceSize {
		p.flush()
	}
}

// finish writes what is left, and returns the first error.
func (p *pieces) finish() error {
	p.flush()
	err := p.err
	p.out, p.err = nil, nil
	return err
}

// modest reports whether buffers are small enough to be kept for the next response. Very long
// label values make them large.
func modest(buffers ...[]byte) bool {
	total := 0
	for _, b := range buffers {
		total += cap(b)
	}
	return total <= 2*pieceSize
}
