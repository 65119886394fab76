package sluice

import (
	"maps"
	"time"
)

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

// isLogin reports whether a field belongs to the authentication of its kind.
func isLogin(kind Kind, name string) bool {
	f, ok := kind.Field(name)
	return ok && f.Group == GroupAuthentication
}

// login returns the connection's authentication without its type: the account is
// part of it, since credentials count in one account alone.
func (c *Connection) login() (settings map[string]string, secrets map[string]Secret) {
	kind, _ := KindOf(c.Kind)
	settings, secrets = maps.Clone(c.Settings), maps.Clone(c.Secrets)
	maps.DeleteFunc(settings, func(name, _ string) bool { return name == "type" || !isLogin(kind, name) })
	maps.DeleteFunc(secrets, func(name string, _ Secret) bool { return !isLogin(kind, name) })
	return settings, secrets
}

// setLogin replaces the connection's authentication.
func (c *Connection) setLogin(typ string, settings map[string]string, secrets map[string]Secret) {
	kind, _ := KindOf(c.Kind)
	kept, keptSecrets := map[string]string{}, map[string]Secret{}
	maps.Copy(kept, c.Settings)
	maps.Copy(keptSecrets, c.Secrets)
	maps.DeleteFunc(kept, func(name, _ string) bool { return isLogin(kind, name) })
	maps.DeleteFunc(keptSecrets, func(name string, _ Secret) bool { return isLogin(kind, name) })
	maps.Copy(kept, settings)
	maps.Copy(keptSecrets, secrets)
	kept["type"] = typ
	c.Settings, c.Secrets, c.Identity = kept, keptSecrets, nil
}

// dropForeign removes credentials that the connection's authentication type does
// not use, and those that it obtains by itself.
func (c *Connection) dropForeign() {
	kind, _ := KindOf(c.Kind)
	for _, f := range kind.Fields {
		obtained := f.Secret && len(f.Obtained) > 0 && c.holds(f.Obtained)
		if f.Group == GroupAuthentication && (obtained || !c.Applies(f)) {
			delete(c.Settings, f.Name)
			delete(c.Secrets, f.Name)
		}
	}
}

// ChangeType makes the change of authentication type from old to c. Where old
// works, c goes on with old's login and has the new one as its candidate. Else the
// new one counts at once, and old's is kept as the previous one.
func (c *Connection) ChangeType(old *Connection, at time.Time) {
	c.dropForeign()
	settings, secrets := c.login()
	now := &CandidateLogin{Type: c.Get("type"), Settings: settings, Secrets: secrets, MadeAt: at}
	oldSettings, oldSecrets := old.login()
	if old.Status == StatusOnline && old.Get("type") != AuthBasic {
		c.setLogin(old.Get("type"), oldSettings, oldSecrets)
		c.Identity = old.Identity
		if before := old.Candidate; before != nil && before.same(now) {
			now = before
		}
		c.Candidate = now
		return
	}
	c.Candidate, c.Identity = nil, nil
	if !old.unproven() {
		c.Previous = &PreviousLogin{Type: old.Get("type"), Settings: oldSettings, Secrets: oldSecrets, ChangedAt: at}
	}
}

// unproven reports whether the login in force has never worked since it replaced
// the previous one. Whatever takes its place, the previous one is worth more.
func (c *Connection) unproven() bool { return c.Previous != nil && c.Previous.ProvenAt.IsZero() }

func (l *CandidateLogin) same(other *CandidateLogin) bool {
	return l.Type == other.Type && maps.Equal(l.Settings, other.Settings) && maps.Equal(l.Secrets, other.Secrets)
}

// Differs reports whether two candidates, each of which may be nil, are other logins.
func (l *CandidateLogin) Differs(other *CandidateLogin) bool {
	if l == nil || other == nil {
		return l != other
	}
	return !l.same(other)
}

// AsCandidate returns the connection as it will be with its candidate. It has no
// ID, so that nobody takes it for the one in use.
func (c *Connection) AsCandidate() *Connection {
	out := *c
	out.ID, out.Previous, out.Candidate = "", nil, nil
	out.setLogin(c.Candidate.Type, c.Candidate.Settings, c.Candidate.Secrets)
	return &out
}

// Switch puts the candidate, which has worked, in force. What was in force becomes
// the previous login.
func (c *Connection) Switch(at time.Time) {
	now := c.Candidate
	if c.UpdatedAt = at; !c.unproven() {
		c.keepLogin(at)
	}
	c.Previous.ProvenAt = at
	c.setLogin(now.Type, now.Settings, now.Secrets)
	c.Candidate = nil
}

// Restore puts the previous login in force again, and keeps in its place what was.
func (c *Connection) Restore(at time.Time) {
	before := c.Previous
	c.UpdatedAt = at
	c.keepLogin(at)
	c.setLogin(before.Type, before.Settings, before.Secrets)
}

func (c *Connection) keepLogin(at time.Time) {
	settings, secrets := c.login()
	c.Previous = &PreviousLogin{Type: c.Get("type"), Settings: settings, Secrets: secrets, ChangedAt: at}
}

// KnownSecrets returns the secrets that a change to a type lays new ones over: the
// connection's own, and its candidate's where that is of the type.
func (c *Connection) KnownSecrets(typ string) map[string]Secret {
	known := maps.Clone(c.Secrets)
	if c.Candidate != nil && c.Candidate.Type == typ && c.Get("type") != typ {
		if known == nil {
			known = map[string]Secret{}
		}
		maps.Copy(known, c.Candidate.Secrets)
	}
	return known
}

// ReachesLike reports whether the connection goes the same way as before: to the
// same place with the same login. What was found out about it holds then.
func (c *Connection) ReachesLike(old *Connection) bool {
	kind, _ := KindOf(c.Kind)
	if c.Kind != old.Kind || !maps.Equal(c.Secrets, old.Secrets) {
		return false
	}
	for _, f := range kind.Fields {
		if (f.Group == GroupAuthentication || f.Group == GroupServer || f.Format == FormatURL) && c.Get(f.Name) != old.Get(f.Name) {
			return false
		}
	}
	return true
}
