package suitetalk

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
)

// signer is a login that can be replaced while requests are under way: each
// request, and each repetition of one, is signed by the login that counts when it
// leaves. So a flow that runs passes from one login to another between two requests.
type signer struct {
	current atomic.Pointer[netsuite.Authenticator]
	http    *http.Client // for logins that fetch tokens
}

func newSigner(login netsuite.Authenticator, hc *http.Client) *signer {
	s := &signer{http: hc}
	s.current.Store(&login)
	return s
}

// Authenticate signs by the login that counts now.
func (s *signer) Authenticate(ctx context.Context, r *http.Request) error {
	return (*s.current.Load()).Authenticate(ctx, r)
}

// Rejected reports whether another try may help: the request was signed by a login
// that has been replaced since, and may have been revoked, or the login can renew
// what it holds.
func (s *signer) Rejected(r *http.Request, header http.Header) bool {
	login := *s.current.Load()
	if !signedBy(login, r) {
		return true
	}
	renewer, ok := login.(netsuite.Renewer)
	return ok && renewer.Rejected(r, header)
}

// signedBy reports whether a request carries a login's credential. Two OAuth 2.0
// logins are not told apart: they renew what they hold anyway.
func signedBy(login netsuite.Authenticator, r *http.Request) bool {
	header := r.Header.Get("Authorization")
	if token, ok := login.(*auth.TBA); ok {
		return strings.Contains(header, `oauth_token="`+strings.ReplaceAll(url.QueryEscape(token.TokenID), "+", "%20")+`"`)
	}
	return strings.HasPrefix(header, "Bearer ")
}

// fixedPart writes down what a client is made of besides its login.
func fixedPart(conn *sluice.Connection, id netsuite.AccountID) string {
	parts := []string{conn.Name, id.Realm()}
	kind, _ := sluice.KindOf(conn.Kind)
	for _, name := range slices.Sorted(maps.Keys(conn.Settings)) {
		if f, ok := kind.Field(name); !ok || f.Group != sluice.GroupAuthentication {
			parts = append(parts, name+"="+conn.Settings[name])
		}
	}
	return strings.Join(parts, "\n")
}

// keep reports whether the client can serve the connection as it is now, which it
// can where nothing but the login has changed: that is replaced. A connection that
// was read before the last change serves with what came after. c.mu is held.
func (c *Connector) keep(cl *client, conn *sluice.Connection) (bool, error) {
	if cl.updated.Equal(conn.UpdatedAt) {
		return true, nil
	}
	id, err := netsuite.ParseAccountID(conn.Get("account"))
	if err != nil || fixedPart(conn, id) != cl.fixed || len(conn.Check()) > 0 {
		return false, nil // connect says what is wrong
	}
	if conn.UpdatedAt.Before(cl.updated) {
		return true, nil
	}
	login, err := authenticator(conn, id, cl.signer.http, c.options.Clock)
	if err != nil {
		return false, err
	}
	cl.mask.Learn(conn)
	cl.signer.current.Store(&login)
	cl.admitted.Store(false)
	cl.updated = conn.UpdatedAt
	return true, nil
}

// authenticator returns the login that the connection's type asks for.
func authenticator(conn *sluice.Connection, account netsuite.AccountID, hc *http.Client, clock func() time.Time) (netsuite.Authenticator, error) {
	secret := func(name string) auth.Secret { return auth.NewSecret(conn.Secrets[name].Reveal()) }
	if !conn.Authorized() {
		return nil, notAuthorized(conn)
	}
	if conn.ByToken() {
		return &auth.TBA{
			Realm: account.Realm(), ConsumerKey: conn.Secrets["consumer_key"].Reveal(), ConsumerSecret: secret("consumer_secret"),
			TokenID: conn.Secrets["token_id"].Reveal(), TokenSecret: secret("token_secret"), Clock: clock,
		}, nil
	}
	key, err := auth.ParsePrivateKey(secret("private_key"))
	if err != nil {
		return nil, sluice.Errorf("connection.private_key", "the private key cannot be read: %w", err).At("secrets.private_key").
			Fix("Give the PEM text of the key whose certificate was uploaded, without a passphrase")
	}
	login, err := auth.NewClientCredentials(auth.ClientCredentialsOptions{
		TokenURL: endpointsOf(conn, account).SuiteTalk + auth.TokenPath, ClientID: conn.Secrets["client_id"].Reveal(), CertificateID: conn.Get("certificate_id"),
		Key: key, HTTPClient: hc, Clock: clock,
	})
	if err != nil {
		return nil, sluice.Errorf("connection.invalid", "the OAuth 2.0 settings cannot be used: %w", err)
	}
	return login, nil
}

func notAuthorized(conn *sluice.Connection) error {
	return sluice.Errorf("connection.not_authorized", "the connection %s has not been authorized yet", conn.Name).
		Fix("Save & authorize it: sluice connection authorize " + conn.Name)
}
