package app

import (
	"context"
	"net"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/socket"
)

// DialSocket connects to the server that has the data folder.
func DialSocket(ctx context.Context, dir string) (net.Conn, error) { return socket.Dial(ctx, dir) }

// AddressTaken reports whether New failed because Config.Listen was not to be had.
func AddressTaken(err error) bool { return sluice.ErrorCode(err) == codeListen }

// codeListen is the code of an address that cannot be listened on.
const codeListen = "server.listen"

// Addr returns the address that the server listens on, nil without one.
func (a *App) Addr() net.Addr {
	if a.network == nil {
		return nil
	}
	return a.network.Addr()
}

// URL returns the address for people: Config.PublicURL, else http://localhost:PORT.
func (a *App) URL() string {
	if a.cfg.PublicURL != "" {
		return strings.TrimSuffix(a.cfg.PublicURL, "/")
	}
	if a.network == nil {
		return ""
	}
	_, port, _ := net.SplitHostPort(a.network.Addr().String())
	if a.cfg.Serving.TLS() {
		return "https://localhost:" + port
	}
	return "http://localhost:" + port
}

// SetupURL returns the one-time link that makes the owner, while there is no
// user; empty otherwise. It is known here alone: the store has its hash.
func (a *App) SetupURL() string { return a.setupURL }
