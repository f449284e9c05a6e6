package prometheus

import (
	"bytes"
	"io"
)

// A headless removes the first lines of a family, which begin with #.
type headless struct {
	to       io.Writer
	inLine   bool // in the middle of a line of the head
	headRead bool
}

func (h *headless) Write(p []byte) (int, error) {
	all := len(p)
	for !h.headRead && len(p) > 0 {
		if !h.inLine && p[0] != '#' {
			h.headRead = true
			break
		}
		_, after, ended := bytes.Cut(p, []byte("\n"))
		h.inLine, p = !ended, after
	}
	if len(p) == 0 {
		return all, nil
	}
	n, err := h.to.Write(p)
	return all - len(p) + n, err
}
