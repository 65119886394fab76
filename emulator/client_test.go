package emulator

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// sign puts an OAuth header on r: RFC 5849 with net/url alone. Without a token ID
// it is step 1 of the three-step flow.
func sign(r *http.Request, c Credentials, at time.Time, more ...[2]string) {
	enc := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	nonce := make([]byte, 12)
	_, _ = rand.Read(nonce)
	p := [][2]string{
		{"oauth_consumer_key", c.ConsumerKey}, {"oauth_token", c.TokenID}, {"oauth_nonce", hex.EncodeToString(nonce)},
		{"oauth_timestamp", fmt.Sprint(at.Unix())}, {"oauth_signature_method", "HMAC-SHA256"}, {"oauth_version", "1.0"},
	}
	p = append(slices.DeleteFunc(p, func(kv [2]string) bool { return kv[0] == "oauth_token" && kv[1] == "" }), more...)
	header := `OAuth realm="` + c.Account + `"`
	var pairs []string
	for _, kv := range p {
		pairs = append(pairs, enc(kv[0])+"="+enc(kv[1]))
		header += fmt.Sprintf(`,%s="%s"`, kv[0], enc(kv[1]))
	}
	for k, vs := range r.URL.Query() {
		for _, v := range vs {
			pairs = append(pairs, enc(k)+"="+enc(v))
		}
	}
	slices.Sort(pairs)
	base := r.Method + "&" + enc(r.URL.Scheme+"://"+r.URL.Host+r.URL.EscapedPath()) + "&" + enc(strings.Join(pairs, "&"))
	mac := hmac.New(sha256.New, []byte(c.ConsumerSecret+"&"+c.TokenSecret))
	mac.Write([]byte(base))
	r.Header.Set("Authorization", header+`,oauth_signature="`+enc(base64.StdEncoding.EncodeToString(mac.Sum(nil)))+`"`)
}

// open makes an emulator that is not served and closes it with the test.
func open(t testing.TB, opts Options) *Emulator {
	t.Helper()
	e, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// bare leaves the sample company out, which most tests do not look at.
func bare(o *Options) { o.Empty = true }

// answer is what a client got.
type answer struct {
	status int
	header http.Header
	body   string
	err    error // also of an answer that broke off
}

// call sends a signed request on a connection of its own.
func call(t testing.TB, e *Emulator, method, path, body string) answer {
	t.Helper()
	return send(request(t, e, method, path, body))
}

// request is a signed request.
func request(t testing.TB, e *Emulator, method, path, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, e.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	sign(r, e.Credentials(), e.Clock().Now())
	r.Header.Set("Content-Type", "application/json")
	return r
}

func send(r *http.Request) answer {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(r)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(b), err}
}
