package credential

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
)

// Kinds of key that NetSuite takes for OAuth 2.0 (Oracle help, subsect_162755332391).
const (
	algorithmEC256   = "ec-p256"
	algorithmRSA3072 = "rsa-3072"
	algorithmRSA4096 = "rsa-4096"
)

// maxCertificateDays is how long NetSuite lets a certificate live; it cuts longer ones.
const maxCertificateDays = 730

// made is a key with its certificate, both as PEM.
type made struct {
	key         sluice.Secret
	certificate string
	fingerprint string
	ends        time.Time
}

// makeCertificate makes a key and signs its certificate with it. NetSuite asks for
// no other signature: the upload is what it trusts.
func makeCertificate(algorithm string, days int, name string, now time.Time) (*made, error) {
	key, err := makeKey(algorithm)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	begins := now.UTC().Truncate(time.Second)
	t := &x509.Certificate{SerialNumber: serial.Add(serial, big.NewInt(1)), Subject: pkix.Name{CommonName: "sluice " + name},
		NotBefore: begins, NotAfter: begins.AddDate(0, 0, days), KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("private key: %w", err)
	}
	sum := sha256.Sum256(der)
	return &made{
		key:         sluice.NewSecret(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))),
		certificate: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		fingerprint: strings.ToUpper(hex.EncodeToString(sum[:])),
		ends:        t.NotAfter,
	}, nil
}

func makeKey(algorithm string) (crypto.Signer, error) {
	switch algorithm {
	case algorithmEC256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case algorithmRSA3072:
		return rsa.GenerateKey(rand.Reader, 3072)
	case algorithmRSA4096:
		return rsa.GenerateKey(rand.Reader, 4096)
	}
	return nil, sluice.Errorf("oauth2.algorithm", "there is no kind of key %q", algorithm).At("algorithm").
		Fix("Use one of " + strings.Join([]string{algorithmEC256, algorithmRSA3072, algorithmRSA4096}, ", "))
}
