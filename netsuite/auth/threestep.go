package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// ThreeStep is the TBA authorization flow, in which a user logs in to NetSuite
// in a browser and allows the integration, and a token comes out (Oracle help
// section_156337186044).
//
//	request, err := flow.Request(ctx, "http://localhost:8080/callback", "")
//	…  send the browser to flow.LoginURL(request.Token, state)
//	…  NetSuite sends it back to the callback
//	callback, err := ParseCallback(r.URL.Query(), request.Token, state)
//	token, err := flow.Exchange(ctx, request, callback)
type ThreeStep struct {
	RESTlets string // RESTlets base URL, or https://system.netsuite.com where the account is not known yet
	App      string // App base URL, or https://system.netsuite.com

	// Realm is the account ID in realm form; empty where it is not known yet.
	Realm string

	ConsumerKey    string
	ConsumerSecret Secret

	HTTPClient *http.Client     // nil: http.DefaultTransport
	Clock      func() time.Time // nil: time.Now
	Nonce      func() string    // nil: NewNonce
}

// TokenPair is a token of the flow: the request token of its first step, or
// the TBA token at its end, which holds until it is revoked.
type TokenPair struct {
	Token  string
	Secret Secret
}

// Callback is what NetSuite sends the browser back with.
type Callback struct {
	Token, Verifier string
	Company         string // account ID in realm form
	Role, Entity    string // internal IDs
}

// The ends of the flow that are no failure of ours.
var (
	ErrDenied   = errors.New("tba: the user did not allow the integration")
	ErrCallback = errors.New("tba: the callback does not belong to this flow")
)

// Request is step one: it announces the callback, which must equal the one on
// the integration record, but for http://localhost with any port. role, the
// internal ID of a role, may be empty.
func (f ThreeStep) Request(ctx context.Context, callback, role string) (TokenPair, error) {
	answer, err := f.post(ctx, "/rest/requesttoken", Signing{Callback: callback, Role: role})
	if err != nil {
		return TokenPair{}, fmt.Errorf("tba: request token: %w", err)
	}
	if answer.Get("oauth_callback_confirmed") != "true" {
		return TokenPair{}, errors.New("tba: request token: NetSuite did not confirm the callback")
	}
	return pairOf(answer)
}

// LoginURL is where step two happens, in the user's browser. state ties the
// callback to the browser that set out: letters and digits, at most 512.
func (f ThreeStep) LoginURL(requestToken, state string) string {
	q := url.Values{"oauth_token": {requestToken}}
	if state != "" {
		q.Set("state", state)
	}
	return strings.TrimRight(f.App, "/") + "/app/login/secure/authorizetoken.nl?" + q.Encode()
}

// ParseCallback checks the callback's query. It returns ErrCallback for another
// flow's, ErrDenied where the user refused.
func ParseCallback(query url.Values, requestToken, state string) (Callback, error) {
	if requestToken == "" || query.Get("oauth_token") != requestToken || query.Get("state") != state {
		return Callback{}, ErrCallback
	}
	c := Callback{
		Token: requestToken, Verifier: query.Get("oauth_verifier"),
		Company: query.Get("company"), Role: query.Get("role"), Entity: query.Get("entity"),
	}
	if c.Verifier == "" {
		return Callback{}, ErrDenied
	}
	return c, nil
}

// Exchange is step three: it turns the allowed request token into the TBA
// token. f addresses the account that the callback named.
func (f ThreeStep) Exchange(ctx context.Context, request TokenPair, callback Callback) (TokenPair, error) {
	answer, err := f.post(ctx, "/rest/accesstoken", Signing{Token: request.Token, TokenSecret: request.Secret, Verifier: callback.Verifier})
	if err != nil {
		return TokenPair{}, fmt.Errorf("tba: access token: %w", err)
	}
	return pairOf(answer)
}

func pairOf(answer url.Values) (TokenPair, error) {
	pair := TokenPair{answer.Get("oauth_token"), NewSecret(answer.Get("oauth_token_secret"))}
	if pair.Token == "" || pair.Secret.IsZero() {
		return TokenPair{}, errors.New("tba: the answer holds no token")
	}
	return pair, nil
}

// post signs and sends an empty request, and reads the form it is answered with.
func (f ThreeStep) post(ctx context.Context, path string, s Signing) (url.Values, error) {
	s.Method, s.URL = http.MethodPost, strings.TrimRight(f.RESTlets, "/")+path
	s.Realm, s.ConsumerKey, s.ConsumerSecret = f.Realm, f.ConsumerKey, f.ConsumerSecret
	s.Nonce, s.Timestamp = NewNonce(), now(f.Clock).Unix()
	if f.Nonce != nil {
		s.Nonce = f.Nonce()
	}
	signed, err := SignOAuth1(s)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, s.Method, s.URL, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", signed.Header)
	resp, err := isolated(f.HTTPClient).Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, refusal(resp, body)
	}
	return url.ParseQuery(strings.TrimSpace(string(body)))
}

// refusal reads {"error":{"code","message"}}. NetSuite answers 405 without a
// body where the integration record does not allow the flow.
func refusal(resp *http.Response, body []byte) error {
	date, _ := http.ParseTime(resp.Header.Get("Date"))
	e := &TokenError{Status: resp.StatusCode, ServerTime: date}
	var answer struct {
		Error struct{ Code, Message string }
	}
	if json.Unmarshal(body, &answer) == nil {
		e.Code, e.Description = answer.Error.Code, answer.Error.Message
	}
	if e.Code == "" && e.Status == http.StatusMethodNotAllowed {
		e.Description = "TBA: Authorization Flow is not ticked on the integration record"
	}
	return e
}

// isolated returns a copy of h that keeps no cookies and follows no redirects.
func isolated(h *http.Client) *http.Client {
	var client http.Client
	if h != nil {
		client = *h
	}
	client.Jar = nil
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}
