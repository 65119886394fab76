package proxy

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"sync"
	"time"
)

// How long certificates last. Clients check them by the real time, whatever the
// account's clock shows.
const (
	authorityYears = 5
	leafLifetime   = 90 * 24 * time.Hour
)

// Authority is a certificate authority for NetSuite's hosts on this machine. Its
// certificate permits names below netsuite.com and no others, so that nobody who
// trusts it trusts it with the rest of the network.
type Authority struct {
	now  func() time.Time
	cert *x509.Certificate
	key  *ecdsa.PrivateKey

	mu     sync.Mutex
	leaves map[string]*tls.Certificate
}

// NewAuthority makes an authority with a key of its own. A nil clock is the real one.
func NewAuthority(now func() time.Time) (*Authority, error) {
	a := &Authority{now: now, leaves: map[string]*tls.Certificate{}}
	if now == nil {
		a.now = time.Now
	}
	var err error
	if a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, err
	}
	t := a.now()
	template := &x509.Certificate{
		Subject:   pkix.Name{CommonName: "Sluice emulator, local authority", Organization: []string{"Sluice"}},
		NotBefore: t.Add(-time.Hour), NotAfter: t.AddDate(authorityYears, 0, 0),
		KeyUsage: x509.KeyUsageCertSign, BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true,
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: []string{domain},
	}
	a.cert, err = a.sign(template, template, &a.key.PublicKey)
	return a, err
}

func (a *Authority) sign(template, parent *x509.Certificate, public *ecdsa.PublicKey) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, a.key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// OpenAuthority returns the authority that the two PEM files hold, and makes it
// where they are missing or its time is over. Only the owner reads the key.
func OpenAuthority(certFile, keyFile string, now func() time.Time) (*Authority, error) {
	a, err := loadAuthority(certFile, keyFile, now)
	if err == nil && a.now().Before(a.cert.NotAfter) {
		return a, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if a, err = NewAuthority(now); err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		return nil, err
	}
	if err := writePEM(keyFile, "PRIVATE KEY", der, 0o600); err != nil {
		return nil, err
	}
	return a, a.WriteCertificate(certFile)
}

func loadAuthority(certFile, keyFile string, now func() time.Time) (*Authority, error) {
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, fmt.Errorf("authority %s: %w", certFile, err)
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok || !pair.Leaf.IsCA {
		return nil, fmt.Errorf("authority %s: this is not the emulator's", certFile)
	}
	if err := os.Chmod(keyFile, 0o600); err != nil {
		return nil, err
	}
	a := &Authority{now: now, cert: pair.Leaf, key: key, leaves: map[string]*tls.Certificate{}}
	if now == nil {
		a.now = time.Now
	}
	return a, nil
}

// WriteCertificate writes the authority's certificate as PEM, for clients to trust.
func (a *Authority) WriteCertificate(file string) error {
	return writePEM(file, "CERTIFICATE", a.cert.Raw, 0o644)
}

// writePEM replaces a file; one that others could read does not keep its mode.
func writePEM(name, kind string, der []byte, mode fs.FileMode) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode)
}

// Certificate is the authority's own certificate.
func (a *Authority) Certificate() *x509.Certificate { return a.cert }

// leaf returns a certificate for a host.
func (a *Authority) leaf(host string) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.now()
	if c := a.leaves[host]; c != nil && t.Before(c.Leaf.NotAfter.Add(-time.Hour)) {
		return c, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	cert, err := a.sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: host}, DNSNames: []string{host}, NotBefore: t.Add(-time.Hour), NotAfter: t.Add(leafLifetime),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}, a.cert, &key.PublicKey)
	if err != nil {
		return nil, err
	}
	c := &tls.Certificate{Certificate: [][]byte{cert.Raw, a.cert.Raw}, PrivateKey: key, Leaf: cert}
	a.leaves[host] = c
	return c, nil
}
