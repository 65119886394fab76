package sluice

import "time"

// CandidateLogin is an authentication that a connection is to have and that is
// not proven yet. Until it is, the connection goes on with the one it has.
type CandidateLogin struct {
	Type     string            `json:"type"`
	Settings map[string]string `json:"settings,omitempty"` // the fields that belong to the type
	Secrets  map[string]Secret `json:"secrets,omitempty"`  // of the type, shown as fingerprints
	MadeAt   time.Time         `json:"made_at"`
	// Error is why it did not work when it was last tried.
	Error   *Error    `json:"error,omitempty"`
	TriedAt time.Time `json:"tried_at,omitzero"`
}

// ByToken reports whether the connection logs in to NetSuite with an access token,
// made by hand or by an authorization.
func (c *Connection) ByToken() bool {
	t := c.Get("type")
	return c.Kind == KindNetSuite && (t == AuthToken || t == AuthTokenAuto)
}

// Authorized reports whether the connection has all that it logs in with. One of
// the type AuthTokenAuto has not before its first authorization.
func (c *Connection) Authorized() bool {
	return c.Get("type") != AuthTokenAuto || !c.Secrets["token_id"].Empty() && !c.Secrets["token_secret"].Empty()
}
