package publickey

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
)

func certificate(t testing.TB, curve elliptic.Curve) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	x := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, x, x, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func TestFromCertificate(t *testing.T) {
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		if _, _, err := FromCertificate(certificate(t, curve)); err != nil {
			t.Errorf("%s: %v", curve.Params().Name, err)
		}
	}
	for name, bad := range map[string][]byte{
		"P-224": certificate(t, elliptic.P224()), "nothing": nil, "a key": []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
		"half": certificate(t, elliptic.P256())[:200],
	} {
		if _, text, err := FromCertificate(bad); err == nil {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// FuzzFromCertificate wants that what is taken from a certificate is taken again.
func FuzzFromCertificate(f *testing.F) {
	f.Add(string(certificate(f, elliptic.P256())))
	f.Add("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n")
	f.Fuzz(func(t *testing.T, data string) {
		_, text, err := FromCertificate([]byte(data))
		if err != nil {
			return
		}
		if _, err := Parse(text); err != nil || !strings.HasPrefix(text, "-----BEGIN PUBLIC KEY-----") {
			t.Errorf("%q: %v", text, err)
		}
	})
}
