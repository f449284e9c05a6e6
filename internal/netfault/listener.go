// Package netfault has the listener of the fake servers in tests, whose
// connections can be reset.
package netfault

import (
	"net"
	"sync"
)

// A Listener knows its connections, so that it can reset them. It is safe for
// concurrent use.
type Listener struct {
	net.Listener

	mu    sync.Mutex
	down  bool
	conns map[*conn]bool
}

// Listen returns a listener on a free port of the loopback interface.
func Listen() (*Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return &Listener{Listener: l, conns: map[*conn]bool{}}, nil
}

// Accept implements net.Listener. While the listener is down, it resets new
// connections at once.
func (l *Listener) Accept() (net.Conn, error) {
	for {
		accepted, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &conn{TCPConn: accepted.(*net.TCPConn), from: l}
		if l.add(c) {
			return c, nil
		}
		c.reset()
	}
}

// add keeps a connection unless the listener is down.
func (l *Listener) add(c *conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.down {
		l.conns[c] = true
	}
	return !l.down
}

// SetDown resets all connections, and new ones as long as the listener is down.
func (l *Listener) SetDown(down bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = down
	if !down {
		return
	}
	for c := range l.conns {
		c.reset()
	}
}

// Reset resets the connection with a client, given its address.
func (l *Listener) Reset(client string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		if c.RemoteAddr().String() == client {
			c.reset()
		}
	}
}

// A conn leaves its listener's list when the server closes it.
type conn struct {
	*net.TCPConn
	from *Listener
}

func (c *conn) Close() error {
	c.from.mu.Lock()
	delete(c.from.conns, c)
	c.from.mu.Unlock()
	return c.TCPConn.Close()
}

// reset closes the connection so that the client sees a reset, not an orderly end.
func (c *conn) reset() {
	_ = c.SetLinger(0) // it may be closed already
	_ = c.TCPConn.Close()
}
