package auth

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 3072)
	if err != nil {
		panic(err)
	}
	return key
})

func ecKey(t testing.TB, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// tokenServer answers like NetSuite's token endpoint and counts.
type tokenServer struct {
	*httptest.Server
	fetches atomic.Int64
	answer  func(n int64, w http.ResponseWriter, r *http.Request)
}

func newTokenServer(t *testing.T) *tokenServer {
	s := &tokenServer{answer: func(n int64, w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"access_token":"made-up-%d","expires_in":"3600","token_type":"Bearer"}`, n)
	}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.answer(s.fetches.Add(1), w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func newCredentials(t *testing.T, s *tokenServer, key crypto.Signer, change func(*ClientCredentialsOptions)) (*ClientCredentials, *clock) {
	t.Helper()
	c := &clock{at: time.Unix(1800000000, 0)}
	o := ClientCredentialsOptions{TokenURL: s.URL + TokenPath, ClientID: "made-up-client", CertificateID: "made-up-cert", Key: key, Clock: c.now}
	if change != nil {
		change(&o)
	}
	credentials, err := NewClientCredentials(o)
	if err != nil {
		t.Fatal(err)
	}
	return credentials, c
}

func bearer(t *testing.T, a *ClientCredentials) (string, *http.Request) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", "https://example.com/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Authenticate(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	return r.Header.Get("Authorization"), r
}

// The assertion is checked with the standard library's verifiers, not with the
// code that made it.
func TestAssertion(t *testing.T) {
	for _, c := range []struct {
		name string
		key  crypto.Signer
		want string
		hash crypto.Hash
	}{
		{"", rsaKey(), "PS256", crypto.SHA256},
		{"PS384", rsaKey(), "PS384", crypto.SHA384},
		{"PS512", rsaKey(), "PS512", crypto.SHA512},
		{"", ecKey(t, elliptic.P256()), "ES256", crypto.SHA256},
		{"", ecKey(t, elliptic.P384()), "ES384", crypto.SHA384},
		{"ES512", ecKey(t, elliptic.P521()), "ES512", crypto.SHA512},
	} {
		t.Run(c.want, func(t *testing.T) {
			s := newTokenServer(t)
			var form map[string][]string
			s.answer = func(_ int64, w http.ResponseWriter, r *http.Request) {
				if err := r.ParseForm(); err != nil {
					t.Error(err)
				}
				form = r.PostForm
				fmt.Fprint(w, `{"access_token":"made-up","expires_in":3600}`)
			}
			a, _ := newCredentials(t, s, c.key, func(o *ClientCredentialsOptions) { o.Algorithm = c.name })
			if got, _ := bearer(t, a); got != "Bearer made-up" {
				t.Fatalf("Authorization %q", got)
			}
			if form["grant_type"][0] != "client_credentials" || form["client_assertion_type"][0] != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
				t.Errorf("form %v", form)
			}
			parts := strings.Split(form["client_assertion"][0], ".")
			var header, claims map[string]any
			decodePart(t, parts[0], &header)
			decodePart(t, parts[1], &claims)
			if header["alg"] != c.want || header["typ"] != "JWT" || header["kid"] != "made-up-cert" {
				t.Errorf("header %v", header)
			}
			life := claims["exp"].(float64) - claims["iat"].(float64)
			scope, _ := json.Marshal(claims["scope"])
			if claims["iss"] != "made-up-client" || claims["aud"] != s.URL+TokenPath || claims["iat"] != 1.8e9 || life <= 0 || life > 3000 ||
				string(scope) != `["rest_webservices","restlets"]` || claims["jti"] == "" {
				t.Errorf("claims %v", claims)
			}
			signature, err := base64.RawURLEncoding.DecodeString(parts[2])
			if err != nil {
				t.Fatal(err)
			}
			h := c.hash.New()
			h.Write([]byte(parts[0] + "." + parts[1]))
			if !verify(c.key.Public(), c.hash, h.Sum(nil), signature) {
				t.Error("the signature does not verify")
			}
		})
	}
}

func decodePart(t *testing.T, part string, to any) {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, to); err != nil {
		t.Fatal(err)
	}
}

func verify(public crypto.PublicKey, hash crypto.Hash, digest, signature []byte) bool {
	switch k := public.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPSS(k, hash, digest, signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}) == nil
	case *ecdsa.PublicKey:
		half := len(signature) / 2
		return ecdsa.Verify(k, digest, new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:]))
	}
	return false
}

func TestTokenIsSharedAndRenewed(t *testing.T) {
	s := newTokenServer(t)
	a, c := newCredentials(t, s, ecKey(t, elliptic.P256()), nil)
	step := func(advance time.Duration, want string) {
		t.Helper()
		c.advance(advance)
		if got, _ := bearer(t, a); got != "Bearer "+want {
			t.Errorf("after %s: %q, want %s", advance, got, want)
		}
	}
	step(0, "made-up-1")
	step(49*time.Minute, "made-up-1")
	step(2*time.Minute, "made-up-2") // 51 minutes: before the end
	s.answer = func(_ int64, w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "down", http.StatusServiceUnavailable)
	}
	step(55*time.Minute, "made-up-2") // renewal fails, the token still holds
	c.advance(10 * time.Minute)
	var refused *TokenError
	r, _ := http.NewRequest("GET", "https://example.com/", nil)
	if err := a.Authenticate(t.Context(), r); !errors.As(err, &refused) || refused.Status != 503 {
		t.Errorf("past its end: %v", err)
	}
}

// Fifty callers want a token while the endpoint is slow: one fetch. With the
// pending field ignored in current, this fails.
func TestOneFetchForAllWaiters(t *testing.T) {
	s := newTokenServer(t)
	arrived, open := make(chan struct{}), make(chan struct{})
	s.answer = func(n int64, w http.ResponseWriter, _ *http.Request) {
		if n == 1 {
			close(arrived)
		}
		<-open
		fmt.Fprint(w, `{"access_token":"made-up","expires_in":3600}`)
	}
	a, _ := newCredentials(t, s, ecKey(t, elliptic.P256()), nil)

	// The first caller gives up; the others must not notice.
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() {
		r, _ := http.NewRequest("GET", "https://example.com/", nil)
		first <- a.Authenticate(ctx, r)
	}()
	<-arrived
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled caller: %v", err)
	}
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			r, _ := http.NewRequest("GET", "https://example.com/", nil)
			if err := a.Authenticate(context.Background(), r); err != nil {
				t.Error(err)
			}
		})
	}
	close(open)
	wg.Wait()
	if n := s.fetches.Load(); n != 1 {
		t.Errorf("%d fetches", n)
	}
}

func TestRejectedDropsOnlyTheTokenThatWasRefused(t *testing.T) {
	s := newTokenServer(t)
	a, c := newCredentials(t, s, ecKey(t, elliptic.P256()), nil)
	_, old := bearer(t, a)
	invalid := http.Header{"Www-Authenticate": {`Bearer realm="123456", error="invalid_token", error_description="Invalid login attempt."`}}
	if a.Rejected(old, http.Header{"Www-Authenticate": {`Bearer error="insufficient_scope"`}}) {
		t.Error("another error asks for a new token")
	}
	if !a.Rejected(old, invalid) {
		t.Fatal("invalid_token does not ask for a new token")
	}
	if got, _ := bearer(t, a); got != "Bearer made-up-2" {
		t.Errorf("after the refusal: %s", got)
	}
	if !a.Rejected(old, invalid) {
		t.Error("a late refusal of the old token does not ask to try the new one")
	}
	c.advance(time.Minute)
	if got, _ := bearer(t, a); got != "Bearer made-up-2" {
		t.Errorf("a late refusal of the old token dropped the new one: %s", got)
	}
}

func TestTokenErrors(t *testing.T) {
	for _, c := range []struct {
		status     int
		body, code string
	}{
		{401, `{"error":"invalid_client"}`, "invalid_client"},
		{400, `{"error":"invalid_grant","error_description":"expired"}`, "invalid_grant"},
		{503, `<html>maintenance</html>`, ""},
		{200, `{}`, ""},
		{302, ``, ""},
	} {
		s := newTokenServer(t)
		s.answer = func(_ int64, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://127.0.0.1:1/elsewhere")
			w.WriteHeader(c.status)
			fmt.Fprint(w, c.body)
		}
		a, _ := newCredentials(t, s, ecKey(t, elliptic.P256()), nil)
		r, _ := http.NewRequest("GET", "https://example.com/", nil)
		err := a.Authenticate(t.Context(), r)
		var refused *TokenError
		if !errors.As(err, &refused) || refused.Status != c.status || refused.Code != c.code || refused.ServerTime.IsZero() {
			t.Errorf("%d %s: %v", c.status, c.body, err)
		}
		if s.fetches.Load() != 1 {
			t.Errorf("%d: %d requests: a redirect was followed", c.status, s.fetches.Load())
		}
	}
}

func TestNewClientCredentialsReportsAllProblems(t *testing.T) {
	_, err := NewClientCredentials(ClientCredentialsOptions{})
	for _, want := range []string{"token URL", "client ID", "certificate ID", "private key"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v lacks %q", err, want)
		}
	}
	small, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]ClientCredentialsOptions{
		"2048 bits":  {Key: small},
		`"RS256"`:    {Key: rsaKey(), Algorithm: "RS256"},
		`"ES384"`:    {Key: ecKey(t, elliptic.P256()), Algorithm: "ES384"},
		"curve P-25": {Key: ecKey(t, elliptic.P224())},
	} {
		o.TokenURL, o.ClientID, o.CertificateID = "https://example.com/t", "c", "k"
		if _, err := NewClientCredentials(o); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParsePrivateKey(t *testing.T) {
	ec := ecKey(t, elliptic.P256())
	pkcs8, err := x509.MarshalPKCS8PrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	for kind, der := range map[string][]byte{"PRIVATE KEY": pkcs8, "EC PRIVATE KEY": sec1, "RSA PRIVATE KEY": x509.MarshalPKCS1PrivateKey(rsaKey())} {
		text := "noise\n" + string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
		if key, err := ParsePrivateKey(NewSecret(text)); err != nil || key == nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	bad := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("junk")}))
	for _, text := range []string{"", "junk", bad} {
		if _, err := ParsePrivateKey(NewSecret(text)); err == nil {
			t.Errorf("%q: no error", text)
		}
	}
}
