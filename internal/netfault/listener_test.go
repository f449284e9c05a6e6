package netfault

import (
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
)

// serve starts a server that sends back what it gets.
func serve(t *testing.T) *Listener {
	t.Helper()
	l, err := Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(c, c)
				_ = c.Close()
			}()
		}
	}()
	return l
}

func dial(t *testing.T, l *Listener) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// echoed sends a byte and waits for it.
func echoed(c net.Conn) error {
	if _, err := c.Write([]byte{1}); err != nil {
		return err
	}
	_, err := io.ReadFull(c, make([]byte, 1))
	return err
}

// expectReset reads from a connection, unless making it failed.
func expectReset(t *testing.T, c net.Conn, err error) {
	t.Helper()
	if err == nil {
		_, err = c.Read(make([]byte, 1))
	}
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("got %v, want a reset", err)
	}
}

func TestReset(t *testing.T) {
	l := serve(t)
	one, other := dial(t, l), dial(t, l)
	for _, c := range []net.Conn{one, other} {
		if err := echoed(c); err != nil {
			t.Fatal(err)
		}
	}
	l.Reset(one.LocalAddr().String())
	expectReset(t, one, nil)
	if err := echoed(other); err != nil {
		t.Errorf("the other connection: %v", err)
	}
}

func TestDown(t *testing.T) {
	l := serve(t)
	before := dial(t, l)
	if err := echoed(before); err != nil {
		t.Fatal(err)
	}
	l.SetDown(true)
	expectReset(t, before, nil)
	during, err := net.Dial("tcp", l.Addr().String()) // the reset may come before it returns
	expectReset(t, during, err)
	l.SetDown(false)
	if err := echoed(dial(t, l)); err != nil {
		t.Errorf("up again: %v", err)
	}
}
