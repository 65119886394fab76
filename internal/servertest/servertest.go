// Package servertest starts processes for tests: other people's servers, and the test
// binary again.
package servertest

import (
	"errors"
	"net"
)

// ErrEnded says that a server ended before it answered.
var ErrEnded = errors.New("the server ended at once")

// FreePort returns a port of 127.0.0.1 that nobody listens on.
func FreePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}
