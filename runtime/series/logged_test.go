package series

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
)

// logged keeps what is logged until the test ends.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// lines returns the lines that have the text.
func (l *logged) lines(text string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []string
	for line := range strings.Lines(l.b.String()) {
		if strings.Contains(line, text) {
			all = append(all, line)
		}
	}
	return all
}

func logTo(t *testing.T) *logged {
	l := &logged{}
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(l, nil)))
	t.Cleanup(func() { slog.SetDefault(old) })
	return l
}
