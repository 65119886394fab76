package account

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// noon is the time on the test accounts' clocks.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// signer writes OAuth headers from RFC 5849 with none of the code under test:
// net/url encodes, and parameters are sorted as one list of strings.
type signer struct {
	realm, key, secret, token, tokenSecret string
	params                                 map[string]string // overrides; "-" leaves out
	breakHeader                            func(string) string
	breakSignature                         bool
}

func encode(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

func (s signer) sign(r *http.Request, at time.Time, nonce string) {
	p := map[string]string{
		"oauth_consumer_key": s.key, "oauth_token": s.token, "oauth_nonce": nonce, "oauth_version": "1.0",
		"oauth_timestamp": fmt.Sprint(at.Unix()), "oauth_signature_method": "HMAC-SHA256",
	}
	for k, v := range s.params {
		p[k] = v
		if v == "-" {
			delete(p, k)
		}
	}
	var pairs, header []string
	for k, v := range p {
		pairs = append(pairs, encode(k)+"="+encode(v))
		header = append(header, fmt.Sprintf(`%s="%s"`, k, encode(v)))
	}
	for k, vs := range r.URL.Query() {
		for _, v := range vs {
			pairs = append(pairs, encode(k)+"="+encode(v))
		}
	}
	slices.Sort(pairs)
	base := r.Method + "&" + encode("http://"+r.Host+r.URL.EscapedPath()) + "&" + encode(strings.Join(pairs, "&"))
	mac := hmac.New(sha256.New, []byte(encode(s.secret)+"&"+encode(s.tokenSecret)))
	mac.Write([]byte(base))
	sig := mac.Sum(nil)
	if s.breakSignature {
		sig[0] ^= 1
	}
	header = append(header, fmt.Sprintf(`oauth_signature="%s"`, encode(base64.StdEncoding.EncodeToString(sig))))
	if s.realm != "-" {
		header = append(header, fmt.Sprintf(`realm="%s"`, s.realm))
	}
	h := "OAuth " + strings.Join(header, ", ")
	if s.breakHeader != nil {
		h = s.breakHeader(h)
	}
	r.Header.Set("Authorization", h)
}

// fixture is a seeded account with a clock that stands, and a working signer.
type fixture struct {
	*Account
	now    time.Time
	client signer
	nonces int
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	f := &fixture{now: noon}
	a, err := New(Seed("1234567_SB1", 7), Options{Now: func() time.Time { return f.now }})
	if err != nil {
		t.Fatal(err)
	}
	f.Account = a
	f.client = clientOf(a)
	return f
}

func clientOf(a *Account) signer {
	i, k := a.Setup().Integration(SeedIntegration), a.Setup().Token(SeedToken)
	return signer{realm: a.ID(), key: i.ConsumerKey, secret: i.ConsumerSecret, token: k.Token, tokenSecret: k.Secret}
}

// request returns a signed request with a nonce of its own.
func (f *fixture) request(method, target string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	f.client.sign(r, f.now, f.nonce())
	return r
}

func (f *fixture) nonce() string {
	f.nonces++
	return fmt.Sprintf("nonce%015d", f.nonces)
}

const restURL = "http://localhost:8080/services/rest/record/v1/customer?limit=5&q=name%20IS%20%22A%20%26%20B%22"
