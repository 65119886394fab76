package auth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha256" // PS256, ES256
	_ "crypto/sha512" // PS384, PS512, ES384, ES512
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"
)

// algorithm is a JWS algorithm that NetSuite accepts for a client assertion:
// RSASSA-PSS or ECDSA. RS256 is refused (Oracle help section_162790605110).
type algorithm struct {
	name string
	hash crypto.Hash
	size int // bytes of r and of s; 0 for RSA
}

var algorithms = []algorithm{
	{"PS256", crypto.SHA256, 0}, {"PS384", crypto.SHA384, 0}, {"PS512", crypto.SHA512, 0},
	{"ES256", crypto.SHA256, 32}, {"ES384", crypto.SHA384, 48}, {"ES512", crypto.SHA512, 66},
}

// chooseAlgorithm finds the algorithm for a key. An EC key has exactly one;
// an RSA key has three, of which PS256 is taken unless another is asked for.
func chooseAlgorithm(public crypto.PublicKey, want string) (algorithm, error) {
	var fits func(algorithm) bool
	switch k := public.(type) {
	case *rsa.PublicKey:
		if k.N.BitLen() < 3072 {
			return algorithm{}, fmt.Errorf("RSA key has %d bits: NetSuite wants 3072 or 4096", k.N.BitLen())
		}
		fits = func(a algorithm) bool { return a.size == 0 }
	case *ecdsa.PublicKey:
		size := (k.Params().BitSize + 7) / 8
		fits = func(a algorithm) bool { return a.size == size }
	default:
		return algorithm{}, fmt.Errorf("key type %T: NetSuite wants RSA or EC", public)
	}
	for _, a := range algorithms {
		if fits(a) && (want == "" || want == a.name) {
			return a, nil
		}
	}
	if want != "" {
		return algorithm{}, fmt.Errorf("algorithm %q does not fit the key, or NetSuite does not accept it", want)
	}
	return algorithm{}, errors.New("EC key: NetSuite wants the curve P-256, P-384 or P-521")
}

func (a algorithm) sign(key crypto.Signer, text string) ([]byte, error) {
	h := a.hash.New()
	h.Write([]byte(text))
	if a.size == 0 {
		return key.Sign(rand.Reader, h.Sum(nil), &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: a.hash})
	}
	der, err := key.Sign(rand.Reader, h.Sum(nil), a.hash)
	if err != nil {
		return nil, err
	}
	var pair struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &pair); err != nil {
		return nil, fmt.Errorf("ECDSA signature: %w", err)
	}
	out := make([]byte, 2*a.size) // JWS wants r and s side by side, RFC 7518 section 3.4
	pair.R.FillBytes(out[:a.size])
	pair.S.FillBytes(out[a.size:])
	return out, nil
}

// assertionLife stays clear of the hour at which NetSuite draws the line.
const assertionLife = 50 * time.Minute

// assertion builds the signed JWT that is exchanged for an access token.
// The scope is an array, as in Oracle's sample (help section_162790605110).
func (c *ClientCredentials) assertion(at time.Time) (string, error) {
	header, err := json.Marshal(struct {
		Alg string `json:"alg"`
		Typ string `json:"typ"`
		Kid string `json:"kid"`
	}{c.alg.name, "JWT", c.opts.CertificateID})
	if err != nil {
		return "", err
	}
	claims, err := json.Marshal(struct {
		Iss   string   `json:"iss"`
		Scope []string `json:"scope"`
		Aud   string   `json:"aud"`
		Iat   int64    `json:"iat"`
		Exp   int64    `json:"exp"`
		Jti   string   `json:"jti"`
	}{c.opts.ClientID, c.opts.Scopes, c.opts.TokenURL, at.Unix(), at.Add(assertionLife).Unix(), c.nonce()})
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	text := encode(header) + "." + encode(claims)
	signature, err := c.alg.sign(c.opts.Key, text)
	if err != nil {
		return "", fmt.Errorf("sign assertion: %w", err)
	}
	return text + "." + encode(signature), nil
}

// ParsePrivateKey reads a PEM private key: PKCS #8, PKCS #1 or SEC 1.
func ParsePrivateKey(text Secret) (crypto.Signer, error) {
	rest := []byte(text.Reveal())
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return nil, errors.New("private key: no PEM block of a private key found (an encrypted key must be decrypted first)")
		}
		switch block.Type {
		case "PRIVATE KEY":
			key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
			if err != nil {
				return nil, fmt.Errorf("private key: %w", err)
			}
			signer, ok := key.(crypto.Signer)
			if !ok {
				return nil, fmt.Errorf("private key: type %T cannot sign", key)
			}
			return signer, nil
		case "RSA PRIVATE KEY":
			return x509.ParsePKCS1PrivateKey(block.Bytes)
		case "EC PRIVATE KEY":
			return x509.ParseECPrivateKey(block.Bytes)
		}
	}
}
