package auth

import (
	"context"
	"crypto/rand"
	"net/http"
	"time"
)

// TBA authenticates with token-based authentication. A token stands for one
// account, user, role and integration. It is safe for concurrent use.
type TBA struct {
	Realm          string // account ID in realm form: 1234567_SB1
	ConsumerKey    string
	ConsumerSecret Secret
	TokenID        string
	TokenSecret    Secret

	Clock func() time.Time // nil: time.Now
	Nonce func() string    // nil: NewNonce
}

// Authenticate signs r as it stands and sets its Authorization header. Sign
// last: a later change of method, host, path or query breaks the signature.
func (t *TBA) Authenticate(_ context.Context, r *http.Request) error {
	u := *r.URL
	if r.Host != "" {
		u.Host = r.Host
	}
	signed, err := SignOAuth1(Signing{
		Method: r.Method, URL: u.String(), Realm: t.Realm,
		ConsumerKey: t.ConsumerKey, ConsumerSecret: t.ConsumerSecret,
		Token: t.TokenID, TokenSecret: t.TokenSecret,
		Nonce: t.nonce(), Timestamp: now(t.Clock).Unix(),
	})
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", signed.Header)
	return nil
}

// Passport returns a fresh passport for one SOAP request; sign it with
// [SignPassport].
func (t *TBA) Passport() Passport {
	return Passport{
		Account: t.Realm, ConsumerKey: t.ConsumerKey, ConsumerSecret: t.ConsumerSecret,
		Token: t.TokenID, TokenSecret: t.TokenSecret,
		Nonce: t.nonce(), Timestamp: now(t.Clock).Unix(),
	}
}

func (t *TBA) nonce() string {
	if t.Nonce != nil {
		return t.Nonce()
	}
	return NewNonce()
}

// NewNonce returns 26 random letters and digits (130 bits).
func NewNonce() string { return rand.Text() }

func now(clock func() time.Time) time.Time {
	if clock == nil {
		return time.Now()
	}
	return clock()
}
