package emulator

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/sluicehq/sluice/emulator/proxy"
)

// ServeProxy answers on l, a loopback address, as a forward proxy behind which the
// account has NetSuite's own hosts: for clients that have them built in. They
// must trust the authority. It serves until ctx ends or Close is called.
func (e *Emulator) ServeProxy(ctx context.Context, l net.Listener, authority *proxy.Authority) error {
	p := proxy.New(e.opts.AccountID, e, authority)
	if err := e.closeLater(p); err != nil {
		return errors.Join(err, l.Close())
	}
	return p.Serve(ctx, l)
}

// domains are the addresses of the account's services, as a client that came this
// way reaches them: NetSuite's own through the proxy, else the one it used.
func (e *Emulator) domains(r *http.Request) (rest, webservices, system string) {
	if host := strings.ToLower(r.Host); host == "netsuite.com" || strings.HasSuffix(host, ".netsuite.com") {
		hosts := proxy.Hosts(e.opts.AccountID)
		return "https://" + hosts[1], "https://" + hosts[0], "https://" + hosts[2]
	}
	base := e.URL()
	if base == "" {
		base = "http://" + r.Host
	}
	return base, base, base
}
