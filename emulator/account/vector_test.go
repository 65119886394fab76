package account

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/account/internal/oauth1"
)

type vectorFile struct {
	Keys struct {
		ConsumerKey, ConsumerSecret, Token, TokenSecret, Nonce, Timestamp string
	} `json:"keys"`
	Vectors []struct {
		ID, Kind, Method, URL, Realm, Algorithm, Version, BaseString, Signature string
	} `json:"vectors"`
}

func readVectors(t testing.TB) *vectorFile {
	t.Helper()
	data, err := os.ReadFile("testdata/tba.json")
	if err != nil {
		t.Fatal(err)
	}
	var f vectorFile
	if err := json.Unmarshal(data, &f); err != nil {
		t.Fatal(err)
	}
	return &f
}

// vectorAccount holds the published sample keys in the account id.
func vectorAccount(t testing.TB, f *vectorFile, id string) *Account {
	s := Seed(id, 0)
	s.Integrations[0].ConsumerKey, s.Integrations[0].ConsumerSecret = f.Keys.ConsumerKey, f.Keys.ConsumerSecret
	s.Tokens[0].Token, s.Tokens[0].Secret = f.Keys.Token, f.Keys.TokenSecret
	sec, err := strconv.ParseInt(f.Keys.Timestamp, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(s, Options{Now: func() time.Time { return time.Unix(sec, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestVectors logs in with every published signature, in Oracle's parameter
// order and in the opposite one. The one with HMAC-SHA1 must be refused.
func TestVectors(t *testing.T) {
	f := readVectors(t)
	for _, v := range f.Vectors {
		t.Run(v.ID, func(t *testing.T) {
			if v.Kind == "soap" {
				p := Passport{v.Realm, f.Keys.ConsumerKey, f.Keys.Token, f.Keys.Nonce, f.Keys.Timestamp, v.Signature + "\n", v.Algorithm}
				if got := p.base(); got != v.BaseString {
					t.Errorf("base string\n%s, want\n%s", got, v.BaseString)
				}
				if _, refused := vectorAccount(t, f, v.Realm).LoginPassport(p, "", ""); refused != nil {
					t.Errorf("refused: %s", refused.Detail)
				}
				return
			}
			header := []string{
				`realm="` + v.Realm + `"`, `oauth_consumer_key="` + f.Keys.ConsumerKey + `"`, `oauth_token="` + f.Keys.Token + `"`,
				`oauth_nonce="` + f.Keys.Nonce + `"`, `oauth_timestamp="` + f.Keys.Timestamp + `"`,
				`oauth_signature_method="` + v.Algorithm + `"`, `oauth_version="` + v.Version + `"`,
				`oauth_signature="` + url.QueryEscape(v.Signature) + `"`,
			}
			want := ""
			if v.Algorithm == "HMAC-SHA1" {
				want = "UnknownAlgorithm"
			}
			for order := range 2 {
				if order == 1 {
					for i, j := 0, len(header)-1; i < j; i, j = i+1, j-1 {
						header[i], header[j] = header[j], header[i]
					}
				}
				r := httptest.NewRequest(v.Method, v.URL, nil)
				r.Header.Set("Authorization", "OAuth "+strings.Join(header, []string{", ", ","}[order]))
				_, refused := vectorAccount(t, f, v.Realm).Login(r, RESTlet)
				if got := detailOf(refused); got != want {
					t.Errorf("order %d: %q, want %q", order, got, want)
				}
			}
			checkBase(t, f, v.Method, v.URL, v.Algorithm, v.Version, v.BaseString)
		})
	}
}

func checkBase(t *testing.T, f *vectorFile, method, target, algorithm, version, want string) {
	t.Helper()
	r := httptest.NewRequest(method, target, nil)
	params, err := oauth1.SignedParams(r)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"oauth_consumer_key": f.Keys.ConsumerKey, "oauth_token": f.Keys.Token, "oauth_nonce": f.Keys.Nonce,
		"oauth_timestamp": f.Keys.Timestamp, "oauth_signature_method": algorithm, "oauth_version": version,
		"realm": "left out", "oauth_signature": "left out",
	} {
		params = append(params, oauth1.Param{Name: name, Value: value})
	}
	if got := oauth1.BaseString(method, oauth1.SignedURL(r, nil), params); got != want {
		t.Errorf("base string\n%s, want\n%s", got, want)
	}
}

func detailOf(r *Refusal) string {
	if r == nil {
		return ""
	}
	return r.Detail
}

// TestSignedIsWhatArrived: host, path, query and unknown header parameters are
// part of the signature; the body of a JSON request is not.
func TestSignedIsWhatArrived(t *testing.T) {
	rows := []struct {
		name   string
		change func(*http.Request)
		want   string
	}{
		{"nothing", func(*http.Request) {}, ""},
		{"host in capitals", func(r *http.Request) { r.Host = "LOCALHOST:8080" }, ""},
		{"other host", func(r *http.Request) { r.Host = "127.0.0.1:8080" }, "InvalidSignature"},
		{"other method", func(r *http.Request) { r.Method = "DELETE" }, "InvalidSignature"},
		{"other path", func(r *http.Request) { r.URL.Path += "/7" }, "InvalidSignature"},
		{"query added", func(r *http.Request) { r.URL.RawQuery += "&offset=10" }, "InvalidSignature"},
		{"query dropped", func(r *http.Request) { r.URL.RawQuery = "" }, "InvalidSignature"},
		{"query reordered", func(r *http.Request) {
			a, b, _ := strings.Cut(r.URL.RawQuery, "&")
			r.URL.RawQuery = b + "&" + a
		}, ""},
		{"query with +", func(r *http.Request) { r.URL.RawQuery = strings.ReplaceAll(r.URL.RawQuery, "%20", "+") }, ""},
		{"query copied to the header", func(r *http.Request) {
			r.Header.Set("Authorization", r.Header.Get("Authorization")+`, limit="5"`)
		}, "InvalidSignature"},
		{"lower-case scheme name", func(r *http.Request) {
			r.Header.Set("Authorization", "oauth"+r.Header.Get("Authorization")[5:])
		}, ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			f := newFixture(t)
			f.client.params = map[string]string{"oauth_body_hash": "2jmj7l5rSw0yVb/vlWAYkK/YBwk="}
			r := f.request(http.MethodPost, restURL)
			row.change(r)
			_, refused := f.Login(r, REST)
			if got := detailOf(refused); got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
		})
	}
}

// TestPublicBaseURL: behind a gateway clients sign the public address.
func TestPublicBaseURL(t *testing.T) {
	public, _ := url.Parse("https://1234567-sb1.suitetalk.api.netsuite.com")
	f := readVectors(t)
	for _, v := range f.Vectors {
		if v.ID != "S1" {
			continue
		}
		a := vectorAccount(t, f, v.Realm)
		a.opts.BaseURL = public
		r := httptest.NewRequest(v.Method, strings.Replace(v.URL, public.String(), "http://127.0.0.1:4711", 1), nil)
		r.Header.Set("Authorization", fmt.Sprintf(`OAuth realm="%s",oauth_consumer_key="%s",oauth_token="%s",oauth_nonce="%s",oauth_timestamp="%s",oauth_signature_method="HMAC-SHA256",oauth_version="1.0",oauth_signature="%s"`,
			v.Realm, f.Keys.ConsumerKey, f.Keys.Token, f.Keys.Nonce, f.Keys.Timestamp, url.QueryEscape(v.Signature)))
		if _, refused := a.Login(r, REST); refused != nil {
			t.Error(refused.Detail)
		}
		return
	}
	t.Fatal("vector S1 is missing")
}
