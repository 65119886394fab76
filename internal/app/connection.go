package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/access"
	"github.com/sluicehq/sluice/internal/app/credential"
	"github.com/sluicehq/sluice/internal/app/fit"
	"github.com/sluicehq/sluice/netsuite"
)

// connections holds the rules round connections.
type connections struct{ *core }

// Connection returns a connection with its secrets, which show as fingerprints.
func (c connections) Connection(ctx context.Context, name string) (*sluice.Connection, error) {
	s, err := c.store.Connection(ctx, name)
	if err != nil {
		return nil, err
	}
	return c.opened(s)
}

func (c connections) ListConnections(ctx context.Context) ([]*sluice.Connection, error) {
	stored, err := c.store.Connections(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]*sluice.Connection, len(stored))
	for i, s := range stored {
		if list[i], err = c.opened(s); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// CreateConnection stores a new connection, and registers it with an integration when one
// is named.
func (c connections) CreateConnection(ctx context.Context, by api.Actor, in *sluice.Connection, with string) (*sluice.Connection, error) {
	refs, err := c.references(ctx)
	if err != nil {
		return nil, err
	}
	fresh := c.fresh(in)
	fresh.Revision = credential.Revision(fresh)
	problems := append(refs.problems(fresh), checkRetired(nil, fresh)...)
	if err := sluice.Problems("connection.invalid", "the connection cannot be created", problems); err != nil {
		return nil, err
	}
	if with == "" {
		return fresh, c.create(ctx, by, fresh)
	}
	return fresh, c.store.Atomically(ctx, func(ctx context.Context) error {
		ctx, err := c.store.Registering(ctx, with, fresh.ID)
		if err != nil {
			return err
		}
		if err := c.create(ctx, by, fresh); err != nil {
			return err
		}
		_, err = c.core.integrations().Register(ctx, by, with, fresh.ID, true)
		return err
	})
}

// create stores a connection that was checked.
func (c connections) create(ctx context.Context, by api.Actor, fresh *sluice.Connection) error {
	s, err := c.sealed(fresh)
	if err != nil {
		return err
	}
	if err := c.store.CreateConnection(ctx, s); err != nil {
		return err
	}
	c.audit(ctx, by, "create", "connection", fresh.Name, fieldList(fresh))
	c.notices.Review(ctx, fresh, "")
	return nil
}

// problems says everything that is wrong with a connection: its own fields, what
// they say together, and what it refers to.
func (r *references) problems(in *sluice.Connection) []sluice.Problem {
	problems := append(in.Check(), r.check(in)...)
	id := in.Get("account")
	if in.Kind != sluice.KindNetSuite || id == "" {
		return problems
	}
	account, err := netsuite.ParseAccountID(id)
	if err != nil {
		return append(problems, sluice.Problem{Code: "connection.account_id", Path: "settings.account", Message: fmt.Sprintf("%q is not a NetSuite account ID", id),
			Remedy: "Copy it from Setup > Company > Company Information, as 1234567 or 1234567_SB1"})
	}
	return append(problems, checkEnvironment(in, account)...)
}

// fresh returns the connection as a new one: with an ID, untested, without empty values.
func (c connections) fresh(in *sluice.Connection) *sluice.Connection {
	now := c.clock().UTC()
	out := &sluice.Connection{ID: newID(), Name: in.Name, Kind: in.Kind, Settings: maps.Clone(in.Settings),
		Secrets: maps.Clone(in.Secrets), Status: sluice.StatusUntested, CreatedAt: now, UpdatedAt: now}
	if out.Settings == nil {
		out.Settings = map[string]string{}
	}
	maps.DeleteFunc(out.Settings, func(_, v string) bool { return v == "" })
	maps.DeleteFunc(out.Secrets, func(_ string, s sluice.Secret) bool { return s.Empty() })
	return out
}

func (c connections) UpdateConnection(ctx context.Context, by api.Actor, name string, in *sluice.Connection) (*sluice.Connection, error) {
	old, out, err := c.rewrite(ctx, by, name, in)
	if sluice.ErrorCode(err) == sluice.CodeConnectionChanged {
		// Another server may have stored what overtakes nobody: the look at what is there now decides.
		old, out, err = c.rewrite(ctx, by, name, in)
	}
	if err != nil {
		return nil, err
	}
	out, err = c.proveNew(ctx, by, old, out)
	if err == nil {
		out.Revision = credential.Revision(out)
	}
	return out, err
}

// rewrite changes a connection, and returns it as it was and as it is.
func (c connections) rewrite(ctx context.Context, by api.Actor, name string, in *sluice.Connection) (old, out *sluice.Connection, err error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	if old, err = c.Connection(ctx, name); err != nil {
		return nil, nil, err
	}
	if in.Revision != "" && in.Revision != old.Revision {
		return nil, nil, sluice.Errorf(sluice.CodeConnectionChanged, "the connection %q has changed since it was read", old.Name).
			Fix("Look at what it is now, and make the change again")
	}
	refs, err := c.references(ctx)
	if err != nil {
		return nil, nil, err
	}
	out, problems, err := c.changed(ctx, refs, old, in)
	if err != nil {
		return nil, nil, err
	}
	problems = append(problems, checkRetired(old, c.fresh(in))...)
	if err := sluice.Problems("connection.invalid", "the connection cannot be changed", problems); err != nil {
		return nil, nil, err
	}
	if len(changedFields(old, out)) == 0 {
		return old, old, nil
	}
	return old, out, c.update(ctx, by, old, out)
}

// update stores a change that was checked.
func (c connections) update(ctx context.Context, by api.Actor, old, out *sluice.Connection) error {
	s, err := c.sealed(out)
	if err != nil {
		return err
	}
	s.Base = old.UpdatedAt
	if err := c.store.UpdateConnection(ctx, s); err != nil {
		return err
	}
	c.audit(ctx, by, "update", "connection", out.Name, strings.Join(changedFields(old, out), ", "))
	c.notices.Review(ctx, out, old.Status)
	return nil
}

// changed returns old with the changes of in, and everything that speaks against it.
func (c connections) changed(ctx context.Context, refs *references, old, in *sluice.Connection) (*sluice.Connection, []sluice.Problem, error) {
	out := c.fresh(in)
	out.ID, out.CreatedAt, out.Identity, out.Previous, out.Candidate, out.DebugUntil = old.ID, old.CreatedAt, old.Identity, old.Previous, old.Candidate, old.DebugUntil
	out.UpdatedAt = credential.After(old.UpdatedAt, out.UpdatedAt)
	if in.Revision != "" {
		credential.KeepObtained(out, old)
	}
	secrets, problems := mergeSecrets(credential.KnownSecrets(old, out.Get("type")), credential.Meant(old, in.Secrets))
	out.Secrets = secrets
	if in.Kind != old.Kind {
		problems = append(problems, sluice.Problem{Code: "connection.kind_fixed", Path: "kind", Message: "the kind of a connection cannot change", Remedy: "Create another connection"})
	}
	if in.Name != old.Name {
		users, err := c.ConnectionUse(access.Whole(ctx), old.Name)
		if err != nil {
			return nil, nil, err
		}
		if len(users) > 0 {
			problems = append(problems, sluice.Problem{Code: "connection.in_use", Path: "name", Message: "flows use the connection by its name: " + strings.Join(users, ", "), Remedy: "Change the flows first"})
		}
	}
	problems = append(problems, refs.checkBorrowers(old, out)...)
	problems = append(problems, refs.problems(out)...)
	if len(problems) > 0 {
		return out, problems, nil
	}
	if out.Kind == sluice.KindNetSuite && out.Get("type") != old.Get("type") {
		credential.ChangeType(out, old, out.UpdatedAt)
	}
	if credential.ReachesLike(out, old) {
		out.Status, out.Detail, out.CheckedAt = old.Status, old.Detail, old.CheckedAt
	}
	return out, nil, nil
}

// mergeSecrets lays new secrets over old ones: what is absent or given as its
// fingerprint stays, empty text removes.
func mergeSecrets(old, in map[string]sluice.Secret) (map[string]sluice.Secret, []sluice.Problem) {
	out := maps.Clone(old)
	if out == nil {
		out = map[string]sluice.Secret{}
	}
	var problems []sluice.Problem
	for field, secret := range in {
		switch text := secret.Reveal(); {
		case text == "":
			delete(out, field)
		case text == old[field].String():
		case sluice.IsFingerprint(text):
			problems = append(problems, sluice.Problem{Code: "connection.stale_fingerprint", Path: "secrets." + field,
				Message: "this is the fingerprint of another secret than the stored one", Remedy: "Leave the field out to keep the stored secret, or give the secret itself"})
		default:
			out[field] = secret
		}
	}
	return out, problems
}

// changedFields names the fields in which two connections differ, in order.
func changedFields(old, now *sluice.Connection) []string {
	var fields []string
	if old.Name != now.Name {
		fields = append(fields, "name")
	}
	for _, f := range unionKeys(old.Settings, now.Settings) {
		if old.Settings[f] != now.Settings[f] {
			fields = append(fields, "settings."+f)
		}
	}
	for _, f := range unionKeys(old.Secrets, now.Secrets) {
		if old.Secrets[f] != now.Secrets[f] {
			fields = append(fields, "secrets."+f)
		}
	}
	if credential.Differs(old.Candidate, now.Candidate) {
		fields = append(fields, "candidate")
	}
	return fields
}

func unionKeys[V any](a, b map[string]V) []string {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(keys)
	return slices.Compact(keys)
}

// fieldList names all fields that are set, never their values.
func fieldList(in *sluice.Connection) string {
	return strings.Join(changedFields(&sluice.Connection{Name: in.Name}, in), ", ")
}

// setStatus stores what a use of the connection showed, and tells people when it
// went offline.
func (c *core) setStatus(ctx context.Context, conn *sluice.Connection, status sluice.ConnectionStatus, detail string) error {
	if err := c.store.SetConnectionStatus(ctx, conn.ID, status, detail, c.clock().UTC()); err != nil {
		return err
	}
	now := *conn
	now.Status, now.Detail = status, detail
	c.notices.Review(ctx, &now, conn.Status)
	return nil
}

func (c connections) ConnectionUse(ctx context.Context, name string) ([]string, error) {
	s, err := c.store.Connection(ctx, name)
	if err != nil {
		return nil, err
	}
	flows, err := c.store.Flows(ctx)
	if err != nil {
		return nil, err
	}
	var users []string
	for _, f := range flows {
		if slices.Contains(fit.Names(&f.Flow), s.Name) {
			users = append(users, f.Flow.Name)
		}
	}
	return users, nil
}
