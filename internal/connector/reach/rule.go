package reach

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/sluicehq/sluice"
)

// Rule says which addresses requests of connections go to. The zero Rule lets them go
// to private ones: the systems that are to be integrated stand there. No Rule lets them
// go to those that are never meant.
type Rule struct {
	// PublicOnly keeps requests away from private addresses and from this machine.
	PublicOnly bool
}

// dialTimeout is that of http.DefaultTransport.
const dialTimeout = 30 * time.Second

// Allow returns why an address is not reached, nil where it is.
func (r Rule) Allow(a netip.Addr) error {
	switch ClassOf(a) {
	case Never:
		return sluice.Errorf("connection.address", "no connection reaches the address %s", a).
			Fix("Give the address of the system itself; link-local and metadata addresses are never reached")
	case Private:
		if r.PublicOnly {
			return sluice.Errorf("connection.address", "no connection reaches the private address %s", a).
				Fix("Start the server without --connections-stay-public if connections may reach the local network")
		}
	}
	return nil
}

// Guard makes a transport follow the rule. A proxy that the environment names is
// reached wherever it is. It finds the address itself: a name is the proxy's to judge,
// and only an address that stands in the request is judged here.
func (r Rule) Guard(t *http.Transport) *http.Transport {
	direct, handedOn := Dialer(dialTimeout, r.Allow), &net.Dialer{Timeout: dialTimeout, KeepAlive: keepAlive}
	find := t.Proxy
	proxies := proxiesOf(find)
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if proxies[address] {
			return handedOn.DialContext(ctx, network, address)
		}
		return direct.DialContext(ctx, network, address)
	}
	if find == nil {
		return t
	}
	t.Proxy = func(req *http.Request) (*url.URL, error) {
		proxy, err := find(req)
		if a, bad := netip.ParseAddr(req.URL.Hostname()); proxy != nil && bad == nil {
			err = errors.Join(err, r.Allow(a))
		}
		return proxy, err
	}
	return t
}

// proxiesOf returns the addresses of the proxies that requests go through.
func proxiesOf(find func(*http.Request) (*url.URL, error)) map[string]bool {
	found := map[string]bool{}
	for _, scheme := range []string{"http", "https"} {
		if find == nil {
			break
		}
		proxy, err := find(&http.Request{URL: &url.URL{Scheme: scheme, Host: "proxied.example"}})
		if err != nil || proxy == nil {
			continue // what is wrong with it shows when it is used
		}
		port := map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[proxy.Scheme]
		found[net.JoinHostPort(proxy.Hostname(), cmp.Or(proxy.Port(), port))] = true
	}
	return found
}
