package proxy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// start serves a proxy for 1234567_SB1 and returns its address with a client that
// uses and trusts it.
func start(t *testing.T) (address string, client *http.Client) {
	t.Helper()
	authority, err := NewAuthority(nil)
	if err != nil {
		t.Fatal(err)
	}
	account := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s %s tls=%t", r.Proto, r.Host, r.URL.Path, r.TLS != nil)
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := New("1234567_SB1", account, authority)
	served := make(chan error, 1)
	go func() { served <- p.Serve(context.Background(), l) }()
	roots := x509.NewCertPool()
	roots.AddCert(authority.Certificate())
	transport := &http.Transport{
		Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: l.Addr().String()}), TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true,
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := p.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String(), &http.Client{Transport: transport}
}

func get(t *testing.T, client *http.Client, address string) (string, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return fmt.Sprintf("%d %s", resp.StatusCode, b), err
}

func TestHosts(t *testing.T) {
	_, client := start(t)
	for _, host := range append(Hosts("1234567_SB1"), "rest.na1.netsuite.com", "webservices.sandbox.netsuite.com") {
		if got, err := get(t, client, "https://"+host+"/x"); got != "200 HTTP/2.0 "+host+" /x tls=true" {
			t.Errorf("%s: %s, %v", host, got, err)
		}
	}
	if got, err := get(t, client, "http://rest.netsuite.com/x"); got != "200 HTTP/1.1 rest.netsuite.com /x tls=false" {
		t.Errorf("absolute form: %s, %v", got, err)
	}
}

// Nothing but the account is reached, and clients learn why.
func TestRefusals(t *testing.T) {
	address, client := start(t)
	for target, want := range map[string]string{
		"https://example.com/":                           "Forbidden",
		"https://7654321.suitetalk.api.netsuite.com/":    "Forbidden",
		"https://1234567-sb1.app.netsuite.com:8443/":     "Forbidden",
		"https://1234567-sb1.app.netsuite.com:80/":       "Forbidden",
		"https://rest.na1.example.netsuite.com/":         "Forbidden",
		"https://127.0.0.1:22/":                          "Forbidden",
		"https://1234567-sb1.app.netsuite.com.evil.com/": "Forbidden",
	} {
		if got, err := get(t, client, target); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %s, %v", target, got, err)
		}
	}
	for target, want := range map[string]string{
		"http://example.com/":              "403 This proxy emulates NetSuite account 1234567_SB1 and forwards nothing: example.com is refused.",
		"http://7654321.app.netsuite.com/": "403 This proxy emulates NetSuite account 1234567_SB1: 7654321.app.netsuite.com is not one of its hosts",
		"http://localhost:25/":             "403 This proxy emulates NetSuite account 1234567_SB1 and forwards nothing: port 25",
	} {
		if got, err := get(t, client, target); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, %v", target, got, err)
		}
	}
	if got, err := get(t, http.DefaultClient, "http://"+address+"/"); !strings.HasPrefix(got, "400 This is a proxy") {
		t.Errorf("no proxy request: %s, %v", got, err)
	}
	http.DefaultClient.CloseIdleConnections()
}

// A tunnel to one host does not lead to another.
func TestTunnelLeadsWhereItWasAskedTo(t *testing.T) {
	address, client := start(t)
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "CONNECT rest.netsuite.com:443 HTTP/1.1\r\nHost: rest.netsuite.com:443\r\n\r\n")
	answer := make([]byte, len("HTTP/1.1 200 Connection Established\r\n\r\n"))
	if _, err := io.ReadFull(conn, answer); err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 200") {
		t.Fatalf("%q, %v", answer, err)
	}
	trusted := client.Transport.(*http.Transport).TLSClientConfig.RootCAs
	inside := tls.Client(conn, &tls.Config{ServerName: "system.netsuite.com", RootCAs: trusted})
	if err := inside.HandshakeContext(t.Context()); err == nil {
		t.Error("the tunnel to rest.netsuite.com shows a certificate of system.netsuite.com")
	}
}

// Who trusts the authority trusts it with NetSuite's names alone.
func TestAuthorityIsBoundToNetSuite(t *testing.T) {
	a, err := NewAuthority(nil)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(a.Certificate())
	for host, good := range map[string]bool{"1234567-sb1.app.netsuite.com": true, "example.com": false, "netsuite.com.example.com": false} {
		leaf, err := a.leaf(host)
		if err != nil {
			t.Fatal(err)
		}
		_, err = leaf.Leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: roots})
		if (err == nil) != good {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestAuthorityIsKept(t *testing.T) {
	cert, key := filepath.Join(t.TempDir(), "ca.pem"), filepath.Join(t.TempDir(), "ca.key")
	now := time.Now()
	open := func() *Authority {
		t.Helper()
		a, err := OpenAuthority(cert, key, func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	first := open()
	if err := os.Chmod(key, 0o644); err != nil {
		t.Fatal(err)
	}
	if again := open(); !again.Certificate().Equal(first.Certificate()) {
		t.Error("another authority")
	}
	if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	now = now.AddDate(authorityYears, 0, 1)
	if late := open(); late.Certificate().Equal(first.Certificate()) {
		t.Error("an authority whose time is over is used")
	}
	if err := os.WriteFile(key, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenAuthority(cert, key, nil); err == nil {
		t.Error("a file that is no key was replaced")
	}
}

// elsewhere is a listener that other machines reach.
type elsewhere struct{ net.Listener }

func (elsewhere) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4zero, Port: 1} }
func (elsewhere) Close() error   { return nil }

func TestProxyStaysOnThisMachine(t *testing.T) {
	a, err := NewAuthority(nil)
	if err != nil {
		t.Fatal(err)
	}
	err = New("1234567", http.NotFoundHandler(), a).Serve(t.Context(), elsewhere{})
	if err == nil || !strings.Contains(err.Error(), "this machine only") {
		t.Error(err)
	}
}
