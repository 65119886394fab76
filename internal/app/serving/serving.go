// Package serving is how a server meets the network: TLS, proxies before it, and its end.
package serving

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
)

// Options says how a server meets the network.
type Options struct {
	// TLSCert and TLSKey are files in PEM form; with both, requests come over TLS.
	TLSCert, TLSKey string
	// TrustedProxies are addresses and networks whose X-Forwarded-For is believed.
	TrustedProxies []string
	// Metrics is an address that answers GET /metrics and GET /health without login; empty for none.
	Metrics string
	// Drain is how long a server that stops goes on taking requests while /health says that
	// it stops, so that a load balancer sends them elsewhere.
	Drain time.Duration
}

// TLS reports whether requests come over TLS.
func (o *Options) TLS() bool { return o.TLSCert != "" && o.TLSKey != "" }

// Check says what is wrong.
func (o *Options) Check() error {
	if (o.TLSCert == "") != (o.TLSKey == "") {
		return sluice.Errorf("server.tls", "a certificate needs its key, and the other way round").Fix("Give both --tls-cert and --tls-key")
	}
	if o.TLS() {
		if _, err := tls.LoadX509KeyPair(o.TLSCert, o.TLSKey); err != nil {
			return sluice.Errorf("server.tls", "the certificate cannot be used: %w", err).At(o.TLSCert).Fix("Give the files of a certificate with its chain, and of its key, in PEM form")
		}
	}
	_, err := o.proxies()
	return err
}

func (o *Options) proxies() ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, text := range o.TrustedProxies {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			var a netip.Addr
			if a, err = netip.ParseAddr(text); err == nil {
				p = netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen())
			}
		}
		if err != nil {
			return nil, sluice.Errorf("server.proxy", "%q is no address and no network", text).Fix("Write --trusted-proxy 10.0.0.5 or --trusted-proxy 10.0.0.0/24")
		}
		list = append(list, p.Masked())
	}
	return list, nil
}

// Listen listens on an address, with TLS where that is set.
func (o *Options) Listen(address string, log *slog.Logger) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil || !o.TLS() {
		return l, err
	}
	c := &certificate{certFile: o.TLSCert, keyFile: o.TLSKey, log: log}
	if _, err := c.get(nil); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get, NextProtos: []string{"http/1.1"}}), nil
}

// lookAgain is how often the files of a certificate are looked at.
const lookAgain = time.Second

// certificate is read anew when its files have changed: who renews it need not restart.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger

	mu      sync.Mutex
	looked  time.Time
	changed [2]time.Time
	pair    *tls.Certificate
}

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); c.pair == nil || now.Sub(c.looked) >= lookAgain {
		c.looked = now
		if err := c.read(); err != nil {
			if c.pair == nil {
				return nil, err
			}
			c.log.Error("the new certificate cannot be used; the one before stays", "error", err)
		}
	}
	return c.pair, nil
}

func (c *certificate) read() error {
	var changed [2]time.Time
	for i, path := range []string{c.certFile, c.keyFile} {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		changed[i] = info.ModTime()
	}
	if c.pair != nil && changed == c.changed {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return err // looked at again: one of the files may not be written yet
	}
	c.pair, c.changed = &pair, changed
	return nil
}

// Behind returns next, which takes the address that a trusted proxy forwards for that of
// the caller. What others say of themselves is not believed.
func (o *Options) Behind(next http.Handler) http.Handler {
	trusted, _ := o.proxies() // Check has said what is wrong
	if len(trusted) == 0 {
		return next
	}
	trust := func(a netip.Addr) bool {
		for _, p := range trusted {
			if p.Contains(a.Unmap()) {
				return true
			}
		}
		return false
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if caller, ok := forwarded(r, trust); ok {
			r = r.Clone(r.Context())
			r.RemoteAddr = netip.AddrPortFrom(caller, 0).String()
		}
		next.ServeHTTP(w, r)
	})
}

// forwarded returns the last address of X-Forwarded-For that no trusted proxy has: those
// before it can be anything that the caller has made up.
func forwarded(r *http.Request, trust func(netip.Addr) bool) (netip.Addr, bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !trust(peer.Addr()) {
		return netip.Addr{}, false
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		a, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return netip.Addr{}, false
		}
		if !trust(a) {
			return a.Unmap(), true
		}
	}
	return netip.Addr{}, false
}

// Health is what answers whether a server is ready.
type Health func(ctx context.Context) bool

// Operators answers on the address for metrics: GET /metrics and GET /health, and nothing else.
func Operators(metrics http.Handler, healthy Health) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if !healthy(ctx) {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = fmt.Fprintln(w, "not ready")
			return
		}
		_, _ = fmt.Fprintln(w, "ready")
	})
	return mux
}
