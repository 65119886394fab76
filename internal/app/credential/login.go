package credential

import (
	"maps"
	"time"

	"github.com/sluicehq/sluice"
)

// isLogin reports whether a field belongs to the authentication of its kind.
func isLogin(kind sluice.Kind, name string) bool {
	f, ok := kind.Field(name)
	return ok && f.Group == sluice.GroupAuthentication
}

// loginOf returns a connection's authentication without its type: the account is
// part of it, since credentials count in one account alone.
func loginOf(c *sluice.Connection) (settings map[string]string, secrets map[string]sluice.Secret) {
	kind, _ := sluice.KindOf(c.Kind)
	settings, secrets = maps.Clone(c.Settings), maps.Clone(c.Secrets)
	maps.DeleteFunc(settings, func(name, _ string) bool { return name == "type" || !isLogin(kind, name) })
	maps.DeleteFunc(secrets, func(name string, _ sluice.Secret) bool { return !isLogin(kind, name) })
	return settings, secrets
}

// setLogin replaces the connection's authentication.
func setLogin(c *sluice.Connection, typ string, settings map[string]string, secrets map[string]sluice.Secret) {
	kind, _ := sluice.KindOf(c.Kind)
	kept, keptSecrets := map[string]string{}, map[string]sluice.Secret{}
	maps.Copy(kept, c.Settings)
	maps.Copy(keptSecrets, c.Secrets)
	maps.DeleteFunc(kept, func(name, _ string) bool { return isLogin(kind, name) })
	maps.DeleteFunc(keptSecrets, func(name string, _ sluice.Secret) bool { return isLogin(kind, name) })
	maps.Copy(kept, settings)
	maps.Copy(keptSecrets, secrets)
	kept["type"] = typ
	c.Settings, c.Secrets, c.Identity = kept, keptSecrets, nil
}

// dropForeign removes credentials that the connection's authentication type does
// not use, and those that it obtains by itself.
func dropForeign(c *sluice.Connection) {
	kind, _ := sluice.KindOf(c.Kind)
	for _, f := range kind.Fields {
		obtained := f.Secret && f.Required && c.Applies(f) && !c.Needs(f)
		if f.Group == sluice.GroupAuthentication && (obtained || !c.Applies(f)) {
			delete(c.Settings, f.Name)
			delete(c.Secrets, f.Name)
		}
	}
}

// ChangeType makes the change of authentication type from old to c. Where old
// works, c goes on with old's login and has the new one as its candidate. Else the
// new one counts at once, and old's is kept as the previous one.
func ChangeType(c, old *sluice.Connection, at time.Time) {
	dropForeign(c)
	settings, secrets := loginOf(c)
	now := &sluice.CandidateLogin{Type: c.Get("type"), Settings: settings, Secrets: secrets, MadeAt: at}
	oldSettings, oldSecrets := loginOf(old)
	if old.Status == sluice.StatusOnline && old.Get("type") != sluice.AuthBasic {
		setLogin(c, old.Get("type"), oldSettings, oldSecrets)
		c.Identity = old.Identity
		if before := old.Candidate; before != nil && same(before, now) {
			now = before
		}
		c.Candidate = now
		return
	}
	c.Candidate, c.Identity = nil, nil
	if !unproven(old) {
		c.Previous = &sluice.PreviousLogin{Type: old.Get("type"), Settings: oldSettings, Secrets: oldSecrets, Identity: old.Identity, ChangedAt: at}
	}
}

// unproven reports whether the login in force has never worked since it replaced
// the previous one. Whatever takes its place, the previous one is worth more.
func unproven(c *sluice.Connection) bool { return c.Previous != nil && c.Previous.ProvenAt.IsZero() }

func same(l, other *sluice.CandidateLogin) bool {
	return l.Type == other.Type && maps.Equal(l.Settings, other.Settings) && maps.Equal(l.Secrets, other.Secrets)
}

// Differs reports whether two candidates, each of which may be nil, are other logins.
func Differs(l, other *sluice.CandidateLogin) bool {
	if l == nil || other == nil {
		return l != other
	}
	return !same(l, other)
}

// asCandidate returns a connection as it will be with its candidate. It has no
// ID, so that nobody takes it for the one in use.
func asCandidate(c *sluice.Connection) *sluice.Connection {
	out := *c
	out.ID, out.Previous, out.Candidate = "", nil, nil
	setLogin(&out, c.Candidate.Type, c.Candidate.Settings, c.Candidate.Secrets)
	return &out
}

// switchLogin puts the candidate, which has worked, in force. What was in force becomes
// the previous login.
func switchLogin(c *sluice.Connection, at time.Time) {
	now := c.Candidate
	if c.UpdatedAt = After(c.UpdatedAt, at); !unproven(c) {
		keepLogin(c, at)
	}
	c.Previous.ProvenAt = at
	setLogin(c, now.Type, now.Settings, now.Secrets)
	c.Candidate = nil
}

// restore puts the previous login in force again, and keeps in its place what was.
func restore(c *sluice.Connection, at time.Time) {
	before := c.Previous
	c.UpdatedAt = After(c.UpdatedAt, at)
	keepLogin(c, at)
	setLogin(c, before.Type, before.Settings, before.Secrets)
	c.Identity = before.Identity
}

func keepLogin(c *sluice.Connection, at time.Time) {
	settings, secrets := loginOf(c)
	c.Previous = &sluice.PreviousLogin{Type: c.Get("type"), Settings: settings, Secrets: secrets, Identity: c.Identity, ChangedAt: at}
}

// KnownSecrets returns the secrets that a change to a type lays new ones over: the
// connection's own, and its candidate's where that is of the type.
func KnownSecrets(c *sluice.Connection, typ string) map[string]sluice.Secret {
	known := maps.Clone(c.Secrets)
	if c.Candidate != nil && c.Candidate.Type == typ && c.Get("type") != typ {
		if known == nil {
			known = map[string]sluice.Secret{}
		}
		maps.Copy(known, c.Candidate.Secrets)
	}
	return known
}

// Meant returns the given secrets with the fingerprints of the connection's own ones
// replaced by what they stand for: a form may show those in force while the
// candidate has others.
func Meant(c *sluice.Connection, given map[string]sluice.Secret) map[string]sluice.Secret {
	out := maps.Clone(given)
	for field, secret := range given {
		if own := c.Secrets[field]; !own.Empty() && secret.Reveal() == own.String() {
			out[field] = own
		}
	}
	return out
}

// ReachesLike reports whether a connection goes the same way as before: to the
// same place with the same login. What was found out about it holds then.
func ReachesLike(c, old *sluice.Connection) bool {
	kind, _ := sluice.KindOf(c.Kind)
	if c.Kind != old.Kind || !maps.Equal(c.Secrets, old.Secrets) {
		return false
	}
	for _, f := range kind.Fields {
		if (f.Group == sluice.GroupAuthentication || f.Group == sluice.GroupServer || f.Format == sluice.FormatURL) && c.Get(f.Name) != old.Get(f.Name) {
			return false
		}
	}
	return true
}

// Triable reports whether a candidate can be tried. One that gets its token by an
// authorization waits for that.
func Triable(l *sluice.CandidateLogin) bool {
	return l.Type != sluice.AuthTokenAuto || !l.Secrets["token_id"].Empty()
}

// After returns the time of a change: now, but later than the change before, which a
// server whose clock is ahead may have made. Clients tell by it which login is newer.
func After(before, now time.Time) time.Time {
	if least := before.Add(time.Microsecond); now.Before(least) {
		return least
	}
	return now
}
