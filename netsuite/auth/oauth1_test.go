package auth

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

type vectorFile struct {
	Keys      struct{ ConsumerKey, ConsumerSecret, Token, TokenSecret, Nonce string }
	Timestamp int64
	Vectors   []struct {
		ID, Method, URL, Realm, Algorithm, Base, Signature string
		SOAP                                               bool
	}
}

func vectors(t testing.TB) vectorFile {
	t.Helper()
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var f vectorFile
	if err := json.Unmarshal(data, &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Vectors) < 10 {
		t.Fatalf("%d vectors, want the whole file", len(f.Vectors))
	}
	return f
}

func TestSignaturesMatchPublishedVectors(t *testing.T) {
	f := vectors(t)
	for _, v := range f.Vectors {
		t.Run(v.ID, func(t *testing.T) {
			k := f.Keys
			var base, signature string
			var err error
			if v.SOAP {
				var s SignedPassport
				s, err = SignPassport(Passport{Account: v.Realm, ConsumerKey: k.ConsumerKey, ConsumerSecret: NewSecret(k.ConsumerSecret),
					Token: k.Token, TokenSecret: NewSecret(k.TokenSecret), Nonce: k.Nonce, Timestamp: f.Timestamp})
				base, signature = s.BaseString, s.Signature
			} else {
				var s Signed
				s, err = SignOAuth1(Signing{Method: v.Method, URL: v.URL, Realm: v.Realm, ConsumerKey: k.ConsumerKey,
					ConsumerSecret: NewSecret(k.ConsumerSecret), Token: k.Token, TokenSecret: NewSecret(k.TokenSecret),
					Nonce: k.Nonce, Timestamp: f.Timestamp, Algorithm: v.Algorithm})
				base, signature = s.BaseString, s.Signature
				if err == nil && !strings.Contains(s.Header, `oauth_signature="`+url.QueryEscape(v.Signature)+`"`) {
					t.Errorf("header %s lacks the encoded signature", s.Header)
				}
			}
			if v.Algorithm == "HMAC-SHA1" {
				if !errors.Is(err, ErrAlgorithm) {
					t.Fatalf("HMAC-SHA1 was not refused: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if base != v.Base {
				t.Errorf("base string\n got %s\nwant %s", base, v.Base)
			}
			if signature != v.Signature {
				t.Errorf("signature %s, want %s", signature, v.Signature)
			}
		})
	}
}

// RFC 5849 section 3.4.1.1, whose parameters come from header, query and form:
// spaces, empty values, a name that is encoded, duplicates.
func TestBaseStringOfRFC5849(t *testing.T) {
	u, err := url.Parse("http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b")
	if err != nil {
		t.Fatal(err)
	}
	params, err := queryParams(u.RawQuery)
	if err != nil {
		t.Fatal(err)
	}
	params = append(params, param{"oauth_consumer_key", "9djdj82h48djs9d2"}, param{"oauth_token", "kkk9d7dh3k39sjv7"},
		param{"oauth_signature_method", "HMAC-SHA1"}, param{"oauth_timestamp", "137131201"}, param{"oauth_nonce", "7d8f3e4a"},
		param{"c2", ""}, param{"a3", "2 q"})
	want := "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D" +
		"%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1" +
		"%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
	if got := baseString("post", u, params); got != want {
		t.Errorf("base string\n got %s\nwant %s", got, want)
	}
}

func TestBaseURL(t *testing.T) {
	for in, want := range map[string]string{
		"HTTPS://1234567-SB1.Suitetalk.API.netsuite.com:443/Services/rest": "https://1234567-sb1.suitetalk.api.netsuite.com/Services/rest",
		"http://127.0.0.1:8080/rest?x=1#frag":                              "http://127.0.0.1:8080/rest",
		"http://localhost:80":                                              "http://localhost/",
		"https://localhost:80/a%20b/%C3%A9":                                "https://localhost:80/a%20b/%C3%A9",
	} {
		u, err := url.Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := baseURL(u); got != want {
			t.Errorf("baseURL(%s) = %s, want %s", in, got, want)
		}
	}
}

// The first step of the three-step flow signs callback and role without a
// token; the callback is encoded twice in the base string.
func TestThreeStepParametersAreSignedAndSent(t *testing.T) {
	signed, err := SignOAuth1(Signing{Method: "POST", URL: "https://1234567.restlets.api.netsuite.com/rest/requesttoken",
		ConsumerKey: "made-up-key", ConsumerSecret: NewSecret("made-up-secret"), Nonce: "abcdefgh", Timestamp: 1,
		Callback: "http://localhost:8080/cb?a=b", Role: "3"})
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"oauth_callback%3Dhttp%253A%252F%252Flocalhost%253A8080%252Fcb%253Fa%253Db", "role%3D3"} {
		if !strings.Contains(signed.BaseString, part) {
			t.Errorf("base string %s lacks %s", signed.BaseString, part)
		}
	}
	for _, part := range []string{`oauth_callback="http%3A%2F%2Flocalhost%3A8080%2Fcb%3Fa%3Db"`, `role="3"`} {
		if !strings.Contains(signed.Header, part) {
			t.Errorf("header %s lacks %s", signed.Header, part)
		}
	}
	if strings.Contains(signed.Header, "realm") || strings.Contains(signed.BaseString, "oauth_token") {
		t.Error("an empty realm or token was sent")
	}
}

func TestSigningReportsAllProblemsAtOnce(t *testing.T) {
	_, err := SignOAuth1(Signing{URL: "/relative", Algorithm: "HMAC-SHA1", Token: "t"})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"url:", "method:", "consumer key:", "consumer secret:", "token secret:", "nonce:", "timestamp:", "algorithm"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q lacks %q", err, want)
		}
	}
	_, err = SignPassport(Passport{Algorithm: "HMAC_SHA1"})
	for _, want := range []string{"account:", "token secret:", "nonce:", "algorithm"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v lacks %q", err, want)
		}
	}
}

