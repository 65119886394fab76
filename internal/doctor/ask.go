package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
)

// answer is what came of one request.
type answer struct {
	err   error
	fault *netsuite.Fault  // NetSuite's refusal
	token *auth.TokenError // a token endpoint's refusal
	at    time.Time
	login bool // nothing but a login was tried
}

func (e *examination) answered(err error) answer {
	a := answer{err: err, at: e.clock()}
	a.fault, _ = errors.AsType[*netsuite.Fault](err)
	a.token, _ = errors.AsType[*auth.TokenError](err)
	return a
}

// refused reports whether a login was refused.
func (a answer) refused() bool {
	if a.token != nil {
		return a.token.Status < http.StatusInternalServerError && a.token.Status != http.StatusTooManyRequests && a.token.Status != http.StatusMethodNotAllowed
	}
	// A header that is not accepted is answered INVALID_REQUEST (Oracle help,
	// section_4634920277): where only a login was tried, that refuses it.
	return errors.Is(a.err, netsuite.ErrLogin) || a.login && a.fault != nil && a.fault.Code == "INVALID_REQUEST"
}

func (a answer) busy() bool {
	return errors.Is(a.err, netsuite.ErrConcurrency) || a.token != nil && a.token.Status == http.StatusTooManyRequests
}

func (a answer) failedInside() bool {
	return errors.Is(a.err, netsuite.ErrServer) || a.token != nil && a.token.Status >= http.StatusInternalServerError
}

func (a answer) late() bool { return a.fault != nil && a.fault.LateLogin() }

// foreign reports whether the answer has none of NetSuite's forms.
func (a answer) foreign() bool {
	if a.fault != nil {
		return a.fault.Code == "" && len(a.fault.Details) == 0 && a.fault.OperationID == ""
	}
	if transport, ok := errors.AsType[*netsuite.TransportError](a.err); ok {
		return transport.Status == http.StatusOK
	}
	return false
}

// redirected reports whether the answer sends elsewhere, which NetSuite's APIs do
// for hosts of another data centre alone (Oracle help, section_4634920277).
func (a answer) redirected() bool {
	return a.fault != nil && a.fault.Status >= 300 && a.fault.Status < 400
}

var realmPattern = regexp.MustCompile(`realm="([^"]+)"`)

// realm returns the account that refused the login, which its challenge names
// (Oracle help, subsect_158521885412; seen alike for OAuth 1). The challenge's
// error="token_rejected" says nothing: it stands in every refusal.
func (a answer) realm() (netsuite.AccountID, bool) {
	if a.fault == nil {
		return netsuite.AccountID{}, false
	}
	m := realmPattern.FindStringSubmatch(a.fault.Challenge)
	if m == nil {
		return netsuite.AccountID{}, false
	}
	id, err := netsuite.ParseAccountID(m[1])
	return id, err == nil
}

// told returns the audit trail's reason where the answer lets it out. Whether
// NetSuite does so at the token endpoints is not documented, so both ways work.
func (a answer) told(protocol string) (sluice.CodeMeaning, bool) {
	var words []string
	if a.fault != nil {
		words = []string{a.fault.Code, a.fault.Message()}
	}
	if a.token != nil {
		words = []string{a.token.Description}
		if protocol == protocolThreeStep {
			words = append(words, a.token.Code)
		}
	}
	for _, w := range words {
		if m, ok := auditMeaning(protocol, w); ok {
			return m, true
		}
	}
	return sluice.CodeMeaning{}, false
}

// text says what came back.
func (a answer) text() string {
	switch {
	case a.err == nil:
		return "HTTP 200"
	case a.fault != nil:
		text := fmt.Sprintf("HTTP %d %s", a.fault.Status, a.fault.Code)
		if m := a.fault.Message(); m != "" {
			text += ": " + m
		}
		if a.fault.Elapsed >= time.Second {
			text += fmt.Sprintf(" (after %s)", a.fault.Elapsed.Round(time.Second))
		}
		return text
	case a.token != nil:
		text := fmt.Sprintf("HTTP %d %s", a.token.Status, a.token.Code)
		if a.token.Description != "" {
			text += ": " + a.token.Description
		}
		return text
	}
	return reason(a.err)
}

