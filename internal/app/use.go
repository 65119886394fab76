package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/access"
	"github.com/sluicehq/sluice/internal/app/consumerkey"
	"github.com/sluicehq/sluice/internal/app/examination"
	"github.com/sluicehq/sluice/netsuite"
)

// Fields by which a connection refers to other things.
const (
	fieldIClient = "iclient"
	fieldBorrow  = "borrow_from"
)

// forUse returns a connection as connectors take it: see resolve.
func (c connections) forUse(ctx context.Context, name string) (*sluice.Connection, error) {
	conn, err := c.Connection(ctx, name)
	if err != nil {
		return nil, err
	}
	if err := c.resolve(ctx, conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// resolve lays over a connection what it refers to: the consumer key of its
// iClient and the concurrency of the connection that it borrows from. UpdatedAt
// becomes the newest of all, so that clients notice a rotation. A connection that
// cannot be used, or refers to what is not there, is an error.
func (c *core) resolve(ctx context.Context, conn *sluice.Connection) error {
	if conn.Kind == sluice.KindNetSuite && conn.Get("type") == sluice.AuthBasic {
		return basicRefused(conn.Name)
	}
	if err := c.own.Check(conn); err != nil {
		return err
	}
	if conn.Settings[fieldIClient] == "" && conn.Settings[fieldBorrow] == "" {
		return nil
	}
	ctx = access.Whole(ctx) // what it refers to goes with it
	refs, err := c.references(ctx)
	if err != nil {
		return err
	}
	if err := sluice.Problems("connection.invalid", "the connection "+conn.Name+" cannot be used", refs.check(conn)); err != nil {
		return err
	}
	if name := conn.Settings[fieldIClient]; name != "" && refersToIClient(conn) {
		key, err := c.consumerKeys.ConsumerKey(ctx, name)
		if err != nil {
			return err
		}
		layKey(conn, key)
	}
	if name := conn.Settings[fieldBorrow]; name != "" {
		lender := refs.connections[name]
		conn.Settings["concurrency"] = lender.Get("concurrency")
		conn.UpdatedAt = later(conn.UpdatedAt, lender.UpdatedAt)
	}
	return nil
}

// layKey gives a connection the consumer key of its iClient, in the fields that
// its authentication type reads.
func layKey(conn *sluice.Connection, key *sluice.ConsumerKey) {
	conn.UpdatedAt = later(conn.UpdatedAt, key.UpdatedAt)
	if conn.Secrets == nil {
		conn.Secrets = map[string]sluice.Secret{}
	}
	if conn.Get("type") == sluice.AuthOAuth2M2M {
		conn.Secrets["client_id"] = key.Key
		return
	}
	conn.Secrets["consumer_key"], conn.Secrets["consumer_secret"] = key.Key, key.Secret
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func basicRefused(name string) *sluice.Error {
	return sluice.Errorf("connection.basic_refused", "the connection %s logs in with e-mail address and password, which NetSuite refuses", name).At("settings.type").
		Fix("Change its authentication type to token-auto (Save & authorize) or token (manual): sluice connection edit " + name + " --set type=token-auto")
}

// references are the things that connections can refer to, by name. Their secrets
// are sealed.
type references struct {
	keys        map[string]*sluice.ConsumerKey
	connections map[string]*sluice.Connection
}

func (c *core) references(ctx context.Context) (*references, error) {
	keys, err := c.store.ConsumerKeys(ctx)
	if err != nil {
		return nil, err
	}
	list, err := c.store.Connections(access.Whole(ctx)) // whoever borrows from one counts, whosever it is
	if err != nil {
		return nil, err
	}
	r := &references{keys: map[string]*sluice.ConsumerKey{}, connections: map[string]*sluice.Connection{}}
	for _, k := range keys {
		r.keys[k.Name] = &k.ConsumerKey
	}
	for _, s := range list {
		r.connections[s.Name] = &s.Connection
	}
	return r, nil
}

// refersToIClient reports whether the connection's type logs in with an iClient.
func refersToIClient(conn *sluice.Connection) bool {
	kind, _ := sluice.KindOf(conn.Kind)
	field, ok := kind.Field(fieldIClient)
	return ok && conn.Applies(field)
}

// check says what is wrong with the things that a connection refers to.
func (r *references) check(conn *sluice.Connection) []sluice.Problem {
	return append(r.checkIClient(conn), r.checkLender(conn)...)
}

func (r *references) checkIClient(conn *sluice.Connection) []sluice.Problem {
	const path = "settings." + fieldIClient
	name, account := conn.Settings[fieldIClient], conn.Get("account")
	if name == "" || !refersToIClient(conn) {
		return nil
	}
	key, ok := r.keys[name]
	switch {
	case !ok:
		return []sluice.Problem{{Code: "connection.unknown_iclient", Path: path, Message: fmt.Sprintf("there is no iClient %q", name), Remedy: r.choice(account)}}
	case !consumerkey.Fits(key, account):
		return []sluice.Problem{{Code: "connection.wrong_iclient", Path: path, Remedy: r.choice(account),
			Message: fmt.Sprintf("the iClient %q is of the account %s: with it NetSuite answers \"invalid or missing consumer key\"", name, key.Account)}}
	}
	return nil
}

// choice names the iClients that a connection to the account can have.
func (r *references) choice(account string) string {
	var fit []string
	for name, key := range r.keys {
		if consumerkey.Fits(key, account) {
			fit = append(fit, name)
		}
	}
	if len(fit) == 0 {
		return "Create one for the account: sluice consumer-key create NAME"
	}
	slices.Sort(fit)
	return "For this account choose " + strings.Join(fit, " or ")
}

func (r *references) checkLender(conn *sluice.Connection) []sluice.Problem {
	name := conn.Settings[fieldBorrow]
	if name == "" {
		return nil
	}
	problem := func(code, message, remedy string) []sluice.Problem {
		return []sluice.Problem{{Code: code, Path: "settings." + fieldBorrow, Message: message, Remedy: remedy}}
	}
	lender, ok := r.connections[name]
	switch {
	case name == conn.Name || ok && lender.ID == conn.ID:
		return problem("connection.wrong_lender", "the connection cannot borrow from itself", "Leave the field empty, or name another connection")
	case !ok:
		return problem("connection.unknown_lender", fmt.Sprintf("there is no connection %q to borrow from", name), "Create it first, or leave the field empty")
	case lender.Kind != conn.Kind:
		return problem("connection.wrong_lender", fmt.Sprintf("the connection %q is of the kind %s", name, lender.Kind), "Name one of the same kind")
	case conn.Kind == sluice.KindNetSuite && !accountsMayAgree(lender, conn):
		return problem("connection.wrong_lender", fmt.Sprintf("the connection %q is of the account %s", name, lender.Get("account")), "Name one of the same account: NetSuite counts requests by account")
	case lender.Settings[fieldBorrow] != "":
		return problem("connection.wrong_lender", fmt.Sprintf("the connection %q borrows itself, from %s", name, lender.Settings[fieldBorrow]), "Borrow from "+lender.Settings[fieldBorrow])
	}
	return nil
}

// checkBorrowers says which connections borrow from one that changes so that they
// could not any more.
func (r *references) checkBorrowers(old, now *sluice.Connection) []sluice.Problem {
	after := &references{keys: r.keys, connections: maps.Clone(r.connections)}
	delete(after.connections, old.Name)
	after.connections[now.Name] = now
	var lost []string
	for _, name := range r.borrowers(old.Name) {
		if len(after.checkLender(r.connections[name])) > 0 {
			lost = append(lost, name)
		}
	}
	if len(lost) == 0 {
		return nil
	}
	return []sluice.Problem{{Code: "connection.has_borrowers", Path: "settings", Message: "connections that borrow concurrency from it could not any more: " + strings.Join(lost, ", "),
		Remedy: "Change these connections first"}}
}

// borrowers returns the names of the connections that borrow from one, in order.
func (r *references) borrowers(name string) []string {
	var list []string
	for _, c := range r.connections {
		if c.Settings[fieldBorrow] == name {
			list = append(list, c.Name)
		}
	}
	slices.Sort(list)
	return list
}

// accountsMayAgree reports whether two connections are of one account, as far as
// both are known.
func accountsMayAgree(a, b *sluice.Connection) bool {
	return a.Get("account") == "" || b.Get("account") == "" || examination.SameAccount(a, b)
}

// checkEnvironment refuses an environment that the account ID contradicts. Test
// drive accounts are neither quite; they may be called production or sandbox.
func checkEnvironment(conn *sluice.Connection, id netsuite.AccountID) []sluice.Problem {
	chosen := conn.Settings["environment"]
	told, label := sluice.EnvironmentProduction, id.Realm()
	switch id.Environment() {
	case netsuite.Sandbox:
		told = sluice.EnvironmentSandbox
	case netsuite.ReleasePreview:
		told = sluice.EnvironmentReleasePreview
	case netsuite.TestDrive:
		if chosen == sluice.EnvironmentSandbox {
			told = sluice.EnvironmentSandbox
		}
	}
	if chosen == "" || chosen == told {
		return nil
	}
	return []sluice.Problem{{Code: "connection.environment", Path: "settings.environment",
		Message: fmt.Sprintf("the account %s is not a %s account, but %s", label, chosen, told),
		Remedy:  fmt.Sprintf("Choose %s, or give the account ID of the %s account", told, chosen)}}
}

// checkRetired refuses options that can be kept, and not chosen any more.
func checkRetired(old, now *sluice.Connection) []sluice.Problem {
	kind, _ := sluice.KindOf(now.Kind)
	var problems []sluice.Problem
	for _, f := range kind.Fields {
		value := now.Settings[f.Name]
		retired := slices.ContainsFunc(f.Options, func(o sluice.Option) bool { return o.Retired && o.Value == value })
		if retired && (old == nil || old.Settings[f.Name] != value) {
			problems = append(problems, sluice.Problem{Code: "connection.retired_value", Path: "settings." + f.Name,
				Message: fmt.Sprintf("%s cannot be %q any more", f.Label, value), Remedy: "Choose another: " + strings.Join(current(f), ", ")})
		}
	}
	return problems
}

func current(f sluice.Field) []string {
	var values []string
	for _, o := range f.Options {
		if !o.Retired {
			values = append(values, o.Value)
		}
	}
	return values
}
