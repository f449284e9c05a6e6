package fakeotlp

import (
	"net"
	"sync"
)

// A listener knows its connections, to break them.
type listener struct {
	net.Listener

	mu    sync.Mutex
	down  bool
	conns map[string]*net.TCPConn // by the client's address
}

// Accept implements net.Listener. While the listener is down, it ends new
// connections at once.
func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		tcp := c.(*net.TCPConn)
		if l.add(tcp) {
			return &conn{TCPConn: tcp, from: l}, nil
		}
		abort(tcp)
	}
}

// add keeps a connection unless the listener is down.
func (l *listener) add(c *net.TCPConn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down {
		return false
	}
	l.conns[c.RemoteAddr().String()] = c
	return true
}

// setDown ends all connections if the listener goes down.
func (l *listener) setDown(down bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = down
	if !down {
		return
	}
	for address, c := range l.conns {
		abort(c)
		delete(l.conns, address)
	}
}

// reset breaks the connection with a client.
func (l *listener) reset(address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c, ok := l.conns[address]; ok {
		abort(c)
		delete(l.conns, address)
	}
}

// abort ends a connection with a reset, not an orderly close.
func abort(c *net.TCPConn) {
	_ = c.SetLinger(0)
	_ = c.Close()
}

// A conn leaves its listener's list when it is closed.
type conn struct {
	*net.TCPConn
	from *listener
}

func (c *conn) Close() error {
	c.from.mu.Lock()
	delete(c.from.conns, c.RemoteAddr().String())
	c.from.mu.Unlock()
	return c.TCPConn.Close()
}