// ask makes one request, notes it, and counts a refused login.
func (e *examination) ask(ctx context.Context, s *stage, asked string, request func(context.Context) error) answer {
	return e.counted(s, asked, e.answered(request(netsuite.ContextWithClass(ctx, netsuite.Interactive))))
}

// askLogin is ask for a request that tries nothing but a login.
func (e *examination) askLogin(ctx context.Context, s *stage, asked string, request func(context.Context) error) answer {
	a := e.answered(request(netsuite.ContextWithClass(ctx, netsuite.Interactive)))
	a.login = true
	return e.counted(s, asked, a)
}

func (e *examination) counted(s *stage, asked string, a answer) answer {
	if a.token != nil && a.token.Description+a.token.Code != "" && e.conn.Get("type") == sluice.AuthOAuth2M2M {
		asked = "POST " + auth.TokenPath
	}
	s.note(asked, a.text())
	if a.refused() {
		e.failed++
	}
	return a
}

// unrenewed hides that a login can be renewed: the client would repeat a refused
// request with a new token, and so cause a second refusal.
type unrenewed struct{ netsuite.Authenticator }

// connect returns a client of a connection that tries everything once.
func (e *examination) connect(conn *sluice.Connection) (*netsuite.Client, error) {
	login, err := e.authenticator(conn)
	if err != nil {
		return nil, err
	}
	options := []netsuite.Option{
		netsuite.WithEndpoints(e.endpoints()), netsuite.WithHTTPClient(e.HTTPClient), netsuite.WithClock(e.clock),
		netsuite.WithAttemptTimeout(attemptTimeout), netsuite.WithRetry(netsuite.RetryPolicy{MaxAttempts: 1, MaxElapsed: 1}),
	}
	if e.Slots != nil {
		options = append(options, netsuite.WithSlots(e.Slots))
	}
	return netsuite.New(e.account, unrenewed{login}, options...)
}

func (e *examination) authenticator(conn *sluice.Connection) (netsuite.Authenticator, error) {
	secret := func(name string) auth.Secret { return auth.NewSecret(conn.Secrets[name].Reveal()) }
	if conn.ByToken() {
		return &auth.TBA{Realm: e.account.Realm(), ConsumerKey: secret("consumer_key").Reveal(), ConsumerSecret: secret("consumer_secret"),
			TokenID: secret("token_id").Reveal(), TokenSecret: secret("token_secret"), Clock: e.clock}, nil
	}
	key, err := auth.ParsePrivateKey(secret("private_key"))
	if err != nil {
		return nil, err
	}
	return auth.NewClientCredentials(auth.ClientCredentialsOptions{TokenURL: e.endpoints().SuiteTalk + auth.TokenPath,
		ClientID: secret("client_id").Reveal(), CertificateID: conn.Get("certificate_id"), Key: key, HTTPClient: e.HTTPClient, Clock: e.clock})
}

// tokenInfo asks who a TBA token is: the cheapest login, which needs no
// permission beyond it (Oracle help, chapter_157017286140).
func (e *examination) tokenInfo(ctx context.Context, s *stage, client *netsuite.Client) (netsuite.TokenInfo, answer) {
	var info netsuite.TokenInfo
	a := e.askLogin(ctx, s, "GET "+client.Endpoints().RESTlets+"/rest/tokeninfo", func(ctx context.Context) (err error) {
		info, err = client.System.TokenInfo(ctx)
		return err
	})
	return info, a
}

// serverTime asks REST web services for the time, which needs them and no more.
func (e *examination) serverTime(ctx context.Context, s *stage, client *netsuite.Client) answer {
	return e.askLogin(ctx, s, "GET "+client.Endpoints().SuiteTalk+"/services/rest/system/v1/serverTime", func(ctx context.Context) error {
		_, err := client.System.ServerTime(ctx)
		return err
	})
}

// logIn tries a connection's login by one request.
func (e *examination) logIn(ctx context.Context, s *stage, conn *sluice.Connection, client *netsuite.Client) answer {
	if conn.ByToken() {
		_, a := e.tokenInfo(ctx, s, client)
		return a
	}
	return e.serverTime(ctx, s, client)
}
