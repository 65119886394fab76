package web

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
)

// login proves who sends a request.
type login interface {
	// apply adds the proof to a request.
	apply(ctx context.Context, r *http.Request) error
	// rejected hears that the API did not accept it. It reports whether another
	// attempt may go better.
	rejected(r *http.Request) bool
	// secrets are the texts that nobody may see.
	secrets() []string
}

func newLogin(conn *sluice.Connection, base *url.URL, hc *http.Client, clock func() time.Time, hide func(secret string)) (login, error) {
	secret := func(name string) string { return conn.Secrets[name].Reveal() }
	switch conn.Get("type") {
	case sluice.HTTPBasic:
		proof := base64.StdEncoding.EncodeToString([]byte(conn.Get("user") + ":" + secret("password")))
		hide(proof)
		return fixed{header: "Authorization", value: "Basic " + proof, hidden: []string{secret("password"), proof}}, nil
	case sluice.HTTPBearer:
		return fixed{header: "Authorization", value: "Bearer " + secret("token"), hidden: []string{secret("token")}}, nil
	case sluice.HTTPAPIKey:
		key := fixed{value: secret("api_key"), hidden: []string{secret("api_key")}}
		if conn.Get("key_in") == "query" {
			key.parameter = conn.Get("key_name")
		} else {
			key.header = conn.Get("key_name")
		}
		return key, nil
	case sluice.HTTPOAuth2:
		token, err := url.Parse(conn.Get("token_url"))
		if err != nil || token.Host == "" {
			return nil, sluice.Errorf("connection.invalid", "the token URL cannot be read").At("settings.token_url")
		}
		if base.Scheme == "https" && token.Scheme != "https" {
			return nil, sluice.Errorf("connection.plain_token_url", "the client secret would be sent without encryption").At("settings.token_url").Fix("Use an https:// token URL")
		}
		return &oauth{url: token.String(), id: conn.Get("client_id"), secret: secret("client_secret"), scope: conn.Get("scope"),
			inBody: conn.Get("client_auth") == "body", http: hc, clock: clock, hide: hide}, nil
	}
	return fixed{}, nil
}

// fixed is a proof that stays the same, in a header or a query parameter.
type fixed struct {
	header, parameter string
	value             string
	hidden            []string
}

func (f fixed) apply(_ context.Context, r *http.Request) error {
	if f.header != "" {
		r.Header.Set(f.header, f.value)
	}
	if f.parameter != "" {
		query := r.URL.Query()
		query.Set(f.parameter, f.value)
		r.URL.RawQuery = query.Encode()
	}
	return nil
}

func (fixed) rejected(*http.Request) bool { return false }
func (f fixed) secrets() []string         { return f.hidden }

// oauth asks for access tokens with client credentials (RFC 6749, 4.4) and keeps one
// while it is good.
type oauth struct {
	url, id, secret, scope string
	inBody                 bool
	http                   *http.Client
	clock                  func() time.Time
	hide                   func(secret string) // from debug logs

	mu    sync.Mutex
	token string
	ends  time.Time // zero when the server did not say
}

// early is how long before its end a token is renewed.
const early = 30 * time.Second

func (o *oauth) apply(ctx context.Context, r *http.Request) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.token == "" || !o.ends.IsZero() && o.clock().After(o.ends.Add(-early)) {
		if err := o.renew(ctx); err != nil {
			return err
		}
	}
	r.Header.Set("Authorization", "Bearer "+o.token)
	return nil
}

// rejected drops the token, unless another request has done so already.
func (o *oauth) rejected(r *http.Request) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if r.Header.Get("Authorization") == "Bearer "+o.token {
		o.token = ""
	}
	return true
}

func (o *oauth) secrets() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return []string{o.secret, o.token}
}

// renew asks for a token. o.mu is held.
func (o *oauth) renew(ctx context.Context) error {
	form := url.Values{"grant_type": {"client_credentials"}}
	if o.scope != "" {
		form.Set("scope", o.scope)
	}
	if o.inBody {
		form.Set("client_id", o.id)
		form.Set("client_secret", o.secret)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, o.url, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	if !o.inBody { // RFC 6749, 2.3.1: both are form-encoded first
		r.SetBasicAuth(url.QueryEscape(o.id), url.QueryEscape(o.secret))
	}
	response, err := o.http.Do(r)
	if err != nil {
		return sluice.Errorf("connection.unreachable", "the token URL does not answer: %w", withoutURL(err)).At(o.url).Fix("Check the token URL and the network")
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return sluice.Errorf("connection.unreachable", "the token URL's answer broke off").At(o.url)
	}
	return o.take(response, text)
}

// take reads the answer to a request for a token.
func (o *oauth) take(response *http.Response, text []byte) error {
	var got struct {
		Token string      `json:"access_token"`
		Type  string      `json:"token_type"`
		Ends  json.Number `json:"expires_in"`
	}
	err := json.Unmarshal(text, &got)
	switch {
	case response.StatusCode >= 500 || response.StatusCode == http.StatusTooManyRequests:
		return sluice.Errorf("connection.unreachable", "the token URL answered %s", response.Status).At(o.url).Fix("Try again later")
	case response.StatusCode != http.StatusOK:
		said := words(text)
		return sluice.Errorf("connection.login_refused", "no access token was given (%s): %s", response.Status, hide(said, o.secret)).At(o.url).Fix("Check token URL, client ID, client secret and scope, and where the client has to authenticate")
	case err != nil || got.Token == "":
		return sluice.Errorf("connection.login_refused", "the token URL's answer holds no access token").At(o.url).Fix("Check the token URL")
	case got.Type != "" && !strings.EqualFold(got.Type, "bearer"):
		return sluice.Errorf("connection.login_refused", "the access token is of the type %q, not a bearer token", got.Type).At(o.url)
	}
	o.token, o.ends = got.Token, time.Time{}
	o.hide(o.token)
	if seconds, err := got.Ends.Int64(); err == nil && seconds > 0 {
		o.ends = o.clock().Add(time.Duration(seconds) * time.Second)
	}
	return nil
}
