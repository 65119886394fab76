package doctor

import (
	"context"
	"slices"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite"
)

// refreshable reports whether the account can lose all its tokens at once:
// production is never refreshed.
func (e *examination) refreshable() bool {
	env := e.account.Environment()
	return env == netsuite.Sandbox || env == netsuite.ReleasePreview
}

// sameAccount are the siblings that reach the same account the same way.
func (e *examination) sameAccount() []*sluice.Connection {
	return slices.DeleteFunc(slices.Clone(e.Siblings), func(c *sluice.Connection) bool {
		id, err := netsuite.ParseAccountID(c.Get("account"))
		return err != nil || id != e.account || c.Get("base_url") != e.conn.Get("base_url") || c.Kind != sluice.KindNetSuite
	})
}

// siblingsOffline reports whether all other connections of the account have
// failed too when they were last used.
func (e *examination) siblingsOffline() bool {
	list := e.sameAccount()
	return len(list) > 0 && !slices.ContainsFunc(list, func(c *sluice.Connection) bool { return c.Status != sluice.StatusOffline })
}

// withRefresh adds the refresh of a sandbox to the candidates, at their head
// where the account's other connections have failed too.
func (e *examination) withRefresh(v sluice.Verdict, likely bool) sluice.Verdict {
	switch {
	case !e.refreshable():
	case likely:
		v.Steps = slices.Insert(v.Steps, 0, e.refreshCandidate())
		v.Connections = e.names(e.sameAccount())
	default:
		v.Steps = append(v.Steps, e.refreshCandidate())
	}
	return v
}

// askSibling tries another connection of a sandbox, to tell a credential that
// is lost from a sandbox that was refreshed. shared says that the integration
// record, which the other may share, is not proven to be good.
func (e *examination) askSibling(ctx context.Context, s *stage, v sluice.Verdict, shared bool) sluice.Verdict {
	if !e.refreshable() {
		return v
	}
	other := e.otherLogin()
	if other == nil || e.failed >= maxFailedLogins {
		return e.withRefresh(v, e.siblingsOffline())
	}
	client, err := e.connect(other)
	if err != nil {
		return e.withRefresh(v, e.siblingsOffline())
	}
	s.note("another connection of the account", other.Name)
	a := e.logIn(ctx, s, other, client)
	switch {
	case a.err == nil || a.fault != nil && !a.refused():
		return v // this one works: the sandbox was not refreshed
	case !a.refused():
		return e.withRefresh(v, e.siblingsOffline())
	case shared && integrationOf(other) == integrationOf(e.conn):
		v.Steps = []sluice.Candidate{e.refreshCandidate(), e.integrationCandidate()}
		v.Summary = "All connections of the account are refused at the same time"
	default:
		v = sluice.Verdict{Code: "connection.sandbox_refreshed", Summary: "The sandbox was refreshed: its tokens and certificates are gone", Steps: []sluice.Candidate{e.refreshCandidate()}}
	}
	v.Connections = e.names(e.sameAccount())
	return v
}

// otherLogin is a sibling with a credential of its own. A connection that is
// not complete proves nothing.
func (e *examination) otherLogin() *sluice.Connection {
	for _, c := range e.sameAccount() {
		if len(c.Check()) == 0 && credentialOf(c) != credentialOf(e.conn) {
			return c
		}
	}
	return nil
}

func credentialOf(c *sluice.Connection) string {
	if c.Get("type") == sluice.AuthOAuth2M2M {
		return c.Get("certificate_id")
	}
	return c.Secrets["token_id"].Reveal()
}

func integrationOf(c *sluice.Connection) string {
	if c.Get("type") == sluice.AuthOAuth2M2M {
		return c.Secrets["client_id"].Reveal()
	}
	return c.Secrets["consumer_key"].Reveal()
}

// names are the names of this connection and the others.
func (e *examination) names(others []*sluice.Connection) []string {
	list := []string{e.conn.Name}
	for _, c := range others {
		list = append(list, c.Name)
	}
	slices.Sort(list)
	return list
}
