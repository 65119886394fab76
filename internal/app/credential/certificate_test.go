package credential

import (
	"crypto/x509"
	"encoding/pem"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite/auth"
)

// Certificates are what NetSuite takes, and their keys what the client signs with.
func TestMakeCertificate(t *testing.T) {
	now := time.Date(2026, 5, 1, 10, 0, 0, 500, time.UTC)
	for _, algorithm := range []string{algorithmEC256, algorithmRSA3072} {
		m, err := makeCertificate(algorithm, maxCertificateDays, "netsuite", now)
		if err != nil {
			t.Fatal(err)
		}
		block, rest := pem.Decode([]byte(m.certificate))
		if block == nil || block.Type != "CERTIFICATE" || len(rest) != 0 {
			t.Fatalf("%s: %s", algorithm, m.certificate)
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		if err := cert.CheckSignature(cert.SignatureAlgorithm, cert.RawTBSCertificate, cert.Signature); err != nil {
			t.Errorf("%s: %v", algorithm, err)
		}
		if cert.NotBefore.After(now) || cert.NotAfter.After(now.AddDate(2, 0, 0)) || !cert.NotAfter.Equal(m.ends) || cert.Subject.CommonName != "sluice netsuite" {
			t.Errorf("%s: %s from %s to %s", algorithm, cert.Subject, cert.NotBefore, cert.NotAfter)
		}
		key, err := auth.ParsePrivateKey(auth.NewSecret(m.key.Reveal()))
		if err != nil {
			t.Fatal(err)
		}
		if equal, ok := key.Public().(interface{ Equal(x any) bool }); ok && !equal.Equal(cert.PublicKey) {
			t.Errorf("%s: the key is not the certificate's", algorithm)
		}
		if _, err := auth.NewClientCredentials(auth.ClientCredentialsOptions{TokenURL: "https://x.example/", ClientID: "a", CertificateID: "b", Key: key}); err != nil {
			t.Errorf("%s: %v", algorithm, err)
		}
	}
	if _, err := makeCertificate("rsa-2048", 1, "x", now); sluice.ErrorCode(err) != "oauth2.algorithm" {
		t.Errorf("a key that NetSuite refuses: %v", err)
	}
}

func TestBetween(t *testing.T) {
	for _, c := range []struct {
		before, number, after string
		want                  bool
	}{{"5", "7", "9", true}, {"9", "7", "5", true}, {"5", "5", "5", true}, {"5", "4", "9", false}, {"refused", "7", "9", false}, {"5", "", "9", false}} {
		if got := between(c.before, c.number, c.after); got != c.want {
			t.Errorf("%s, %s, %s: %v", c.before, c.number, c.after, got)
		}
	}
}
