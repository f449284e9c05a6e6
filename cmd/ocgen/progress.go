package main

import (
	"fmt"
	"io"
	"os"
)

// A progress shows on a terminal what a long run does, in one line that it writes again.
// It writes nothing to files and pipes.
type progress struct {
	w    io.Writer // nil if it is no terminal
	last string
}

func newProgress(w io.Writer) *progress {
	if file, ok := w.(*os.File); ok && isTerminal(file) && os.Getenv("TERM") != "dumb" {
		return &progress{w: w}
	}
	return &progress{}
}

// isTerminal reports whether a file is a character device. Apart from a terminal, that
// can be the null device, which does not show what is written to it.
func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// show writes a step, with a percentage if its length is known.
func (p *progress) show(step string, done, total int) {
	if p.w == nil {
		return
	}
	text := step + " …"
	if total > 0 {
		text = fmt.Sprintf("%s %d%%", text, 100*done/total)
	}
	if text != p.last {
		fmt.Fprint(p.w, clearLine+text)
		p.last = text
	}
}

// clear removes the line.
func (p *progress) clear() {
	if p.last != "" {
		fmt.Fprint(p.w, clearLine)
		p.last = ""
	}
}

// clearLine returns to the start of the line and deletes to its end.
const clearLine = "\r\x1b[K"
