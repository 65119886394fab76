package serving

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"context"

	"github.com/sluicehq/sluice"
)

// certify writes a certificate with a number, and its key.
func certify(t *testing.T, dir string, number int64) Options {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(number), DNSNames: []string{"localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	private, err2 := x509.MarshalPKCS8PrivateKey(key)
	o := Options{TLSCert: filepath.Join(dir, "tls.crt"), TLSKey: filepath.Join(dir, "tls.key")}
	if err := errors.Join(err, err2,
		os.WriteFile(o.TLSCert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}), 0o600),
		os.WriteFile(o.TLSKey, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600)); err != nil {
		t.Fatal(err)
	}
	return o
}

// number dials and returns the number of the certificate that the server shows.
func number(t *testing.T, address string, newest uint16) (int64, error) {
	t.Helper()
	c, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: newest}) //nolint:gosec // it is looked at here
	if err != nil {
		return 0, err
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64(), nil
}

func TestCertificatesAreReadAgain(t *testing.T) {
	dir := t.TempDir()
	o := certify(t, dir, 1)
	if err := o.Check(); err != nil {
		t.Fatal(err)
	}
	l, err := o.Listen("127.0.0.1:0", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.NotFoundHandler(), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	defer func() { _ = server.Close(); <-ended }()
	address := l.Addr().String()
	if n, err := number(t, address, tls.VersionTLS13); err != nil || n != 1 {
		t.Fatalf("certificate %d, %v", n, err)
	}
	if _, err := number(t, address, tls.VersionTLS11); err == nil {
		t.Error("TLS 1.1 was taken")
	}
	certify(t, dir, 2)
	for deadline := time.Now().Add(20 * time.Second); ; {
		n, err := number(t, address, tls.VersionTLS13)
		if err == nil && n == 2 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("certificate %d, %v", n, err)
		}
		<-time.After(50 * time.Millisecond) // the files are looked at each second
	}
	if err := os.WriteFile(o.TLSCert, []byte("not a certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	<-time.After(lookAgain) // until they are looked at again
	if n, err := number(t, address, tls.VersionTLS13); err != nil || n != 2 {
		t.Errorf("with a broken file: certificate %d, %v", n, err)
	}
}

func TestOptionsThatAreWrong(t *testing.T) {
	for want, o := range map[string]Options{
		"server.tls":   {TLSCert: "only.crt"},
		"server.proxy": {TrustedProxies: []string{"10.0.0.1", "proxy.example.com"}},
	} {
		if err := o.Check(); sluice.ErrorCode(err) != want {
			t.Errorf("%+v: %v", o, err)
		}
	}
	missing := Options{TLSCert: "absent.crt", TLSKey: "absent.key"}
	if err := missing.Check(); sluice.ErrorCode(err) != "server.tls" {
		t.Error(err)
	}
}

// Only what a trusted proxy adds is believed; what a caller writes before it never is.
// Switched off by taking the first address of the header.
func TestWhoseWordIsTaken(t *testing.T) {
	o := Options{TrustedProxies: []string{"10.0.0.0/24", "::1"}}
	var seen string
	handler := o.Behind(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = r.RemoteAddr }))
	for _, tt := range []struct {
		peer, want string
		header     []string
	}{
		{"10.0.0.7:1", "203.0.113.9:0", []string{"203.0.113.9"}},
		{"10.0.0.7:1", "203.0.113.9:0", []string{"192.0.2.1, 203.0.113.9"}},
		{"10.0.0.7:1", "203.0.113.9:0", []string{"192.0.2.1", "203.0.113.9, 10.0.0.8"}},
		{"[::1]:1", "[2001:db8::1]:0", []string{"2001:db8::1"}},
		{"10.0.0.7:1", "10.0.0.7:1", nil},
		{"10.0.0.7:1", "10.0.0.7:1", []string{"not an address"}},
		{"10.0.0.7:1", "10.0.0.7:1", []string{"203.0.113.9, not an address"}},
		{"192.0.2.55:1", "192.0.2.55:1", []string{"203.0.113.9"}},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tt.peer
		r.Header["X-Forwarded-For"] = tt.header
		handler.ServeHTTP(httptest.NewRecorder(), r)
		if seen != tt.want {
			t.Errorf("%s says %q: caller %s, want %s", tt.peer, tt.header, seen, tt.want)
		}
	}
	var nobody Options
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("X-Forwarded-For", "203.0.113.9")
	nobody.Behind(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = r.RemoteAddr })).ServeHTTP(httptest.NewRecorder(), r)
	if seen != r.RemoteAddr {
		t.Errorf("without trusted proxies the caller is %s", seen)
	}
}

func TestTheListenerForMetrics(t *testing.T) {
	ready := true
	handler := Operators(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "metrics") }), func(context.Context) bool { return ready })
	get := func(path string) (int, string) {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Code, w.Body.String()
	}
	if code, text := get("/metrics"); code != 200 || text != "metrics" {
		t.Error(code, text)
	}
	if code, _ := get("/health"); code != 200 {
		t.Error(code)
	}
	ready = false
	if code, _ := get("/health"); code != 503 {
		t.Error(code)
	}
	for _, path := range []string{"/", "/api/v1/flows", "/api/v1/backup"} {
		if code, _ := get(path); code != 404 {
			t.Errorf("%s: %d", path, code)
		}
	}
}
