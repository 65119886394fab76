package account

import (
	"strings"

	"github.com/sluicehq/sluice/emulator/account/internal/oauth1"
	"github.com/sluicehq/sluice/emulator/session"
)

// Passport is a SOAP tokenPassport: the values as they stood in the header.
type Passport struct {
	Account, ConsumerKey, Token, Nonce, Timestamp string
	Signature, Algorithm                          string
}

// base is the text that a tokenPassport signs (Oracle help, section_4395630653).
func (p Passport) base() string {
	parts := []string{p.Account, p.ConsumerKey, p.Token, p.Nonce, p.Timestamp}
	for i := range parts {
		parts[i] = oauth1.Escape(parts[i])
	}
	return strings.Join(parts, "&")
}

// LoginPassport authenticates a SOAP request by its tokenPassport. uri and ip
// go to the audit trail.
func (a *Account) LoginPassport(p Passport, uri, ip string) (*session.Session, *Refusal) {
	l := a.attempt(SOAP)
	l.claim = claim{
		realm: p.Account, consumerKey: p.ConsumerKey, token: p.Token, nonce: p.Nonce, timestamp: p.Timestamp,
		method: p.Algorithm, signature: strings.TrimSpace(p.Signature), base: p.base(),
	}
	c := l.check()
	entry := l.entry()
	entry.RequestURI, entry.IP = uri, ip
	if c != nil {
		entry.fail(c.detail(SOAP))
		a.trail.add(entry)
		return nil, l.refuse(c)
	}
	a.trail.add(entry)
	return a.session(l.setup, l.integration, l.employee, l.role), nil
}
