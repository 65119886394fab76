package credential

import (
	"context"
	"maps"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/guide"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
)

// change reads a connection anew, changes it, and stores it at once.
func (r *Rules) change(ctx context.Context, id string, edit func(*sluice.Connection) error) (*sluice.Connection, error) {
	r.Writing.Lock()
	defer r.Writing.Unlock()
	conn, err := r.Connections.Connection(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := edit(conn); err != nil {
		return nil, err
	}
	return conn, r.Connections.SaveConnection(ctx, conn)
}

// accept puts the token of an authorization to use, and returns who it is.
func (r *Rules) accept(ctx context.Context, by api.Actor, id string, pair auth.TokenPair, who *sluice.Identity) (*sluice.Identity, error) {
	candidate := false
	conn, err := r.Connections.Connection(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := giveToken(conn, pair, who, &candidate); err != nil {
		return nil, err
	}
	if err := r.identify(ctx, conn, candidate, who); err != nil {
		return nil, err
	}
	conn, err = r.change(ctx, id, func(c *sluice.Connection) error {
		err := giveToken(c, pair, who, &candidate)
		if !candidate {
			c.Identity, c.UpdatedAt = who, After(c.UpdatedAt, r.now())
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var evidence *sluice.Evidence
	if candidate {
		evidence, err = r.prove(ctx, by, conn, who)
	} else {
		evidence, err = r.Connections.TestConnection(ctx, by, conn.ID)
	}
	if err == nil && !evidence.OK {
		err = unusable(evidence)
	}
	return who, err
}

// giveToken puts a token where it belongs: into the candidate of the type
// token-auto, or into the connection of that type.
func giveToken(c *sluice.Connection, pair auth.TokenPair, who *sluice.Identity, candidate *bool) error {
	settings, secrets := c.Settings, maps.Clone(c.Secrets)
	switch {
	case c.Candidate != nil && c.Candidate.Type == sluice.AuthTokenAuto:
		*candidate = true
		settings, secrets = c.Candidate.Settings, maps.Clone(c.Candidate.Secrets)
	case c.Get("type") != sluice.AuthTokenAuto:
		return sluice.Errorf("authorization.overtaken", "the type of the connection %s was changed meanwhile; nothing was stored", c.Name).Fix("Begin again")
	default:
		*candidate = false
	}
	settings = maps.Clone(settings)
	if settings == nil {
		settings = map[string]string{}
	}
	if secrets == nil {
		secrets = map[string]sluice.Secret{}
	}
	if settings["account"] == "" {
		settings["account"] = who.Account
	}
	secrets["token_id"], secrets["token_secret"] = sluice.NewSecret(pair.Token), sluice.NewSecret(pair.Secret.Reveal())
	if *candidate {
		c.Candidate.Settings, c.Candidate.Secrets = settings, secrets
	} else {
		c.Settings, c.Secrets = settings, secrets
	}
	return nil
}

// identify asks NetSuite who the token is, and makes sure of the account. Where the
// token is not let in, the test that follows says why.
func (r *Rules) identify(ctx context.Context, conn *sluice.Connection, candidate bool, who *sluice.Identity) error {
	trial := *conn
	if candidate {
		trial = *asCandidate(conn)
	}
	trial.ID = ""
	usable, err := r.Connections.Usable(ctx, &trial)
	if err != nil {
		return err
	}
	client, err := r.Client(usable)
	if err != nil {
		return err
	}
	info, err := client.System.TokenInfo(ctx)
	if err != nil {
		return nil //nolint:nilerr // who it is, is no condition: the test decides
	}
	if told, err := netsuite.ParseAccountID(info.CompanyID); err == nil && told.Realm() != who.Account {
		return sluice.Errorf("authorization.wrong_account", "the token is for the account %s, the connection is for %s; nothing was stored", told.Realm(), who.Account).
			At(place(guide.StepAccountID)).Fix("Log in to " + who.Account + " and begin again")
	}
	who.RoleName, who.EntityName = info.RoleName, info.EntityName
	if who.RoleID == "" {
		who.RoleID = info.RoleID
	}
	if who.EntityID == "" {
		who.EntityID = info.EntityID
	}
	return nil
}

// unusable says that NetSuite made a token and does not let it in.
func unusable(e *sluice.Evidence) error {
	out := sluice.Errorf("authorization.not_usable", "NetSuite made the token, and refuses it: %s", e.Message).At(place(guide.StepIntegrationRecord)).
		Fix("The token is kept. An integration record that the log-in installed can wait for approval: set its State to Enabled on " + manageIntegrations + ", then test the connection")
	if e.Error != nil {
		out.Problems = []sluice.Problem{{Code: e.Error.Code, Message: e.Error.Message, Remedy: e.Error.Remedy}}
		out.Err = e.Error
	}
	return out
}

// ProveCandidate tries the candidate login, and puts it in force when it works.
func (r *Rules) ProveCandidate(ctx context.Context, by api.Actor, name string) (*sluice.Evidence, error) {
	conn, err := r.netsuiteConnection(ctx, name)
	if err != nil {
		return nil, err
	}
	if conn.Candidate == nil {
		return nil, noCandidate(conn)
	}
	return r.prove(ctx, by, conn, nil)
}

func noCandidate(conn *sluice.Connection) error {
	return sluice.Errorf("connection.no_candidate", "the connection %s has no login that waits to be proven", conn.Name).Fix("Change its type first")
}

// prove tries the candidate while the connection goes on with the login that it
// has. One that works is put in force in the same write that keeps the other as the
// previous one: at no time is there neither.
func (r *Rules) prove(ctx context.Context, by api.Actor, conn *sluice.Connection, who *sluice.Identity) (*sluice.Evidence, error) {
	tried := conn.Candidate
	evidence, err := r.Connections.Try(ctx, asCandidate(conn))
	if err != nil {
		return nil, err
	}
	if who == nil && evidence.OK {
		who = r.whoAfter(ctx, conn, evidence.Identity)
	}
	now := r.now()
	conn, err = r.change(ctx, conn.ID, func(c *sluice.Connection) error {
		if c.Candidate == nil || Differs(c.Candidate, tried) {
			return sluice.Errorf(sluice.CodeConflict, "the candidate of the connection %s was changed while it was tried", c.Name).Fix("Try again")
		}
		if !evidence.OK {
			c.Candidate.Error, c.Candidate.TriedAt = evidence.Error, now
			return nil
		}
		switchLogin(c, now)
		c.Identity = who
		return nil
	})
	if err != nil || !evidence.OK {
		return evidence, err
	}
	r.Audit(ctx, by, "switch", "connection", conn.Name, conn.Previous.Type+" to "+conn.Get("type"))
	return r.Connections.TestConnection(ctx, by, conn.ID)
}

// whoAfter completes what a candidate's test told of who it is. To OAuth 2.0 logins
// NetSuite tells no role and user; their access token may name them.
func (r *Rules) whoAfter(ctx context.Context, conn *sluice.Connection, told *sluice.Identity) *sluice.Identity {
	if told == nil || told.RoleID != "" {
		return told
	}
	s, err := r.side(ctx, asCandidate(conn))
	if err != nil {
		return told
	}
	subject := r.subject(ctx, s)
	out, before := *told, conn.Identity
	out.RoleID, out.EntityID = subject.Role, subject.Entity
	if before != nil && before.Account == out.Account {
		if before.RoleID == out.RoleID {
			out.RoleName = before.RoleName
		}
		if before.EntityID == out.EntityID {
			out.EntityName = before.EntityName
		}
	}
	return &out
}

// DropCandidate forgets the candidate login.
func (r *Rules) DropCandidate(ctx context.Context, by api.Actor, name string) (*sluice.Connection, error) {
	conn, err := r.change(ctx, name, func(c *sluice.Connection) error {
		if c.Candidate == nil {
			return noCandidate(c)
		}
		c.Candidate = nil
		return nil
	})
	if err == nil {
		r.Audit(ctx, by, "drop_candidate", "connection", conn.Name, "")
	}
	return conn, err
}

// RestorePrevious goes back to the login before the last change, in one write. What
// was in force takes its place.
func (r *Rules) RestorePrevious(ctx context.Context, by api.Actor, name string) (*sluice.Connection, error) {
	conn, err := r.change(ctx, name, func(c *sluice.Connection) error {
		switch {
		case c.Previous == nil:
			return noPrevious(c)
		case c.Previous.Type == sluice.AuthBasic:
			return sluice.Errorf("connection.basic_refused", "the login before was by e-mail address and password, which NetSuite refuses").Fix("Change the type to token or token-auto")
		}
		restore(c, r.now())
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.Audit(ctx, by, "restore", "connection", conn.Name, conn.Previous.Type+" to "+conn.Get("type"))
	// The test lets flows that run go over to it, and says whether it still works.
	if _, err := r.Connections.TestConnection(ctx, by, conn.ID); err != nil {
		return nil, err
	}
	return r.Connections.Connection(ctx, conn.ID)
}

func noPrevious(conn *sluice.Connection) error {
	return sluice.Errorf("connection.no_previous", "the connection %s keeps no login from before", conn.Name).Fix("There is nothing to do")
}

// DropPrevious forgets the login before the last change. While the new one has never
// worked, it is kept.
func (r *Rules) DropPrevious(ctx context.Context, by api.Actor, name string) (*sluice.Connection, error) {
	conn, err := r.change(ctx, name, func(c *sluice.Connection) error {
		switch {
		case c.Previous == nil:
			return noPrevious(c)
		case c.Previous.ProvenAt.IsZero():
			return sluice.Errorf("connection.unproven", "the present login of the connection %s has not worked yet; the one before is kept until it has", c.Name).
				Fix("Test the connection first: sluice connection test " + c.Name)
		}
		c.Previous = nil
		return nil
	})
	if err == nil {
		r.Audit(ctx, by, "drop_previous", "connection", conn.Name, "")
	}
	return conn, err
}

// Proven notes that the connection's present login works, so that the one before
// can be dropped.
func (r *Rules) Proven(ctx context.Context, id string) error {
	_, err := r.change(ctx, id, func(c *sluice.Connection) error {
		if c.Previous != nil && c.Previous.ProvenAt.IsZero() {
			c.Previous.ProvenAt = r.now()
		}
		return nil
	})
	return err
}
