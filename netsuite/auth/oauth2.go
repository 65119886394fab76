package auth

import (
	"bytes"
	"cmp"
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The scopes of a client-credentials token. SOAP has none: it cannot use OAuth 2.0.
const (
	ScopeREST           = "rest_webservices"
	ScopeRESTlets       = "restlets"
	ScopeSuiteAnalytics = "suite_analytics"
)

// TokenPath is where an account's token endpoint lives below its SuiteTalk URL.
const TokenPath = "/services/rest/auth/oauth2/v1/token"

// ClientCredentialsOptions configure the OAuth 2.0 client credentials (M2M) flow.
type ClientCredentialsOptions struct {
	TokenURL      string        // SuiteTalk base URL + TokenPath; also the audience of the assertion
	ClientID      string        // the integration record's client ID (consumer key)
	CertificateID string        // "kid", shown on the M2M set-up page
	Key           crypto.Signer // RSA of 3072 bits or more, or EC P-256, P-384, P-521
	Algorithm     string        // empty: PS256 for RSA, the curve's own for EC
	Scopes        []string      // empty: rest_webservices and restlets

	HTTPClient *http.Client     // nil: http.DefaultTransport
	Clock      func() time.Time // nil: time.Now
	Nonce      func() string    // nil: NewNonce
}

// ClientCredentials authenticates with an OAuth 2.0 access token. It keeps one
// token, shares it between all callers, fetches it once however many ask, and
// renews it after five sixths of its life (50 minutes of 60).
type ClientCredentials struct {
	opts ClientCredentialsOptions
	alg  algorithm

	mu      sync.Mutex
	token   token
	pending *fetch
}

type token struct {
	value          string
	renew, expires time.Time
}

type fetch struct {
	done  chan struct{}
	token token
	err   error
}

// TokenError is a refusal by a token endpoint, OAuth 2.0's or TBA's. It holds no
// secret.
type TokenError struct {
	Status      int    // HTTP status
	Code        string // invalid_client, invalid_grant, …; empty where the answer was no OAuth error
	Description string
	ServerTime  time.Time // Date header; zero where absent
}

// Error names the status and OAuth code.
func (e *TokenError) Error() string {
	text := fmt.Sprintf("token refused: HTTP %d %s", e.Status, cmp.Or(e.Code, http.StatusText(e.Status)))
	if e.Description != "" {
		text += ": " + e.Description
	}
	return text
}

// NewClientCredentials checks the options, all of them at once, and returns an
// authenticator that has not fetched a token yet.
func NewClientCredentials(o ClientCredentialsOptions) (*ClientCredentials, error) {
	var problems []error
	if u, err := url.Parse(o.TokenURL); err != nil || u.Host == "" {
		problems = append(problems, errors.New("token URL: an absolute URL is needed"))
	}
	if o.ClientID == "" {
		problems = append(problems, errors.New("client ID: missing"))
	}
	if o.CertificateID == "" {
		problems = append(problems, errors.New("certificate ID: missing"))
	}
	if len(o.Scopes) == 0 {
		o.Scopes = []string{ScopeREST, ScopeRESTlets}
	}
	var alg algorithm
	var err error
	if o.Key == nil {
		problems = append(problems, errors.New("private key: missing"))
	} else if alg, err = chooseAlgorithm(o.Key.Public(), o.Algorithm); err != nil {
		problems = append(problems, err)
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("oauth2 client credentials: %w", errors.Join(problems...))
	}
	o.HTTPClient = isolated(o.HTTPClient)
	return &ClientCredentials{opts: o, alg: alg}, nil
}

// Authenticate sets the bearer token on r, fetching or renewing it first where
// needed. Errors are *TokenError, or wrap the transport's.
func (c *ClientCredentials) Authenticate(ctx context.Context, r *http.Request) error {
	value, err := c.current(ctx)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+value)
	return nil
}

// Rejected tells the authenticator that r was answered 401 with this header. It
// reports whether a fresh token may help: the answer says invalid_token. The
// token is dropped only if it is still the one r carried, so that a late
// refusal does not throw away its successor.
func (c *ClientCredentials) Rejected(r *http.Request, header http.Header) bool {
	if !strings.Contains(header.Get("WWW-Authenticate"), "invalid_token") {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.Header.Get("Authorization") == "Bearer "+c.token.value {
		c.token = token{}
	}
	return true
}

// current returns a token that is good now. A token past its renewal time but
// not past its end still serves when the renewal fails.
func (c *ClientCredentials) current(ctx context.Context) (string, error) {
	at := now(c.opts.Clock)
	c.mu.Lock()
	held := c.token
	if held.value != "" && at.Before(held.renew) {
		c.mu.Unlock()
		return held.value, nil
	}
	f := c.pending
	if f == nil {
		f = &fetch{done: make(chan struct{})}
		c.pending = f
		// The fetch serves every waiter; the first one's cancellation must not end it.
		go c.run(context.WithoutCancel(ctx), f)
	}
	c.mu.Unlock()
	select {
	case <-f.done:
	case <-ctx.Done():
		return "", fmt.Errorf("oauth2 token: %w", context.Cause(ctx))
	}
	if f.err != nil {
		if held.value != "" && at.Before(held.expires) {
			return held.value, nil
		}
		return "", f.err
	}
	return f.token.value, nil
}

func (c *ClientCredentials) run(ctx context.Context, f *fetch) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	f.token, f.err = c.fetch(ctx)
	c.mu.Lock()
	if f.err == nil {
		c.token = f.token
	}
	c.pending = nil
	c.mu.Unlock()
	close(f.done)
}

func (c *ClientCredentials) fetch(ctx context.Context) (token, error) {
	at := now(c.opts.Clock)
	jwt, err := c.assertion(at)
	if err != nil {
		return token{}, fmt.Errorf("oauth2 token: %w", err)
	}
	form := url.Values{
		"grant_type":            {"client_credentials"},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		"client_assertion":      {jwt},
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.opts.TokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return token{}, fmt.Errorf("oauth2 token: %w", err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	resp, err := c.opts.HTTPClient.Do(r)
	if err != nil {
		return token{}, fmt.Errorf("oauth2 token: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return token{}, fmt.Errorf("oauth2 token: %w", err)
	}
	return parseToken(resp, body, at)
}

// parseToken reads the endpoint's answer. expires_in is decoded as a number or
// a string; without one the documented hour holds.
func parseToken(resp *http.Response, body []byte, at time.Time) (token, error) {
	var answer struct {
		AccessToken string          `json:"access_token"`
		ExpiresIn   json.RawMessage `json:"expires_in"`
		Error       string          `json:"error"`
		Description string          `json:"error_description"`
	}
	decodeErr := json.Unmarshal(body, &answer)
	if resp.StatusCode != http.StatusOK || decodeErr != nil || answer.AccessToken == "" {
		date, _ := http.ParseTime(resp.Header.Get("Date"))
		return token{}, &TokenError{Status: resp.StatusCode, Code: answer.Error, Description: answer.Description, ServerTime: date}
	}
	seconds, err := strconv.ParseInt(string(bytes.Trim(answer.ExpiresIn, `"`)), 10, 32)
	if err != nil || seconds <= 0 {
		seconds = 3600
	}
	life := time.Duration(seconds) * time.Second
	return token{value: answer.AccessToken, renew: at.Add(life * 5 / 6), expires: at.Add(life)}, nil
}

func (c *ClientCredentials) nonce() string {
	if c.opts.Nonce != nil {
		return c.opts.Nonce()
	}
	return NewNonce()
}
