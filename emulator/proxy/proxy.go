// Package proxy is a forward proxy behind which an emulated account answers under
// NetSuite's own hosts, for clients that have them built in. It opens no
// connection to anywhere: what is not the account's is refused.
package proxy

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"
)

// domain is what all hosts of NetSuite lie below.
const domain = "netsuite.com"

// services are the hosts of an account, without its label, and shared the hosts
// that all accounts have in common.
var (
	services = []string{"suitetalk.api", "restlets.api", "app"}
	shared   = []string{"system", "rest", "webservices"}
)

// dataCenter is a host of one data center, as clients of the time before accounts
// had their own have them built in: rest.na1.netsuite.com.
var dataCenter = regexp.MustCompile(`^(system|rest|webservices)\.((na|eu|ap)[0-9]+|sandbox)\.netsuite\.com$`)

// Hosts are the names under which an account answers, those of its own first.
func Hosts(accountID string) []string {
	label := strings.ToLower(strings.ReplaceAll(accountID, "_", "-"))
	var out []string
	for _, s := range services {
		out = append(out, label+"."+s+"."+domain)
	}
	for _, s := range shared {
		out = append(out, s+"."+domain)
	}
	return out
}

// Proxy is the proxy of one account.
type Proxy struct {
	account   string
	hosts     map[string]bool
	handler   http.Handler
	authority *Authority
	outer     *http.Server // talks to clients as a proxy
	inner     *http.Server // talks to them as the account, inside of tunnels
	tunnels   *queue
}

// New returns the proxy of an account that handler answers for.
func New(accountID string, handler http.Handler, authority *Authority) *Proxy {
	p := &Proxy{account: accountID, hosts: map[string]bool{}, handler: handler, authority: authority, tunnels: newQueue()}
	for _, host := range Hosts(accountID) {
		p.hosts[host] = true
	}
	p.outer = &http.Server{Handler: http.HandlerFunc(p.serve), ReadHeaderTimeout: headerTimeout}
	p.inner = &http.Server{Handler: http.HandlerFunc(p.serveInside), ReadHeaderTimeout: headerTimeout,
		TLSConfig: &tls.Config{GetCertificate: p.certificate, MinVersion: tls.VersionTLS12}}
	return p
}

const headerTimeout = 10 * time.Second

// CheckAddress refuses an address that other machines reach.
func CheckAddress(a net.Addr) error {
	if tcp, ok := a.(*net.TCPAddr); ok && tcp.IP.IsLoopback() {
		return nil
	}
	return fmt.Errorf("the proxy listens on this machine only, not on %s", a)
}

// Serve answers on l, which must be a loopback address, until Shutdown or the end
// of ctx.
func (p *Proxy) Serve(ctx context.Context, l net.Listener) error {
	if err := CheckAddress(l.Addr()); err != nil {
		return errors.Join(err, l.Close())
	}
	p.tunnels.addr = l.Addr()
	stop := context.AfterFunc(ctx, func() { _ = p.Shutdown(context.WithoutCancel(ctx)) })
	defer stop()
	inside := make(chan error, 1)
	go func() { inside <- p.inner.ServeTLS(p.tunnels, "", "") }()
	err := errors.Join(ended(p.outer.Serve(l)), p.tunnels.Close())
	return errors.Join(err, ended(<-inside))
}

func ended(err error) error {
	if errors.Is(err, http.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// Shutdown stops serving and waits for the requests in flight.
func (p *Proxy) Shutdown(ctx context.Context) error {
	return errors.Join(p.outer.Shutdown(ctx), p.inner.Shutdown(ctx))
}

// serve answers a request to the proxy: a tunnel, or a request in absolute form.
func (p *Proxy) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodConnect {
		p.connect(w, r)
		return
	}
	if !r.URL.IsAbs() {
		http.Error(w, "This is a proxy: set it as HTTPS_PROXY of a client, and ask it for "+Hosts(p.account)[0]+".", http.StatusBadRequest)
		return
	}
	if why := p.refusal(r.URL.Host); why != "" {
		http.Error(w, why, http.StatusForbidden)
		return
	}
	p.handler.ServeHTTP(w, r)
}

// refusal says why a host is not served; "" for one that is.
func (p *Proxy) refusal(hostPort string) string {
	host, port := split(hostPort)
	switch {
	case port != "" && port != "443" && port != "80":
		return fmt.Sprintf("This proxy emulates NetSuite account %s and forwards nothing: port %s of %s is refused.", p.account, port, host)
	case p.hosts[host] || dataCenter.MatchString(host):
		return ""
	case strings.HasSuffix(host, "."+domain):
		return fmt.Sprintf("This proxy emulates NetSuite account %s: %s is not one of its hosts (%s).", p.account, host, strings.Join(Hosts(p.account), ", "))
	}
	return fmt.Sprintf("This proxy emulates NetSuite account %s and forwards nothing: %s is refused.", p.account, host)
}

func split(hostPort string) (host, port string) {
	host, port, err := net.SplitHostPort(hostPort)
	if err != nil {
		host, port = hostPort, ""
	}
	return strings.ToLower(strings.TrimSuffix(host, ".")), port
}

// connect opens a tunnel that ends here.
func (p *Proxy) connect(w http.ResponseWriter, r *http.Request) {
	host, port := split(r.Host)
	if why := p.refusal(r.Host); why != "" || port != "443" {
		http.Error(w, cmp.Or(why, "A tunnel leads to port 443, not to "+port+"."), http.StatusForbidden)
		return
	}
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "tunnels need HTTP/1.1", http.StatusHTTPVersionNotSupported)
		return
	}
	if _, err := conn.Write([]byte("HTTP/1.1 200 Connection Established\r\n\r\n")); err != nil || conn.SetDeadline(time.Time{}) != nil {
		_ = conn.Close() // the client is gone
		return
	}
	p.tunnels.put(&tunnel{Conn: conn, host: host, early: buffered.Reader})
}

// certificate is the one of the host that the tunnel leads to. A client inside
// it that asks for another name is not served.
func (p *Proxy) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	t, ok := hello.Conn.(*tunnel)
	if !ok {
		return nil, errors.New("no tunnel")
	}
	if name, _ := split(hello.ServerName); name != "" && name != t.host {
		return nil, fmt.Errorf("the tunnel leads to %s, not to %s", t.host, name)
	}
	return p.authority.leaf(t.host)
}

// serveInside answers a request inside of a tunnel.
func (p *Proxy) serveInside(w http.ResponseWriter, r *http.Request) {
	if why := p.refusal(r.Host); why != "" {
		http.Error(w, why, http.StatusMisdirectedRequest)
		return
	}
	p.handler.ServeHTTP(w, r)
}

// tunnel is a connection that a client asked to lead to a host. Bytes that came
// with the request are read first.
type tunnel struct {
	net.Conn
	host  string
	early interface{ Read([]byte) (int, error) }
}

// Read reads from the client.
func (t *tunnel) Read(b []byte) (int, error) { return t.early.Read(b) }

// queue hands tunnels to the server inside; it is its listener.
type queue struct {
	addr   net.Addr
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newQueue() *queue { return &queue{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (q *queue) put(c net.Conn) {
	select {
	case q.conns <- c:
	case <-q.closed:
		_ = c.Close() // nobody serves it any more
	}
}

// Accept returns the next tunnel.
func (q *queue) Accept() (net.Conn, error) {
	select {
	case c := <-q.conns:
		return c, nil
	case <-q.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept.
func (q *queue) Close() error {
	q.once.Do(func() { close(q.closed) })
	return nil
}

// Addr is the address of the proxy.
func (q *queue) Addr() net.Addr { return q.addr }
