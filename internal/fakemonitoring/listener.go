package fakemonitoring

import (
	"context"
	"net"
	"sync"

	"google.golang.org/grpc/peer"
)

// A listener knows its connections, so that they can be reset.
type listener struct {
	net.Listener

	mu    sync.Mutex
	down  bool
	conns map[string]*net.TCPConn // by the client's address
}

// listen returns a listener on a free port of the loopback interface.
func listen() (*listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return &listener{Listener: l, conns: map[string]*net.TCPConn{}}, nil
}

// Accept returns the next connection that is not reset at once.
func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		conn := c.(*net.TCPConn)
		l.mu.Lock()
		down := l.down
		if !down {
			l.conns[conn.RemoteAddr().String()] = conn
		}
		l.mu.Unlock()
		if !down {
			return tracked{conn, l}, nil
		}
		resetConn(conn)
	}
}

// A tracked connection is forgotten when it is closed.
type tracked struct {
	*net.TCPConn
	from *listener
}

func (t tracked) Close() error {
	t.from.mu.Lock()
	delete(t.from.conns, t.RemoteAddr().String())
	t.from.mu.Unlock()
	return t.TCPConn.Close()
}

// setDown resets all connections, and new ones as long as it is down.
func (l *listener) setDown(down bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = down
	if !down {
		return
	}
	for _, c := range l.conns {
		resetConn(c)
	}
}

// reset resets the connection that a call came over.
func (l *listener) reset(ctx context.Context) {
	from, ok := peer.FromContext(ctx)
	if !ok {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if c := l.conns[from.Addr.String()]; c != nil {
		resetConn(c)
	}
}

// resetConn closes a connection so that the client sees a reset.
func resetConn(c *net.TCPConn) {
	_ = c.SetLinger(0) // it may be closed already
	_ = c.Close()
}
