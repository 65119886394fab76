// Package publickey reads the keys of OAuth 2.0 client credentials. NetSuite takes
// RSA with 3072 or 4096 bits, and EC on P-256, P-384 or P-521 (Oracle help,
// section_162686838198).
package publickey

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// Parse reads a PEM block of a public key (PKIX).
func Parse(text string) (any, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("no PEM block")
	}
	pub, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	return pub, check(pub)
}

func check(pub any) error {
	switch k := pub.(type) {
	case *rsa.PublicKey:
		if n := k.N.BitLen(); n != 3072 && n != 4096 {
			return fmt.Errorf("RSA key of %d bits, want 3072 or 4096", n)
		}
	case *ecdsa.PublicKey:
		if n := k.Curve.Params().BitSize; n != 256 && n != 384 && n != 521 {
			return fmt.Errorf("EC key on %s, want P-256, P-384 or P-521", k.Curve.Params().Name)
		}
	default:
		return fmt.Errorf("key of type %T, want RSA or EC", pub)
	}
	return nil
}

// FromCertificate reads an X.509 certificate in PEM form and returns its public
// key as Parse reads it.
func FromCertificate(data []byte) (*x509.Certificate, string, error) {
	block, _ := pem.Decode(data)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, "", errors.New("no PEM certificate")
	}
	x, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, "", err
	}
	if err := check(x.PublicKey); err != nil {
		return nil, "", err
	}
	der, err := x509.MarshalPKIXPublicKey(x.PublicKey)
	if err != nil {
		return nil, "", err
	}
	return x, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), nil
}
