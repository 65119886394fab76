package oidc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/sluicehq/sluice/internal/connector/reach"
)

const (
	patience = 10 * time.Second // for one answer of the provider
	known    = time.Hour        // how long what discovery said is used
	pause    = 5 * time.Second  // before a provider that did not answer is asked again
	skew     = time.Minute      // by which the provider's clock may be behind
	maxBody  = 1 << 20          // of an answer of the provider
)

// algorithms are the signatures that prove the provider: made with a key that it alone has.
var algorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}

// provider is what discovery said, and how to talk to it.
type provider struct {
	*oidc.Provider
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
	said     discovered
	until    time.Time
}

// discovered is what discovery says beyond what go-oidc reads.
type discovered struct {
	EndSession string   `json:"end_session_endpoint"`
	AuthMethod []string `json:"token_endpoint_auth_methods_supported"`
	IssuerSent bool     `json:"authorization_response_iss_parameter_supported"`
	Algorithms []string `json:"id_token_signing_alg_values_supported"`
	KeysURL    string   `json:"jwks_uri"`
	UserInfo   string   `json:"userinfo_endpoint"`
}

// providers finds the provider when it is first needed, and again now and then.
type providers struct {
	config   Config
	callback func() string
	clock    func() time.Time
	client   *http.Client
	log      *slog.Logger

	mu     sync.Mutex
	found  *provider
	failed error     // why it was not found
	again  time.Time // when it is looked for again
}

// client talks to the provider and to nobody else: it follows no redirects, reads no
// endless answers, and reaches no metadata addresses.
func client() *http.Client {
	dialer := reach.Dialer(patience, func(a netip.Addr) error {
		if reach.ClassOf(a) == reach.Never {
			return fmt.Errorf("the address %s is never reached", a)
		}
		return nil
	})
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, TLSHandshakeTimeout: patience,
		ResponseHeaderTimeout: patience, IdleConnTimeout: time.Minute, MaxIdleConns: 4, ForceAttemptHTTP2: true}
	return &http.Client{Transport: bounded{transport}, Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// bounded ends answers that do not end by themselves, and takes those of a provider
// that is not well for none.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= http.StatusInternalServerError {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("the provider answered %s", resp.Status)
	}
	resp.Body = http.MaxBytesReader(nil, resp.Body, maxBody)
	return resp, nil
}

// get returns the provider. One request finds it; the others wait.
func (p *providers) get(ctx context.Context) (*provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock()
	if p.found != nil && now.Before(p.found.until) {
		return p.found, nil
	}
	if now.Before(p.again) {
		return nil, p.failed
	}
	// The first to ask may go away; the others still want to know.
	found, err := p.discover(context.WithoutCancel(ctx))
	if err == nil {
		found.until = now.Add(known)
		p.found = found
		return found, nil
	}
	code := unanswered(err)
	p.log.ErrorContext(ctx, "OpenID provider", "issuer", p.config.Issuer, "code", code, "error", err)
	if p.found != nil && code == "oidc.unreachable" {
		p.found.until = now.Add(pause) // what it said an hour ago is better than nothing
		return p.found, nil
	}
	p.failed, p.again = refuse(code, err), now.Add(pause)
	return nil, p.failed
}

func (p *providers) discover(ctx context.Context) (*provider, error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, p.client), patience)
	defer cancel()
	op, err := oidc.NewProvider(ctx, p.config.Issuer)
	if err != nil {
		return nil, err
	}
	out := &provider{Provider: op}
	if err := op.Claims(&out.said); err != nil {
		return nil, err
	}
	ends := op.Endpoint()
	for _, address := range []string{ends.AuthURL, ends.TokenURL, out.said.KeysURL, out.said.UserInfo, out.said.EndSession} {
		if address == "" {
			continue
		}
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
			return nil, misfit("discovery names the address %q, which is not https", address)
		}
	}
	ends.AuthStyle = p.style(out.said.AuthMethod)
	out.oauth = oauth2.Config{ClientID: p.config.ClientID, ClientSecret: p.config.Secret.Reveal(), Endpoint: ends, RedirectURL: p.callback(),
		Scopes: append([]string{oidc.ScopeOpenID, "email", "profile"}, p.config.Scopes...)}
	allowed := slices.DeleteFunc(slices.Clone(algorithms), func(a string) bool { return !slices.Contains(out.said.Algorithms, a) })
	if len(allowed) == 0 {
		allowed = []string{oidc.RS256} // what every provider has to have
	}
	out.verifier = op.VerifierContext(oidc.ClientContext(context.Background(), p.client), &oidc.Config{
		ClientID: p.config.ClientID, SupportedSigningAlgs: allowed, Now: func() time.Time { return p.clock().Add(-skew) }})
	return out, nil
}

// style says where the client's credentials go. oauth2 would try both ways, and the
// code that it tries with works once.
func (p *providers) style(methods []string) oauth2.AuthStyle {
	if p.config.Secret.Empty() || !slices.Contains(methods, "client_secret_basic") && slices.Contains(methods, "client_secret_post") {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}

// misfit is a provider that answers what it should not.
func misfit(format string, args ...any) error { return notFitting{fmt.Sprintf(format, args...)} }

type notFitting struct{ text string }

func (n notFitting) Error() string { return n.text }

// unanswered says whether a provider did not answer, or wrongly.
func unanswered(err error) string {
	var network *url.Error
	if errors.As(err, &network) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "oidc.unreachable"
	}
	return "oidc.misconfigured"
}
