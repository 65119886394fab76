package oidc

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// liar is an OpenID provider that can be told to answer anything. Honest ones are tried
// with a provider that others wrote, in web/e2e.
type liar struct {
	*httptest.Server
	mu       sync.Mutex
	key      *rsa.PrivateKey
	kid      string
	claims   map[string]any // over those that an honest one would give
	header   map[string]any // over that of an honest one's token
	info     map[string]any // what the user info endpoint answers; nil for none
	discover map[string]any
	sign     func(signed string) []byte // nil signs with the key
	down     bool
	asked    url.Values // the last token request
	nonce    string     // of the last sign-in
}

// keys are three, made once: each takes a while.
var keys = sync.OnceValue(func() []*rsa.PrivateKey {
	var list []*rsa.PrivateKey
	for range 3 {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(fmt.Sprint("a key: ", err))
		}
		list = append(list, key)
	}
	return list
})

func newLiar(t *testing.T) *liar {
	l := &liar{key: keys()[0], kid: "first"}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", l.answer(func(*http.Request) any {
		said := map[string]any{"issuer": l.URL, "authorization_endpoint": l.URL + "/auth", "token_endpoint": l.URL + "/token", "jwks_uri": l.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"}, "end_session_endpoint": l.URL + "/end"}
		if l.info != nil {
			said["userinfo_endpoint"] = l.URL + "/info"
		}
		maps.Copy(said, l.discover)
		return said
	}))
	mux.HandleFunc("GET /keys", l.answer(func(*http.Request) any {
		e := big.NewInt(int64(l.key.E)).Bytes()
		return map[string]any{"keys": []any{map[string]any{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": l.kid,
			"n": base64.RawURLEncoding.EncodeToString(l.key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(e)}}}
	}))
	mux.HandleFunc("GET /info", l.answer(func(*http.Request) any { return l.info }))
	mux.HandleFunc("POST /token", l.answer(func(r *http.Request) any {
		_ = r.ParseForm() // what is not there is found out by the tests
		l.asked = r.PostForm
		return map[string]any{"access_token": "made-up", "token_type": "Bearer", "id_token": l.token()}
	}))
	l.Server = httptest.NewServer(mux)
	t.Cleanup(l.Close)
	return l
}

func (l *liar) answer(f func(*http.Request) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.down {
			http.Error(w, "no", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(f(r)) // whoever asked finds out
	}
}

// token makes an ID token.
func (l *liar) token() string {
	header := map[string]any{"alg": "RS256", "kid": l.kid}
	maps.Copy(header, l.header)
	claims := map[string]any{"iss": l.URL, "sub": "s1", "aud": "sluice", "nonce": l.nonce, "exp": noon.Add(5 * time.Minute).Unix(), "iat": noon.Unix(),
		"email": "ann@example.com", "email_verified": true, "name": "Ann"}
	for name, value := range l.claims {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	part := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return base64.RawURLEncoding.EncodeToString(text)
	}
	signed := part(header) + "." + part(claims)
	sign := l.sign
	if sign == nil {
		sign = l.signed
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(sign(signed))
}

func (l *liar) signed(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, l.key, crypto.SHA256, sum[:])
	if err != nil {
		panic(fmt.Sprint("signing: ", err))
	}
	return signature
}

// set changes what it says.
func (l *liar) set(change func(l *liar)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(l)
}