func TestTBASignsEachRequestAnew(t *testing.T) {
	nonces := []string{"nonce-one", "nonce-two"}
	tba := &TBA{Realm: "1234567_SB1", ConsumerKey: "ck", ConsumerSecret: NewSecret("made-up"), TokenID: "t", TokenSecret: NewSecret("made-up"),
		Clock: func() time.Time { return time.Unix(1700000000, 0) },
		Nonce: func() string { n := nonces[0]; nonces = nonces[1:]; return n }}
	var headers []string
	for range 2 {
		r, err := http.NewRequestWithContext(t.Context(), "GET", "https://1234567-sb1.suitetalk.api.netsuite.com/x?limit=5", nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := tba.Authenticate(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		h := r.Header.Get("Authorization")
		if strings.Contains(h, "limit") {
			t.Errorf("query copied into the header, which NetSuite refuses: %s", h)
		}
		headers = append(headers, h)
	}
	if headers[0] == headers[1] || !strings.HasPrefix(headers[0], `OAuth realm="1234567_SB1", `) {
		t.Errorf("headers %q", headers)
	}
}

func TestPassportIsFreshEachTime(t *testing.T) {
	tba := &TBA{Realm: "1234567_SB1", ConsumerKey: "ck", ConsumerSecret: NewSecret("made-up"), TokenID: "t", TokenSecret: NewSecret("made-up")}
	a, b := tba.Passport(), tba.Passport()
	if a.Nonce == b.Nonce || a.Account != "1234567_SB1" {
		t.Errorf("passports %+v, %+v", a, b)
	}
	x, errX := SignPassport(a)
	y, errY := SignPassport(b)
	if errX != nil || errY != nil || x.Signature == y.Signature || x.Algorithm != "HMAC-SHA256" {
		t.Errorf("%+v %v, %+v %v", x, errX, y, errY)
	}
}

func TestNonceIsLongAndPlain(t *testing.T) {
	a, b := NewNonce(), NewNonce()
	if a == b || len(a) < 20 || len(a) > 64 || strings.Trim(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		t.Errorf("nonces %q, %q", a, b)
	}
}

// FuzzBaseString checks what RFC 5849 promises of any query: the order in which
// parameters are sent does not matter, and decoding gives them back.
func FuzzBaseString(f *testing.F) {
	f.Add("b=2&a=1&a=&c%40=r%20b", "POST")
	f.Add("q=companyName+IS+%22%C3%A9%22", "GET")
	f.Fuzz(func(t *testing.T, query, method string) {
		params, err := queryParams(query)
		if err != nil {
			return
		}
		u := &url.URL{Scheme: "https", Host: "h", Path: "/p"}
		base := baseString(method, u, params)
		turned := slices.Clone(params)
		slices.Reverse(turned)
		if other := baseString(method, u, turned); other != base {
			t.Fatalf("order matters:\n%s\n%s", base, other)
		}
		parts := strings.Split(base, "&")
		joined, err := url.PathUnescape(parts[len(parts)-1])
		if err != nil || (method == "GET" && len(parts) != 3) {
			t.Fatalf("base string %q: %v", base, err)
		}
		var back []param
		for pair := range strings.SplitSeq(joined, "&") {
			name, value, _ := strings.Cut(pair, "=")
			n, errN := url.PathUnescape(name)
			v, errV := url.PathUnescape(value)
			if errN != nil || errV != nil {
				t.Fatalf("pair %q cannot be decoded", pair)
			}
			if len(params) > 0 {
				back = append(back, param{n, v})
			}
		}
		if len(back) != len(params) {
			t.Fatalf("%d parameters became %d", len(params), len(back))
		}
		for _, p := range params {
			if !slices.Contains(back, p) {
				t.Fatalf("%q is lost in %q", p, joined)
			}
		}
	})
}
