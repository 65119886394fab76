package acceptance

import (
	"bytes"
	"io"
	"net"
	"sync"
	"testing"
)

// wire stands between a client and a server, and can be spoiled.
type wire struct {
	target string
	listen net.Listener

	mu    sync.Mutex
	mode  wireMode
	conns map[net.Conn]bool
	cutOn []byte // in what the client sends; the wire is cut when it comes by
	after bool   // and the server still gets it
}

// wireMode is what a wire does with what it carries.
type wireMode int

const (
	wireSound wireMode = iota
	wireDeaf           // takes connections and requests, and passes nothing on
	wireMute           // passes requests on, and no answers back
	wireCut            // breaks every connection
)

func newWire(t testing.TB, target string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{target: target, listen: l, conns: map[net.Conn]bool{}}
	t.Cleanup(func() { _ = l.Close(); w.set(wireCut) })
	go w.serve()
	return w
}

func (w *wire) addr() string { return w.listen.Addr().String() }

func (w *wire) port(t testing.TB) string {
	t.Helper()
	_, port, err := net.SplitHostPort(w.addr())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func (w *wire) serve() {
	for {
		client, err := w.listen.Accept()
		if err != nil {
			return
		}
		go w.carry(client)
	}
}

// set changes what the wire does. Connections that are open break, but for a wire that
// falls silent: nothing shows that it has.
func (w *wire) set(mode wireMode) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mode = mode
	if mode == wireMute {
		return
	}
	for c := range w.conns {
		_ = c.Close()
	}
	clear(w.conns)
}

// cutWhen cuts the wire when the client sends some text, before the server gets it or after.
func (w *wire) cutWhen(text string, after bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cutOn, w.after = []byte(text), after
}

// hold notes a connection, so that it can be broken. It reports the mode.
func (w *wire) hold(c net.Conn) wireMode {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.mode == wireCut {
		_ = c.Close()
	}
	w.conns[c] = true
	return w.mode
}

func (w *wire) carry(client net.Conn) {
	if w.hold(client) == wireDeaf {
		_, _ = io.Copy(io.Discard, client)
		return
	}
	server, err := net.Dial("tcp", w.target)
	if err != nil {
		_ = client.Close()
		return
	}
	w.hold(server)
	go func() {
		_, _ = io.Copy(answers{w, client}, server)
		_ = client.Close()
	}()
	w.forward(server, client)
	_ = server.Close()
}

// answers carries what the server sends, unless the wire is mute by then.
type answers struct {
	wire   *wire
	client net.Conn
}

func (a answers) Write(part []byte) (int, error) {
	a.wire.mu.Lock()
	mute := a.wire.mode == wireMute
	a.wire.mu.Unlock()
	if mute {
		return len(part), nil
	}
	return a.client.Write(part)
}

// forward carries what the client sends.
func (w *wire) forward(server io.Writer, client io.Reader) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := client.Read(buffer)
		if n > 0 {
			cut, after := w.comesBy(buffer[:n])
			if !cut || after {
				_, _ = server.Write(buffer[:n])
			}
			if cut {
				w.set(wireCut)
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (w *wire) comesBy(part []byte) (cut, after bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.cutOn) > 0 && bytes.Contains(part, w.cutOn), w.after
}
