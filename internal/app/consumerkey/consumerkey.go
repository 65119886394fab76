// Package consumerkey holds the rules round consumer keys (iClients): each is kept
// once, sealed, for all connections that name it.
package consumerkey

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/netsuite"
)

// Names of the two texts, in the API and in the places where they are sealed.
const (
	fieldKey    = "consumer_key"
	fieldSecret = "consumer_secret"
)

// Sealer seals and opens secrets. The place names where a ciphertext belongs.
type Sealer interface {
	Seal(secret sluice.Secret, place string) ([]byte, error)
	Unseal(sealed []byte, place string) (sluice.Secret, error)
}

// Keys holds the rules round consumer keys.
type Keys struct {
	Store interface {
		sluice.ConsumerKeyStore
		sluice.ConnectionStore
	}
	Sealer Sealer
	Audit  *audit.Log
	Clock  func() time.Time
}

func place(id, field string) string { return "consumer-key/" + id + "/" + field }

func (k *Keys) opened(s *sluice.SealedConsumerKey) (*sluice.ConsumerKey, error) {
	out := s.ConsumerKey
	var err error
	if out.Key, err = k.Sealer.Unseal(s.Sealed[fieldKey], place(s.ID, fieldKey)); err != nil {
		return nil, err
	}
	out.Secret, err = k.Sealer.Unseal(s.Sealed[fieldSecret], place(s.ID, fieldSecret))
	return &out, err
}

func (k *Keys) sealed(in *sluice.ConsumerKey) (*sluice.SealedConsumerKey, error) {
	out := &sluice.SealedConsumerKey{ConsumerKey: *in, Sealed: map[string][]byte{}}
	out.Key, out.Secret = sluice.Secret{}, sluice.Secret{}
	var err error
	if out.Sealed[fieldKey], err = k.Sealer.Seal(in.Key, place(in.ID, fieldKey)); err != nil {
		return nil, err
	}
	out.Sealed[fieldSecret], err = k.Sealer.Seal(in.Secret, place(in.ID, fieldSecret))
	return out, err
}

// ConsumerKey returns a consumer key, whose texts show as fingerprints.
func (k *Keys) ConsumerKey(ctx context.Context, name string) (*sluice.ConsumerKey, error) {
	s, err := k.Store.ConsumerKey(ctx, name)
	if err != nil {
		return nil, err
	}
	return k.opened(s)
}

// ListConsumerKeys returns all consumer keys by name.
func (k *Keys) ListConsumerKeys(ctx context.Context) ([]*sluice.ConsumerKey, error) {
	stored, err := k.Store.ConsumerKeys(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]*sluice.ConsumerKey, len(stored))
	for i, s := range stored {
		if list[i], err = k.opened(s); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// CreateConsumerKey stores a new consumer key.
func (k *Keys) CreateConsumerKey(ctx context.Context, by api.Actor, in api.ConsumerKeyInput) (*sluice.ConsumerKey, error) {
	fresh, problems := k.Changed(nil, in)
	if err := sluice.Problems("consumer_key.invalid", "the consumer key cannot be created", append(problems, Check(fresh)...)); err != nil {
		return nil, err
	}
	return fresh, k.Save(ctx, by, nil, fresh)
}

// Save stores a consumer key that was checked: a new one, where old is nil, or one
// that has changed.
func (k *Keys) Save(ctx context.Context, by api.Actor, old, now *sluice.ConsumerKey) error {
	s, err := k.sealed(now)
	if err != nil {
		return err
	}
	action, detail := "create", strings.Join(ChangedFields(old, now), ", ")
	if old == nil {
		err = k.Store.CreateConsumerKey(ctx, s)
	} else {
		action, err = "update", k.Store.UpdateConsumerKey(ctx, s)
	}
	if err != nil {
		return err
	}
	k.Audit.Note(ctx, by, action, "consumer-key", now.Name, detail)
	if old == nil || now.Key == old.Key && now.Secret == old.Secret {
		return nil
	}
	return k.untested(ctx, now.Name)
}

// Check says everything that is wrong with a consumer key.
func Check(k *sluice.ConsumerKey) []sluice.Problem {
	problems := k.Check()
	if k.Account == "" {
		return problems
	}
	if _, err := netsuite.ParseAccountID(k.Account); err != nil {
		problems = append(problems, sluice.Problem{Code: "consumer_key.account", Path: "account", Message: fmt.Sprintf("%q is not a NetSuite account ID", k.Account),
			Remedy: "Copy it from Setup > Company > Company Information, as 1234567 or 1234567_SB1, or leave it empty"})
	}
	return problems
}

// Changed returns old, or a new consumer key where it is nil, with the changes of in:
// what in leaves out stays, and so does a text that is given as its fingerprint. It
// does not look at the result (Check).
func (k *Keys) Changed(old *sluice.ConsumerKey, in api.ConsumerKeyInput) (*sluice.ConsumerKey, []sluice.Problem) {
	now := k.Clock().UTC()
	out := sluice.ConsumerKey{ID: strings.ToLower(rand.Text()[:16]), CreatedAt: now}
	if old != nil {
		out = *old
	}
	out.UpdatedAt = now
	if in.Name != "" {
		out.Name = in.Name
	}
	if in.Account != nil {
		out.Account = strings.TrimSpace(*in.Account)
	}
	if in.Application != nil {
		out.Application = strings.TrimSpace(*in.Application)
	}
	var problems []sluice.Problem
	for _, text := range []struct {
		field string
		in    sluice.Secret
		out   *sluice.Secret
	}{{fieldKey, in.Key, &out.Key}, {fieldSecret, in.Secret, &out.Secret}} {
		given := strings.TrimSpace(text.in.Reveal())
		switch {
		case given == "" || given == text.out.String():
		case sluice.IsFingerprint(given):
			problems = append(problems, sluice.Problem{Code: "consumer_key.stale_fingerprint", Path: text.field,
				Message: "this is the fingerprint of another text than the stored one", Remedy: "Leave the field out to keep what is stored, or give the text itself"})
		default:
			*text.out = sluice.NewSecret(given)
		}
	}
	return &out, problems
}

// ChangedFields names the fields in which two consumer keys differ, in order; for a
// new one, where old is nil, those that it has.
func ChangedFields(old, now *sluice.ConsumerKey) []string {
	if old == nil {
		old = &sluice.ConsumerKey{Name: now.Name}
	}
	return audit.Changed(audit.Field{Name: "name", Same: old.Name == now.Name}, audit.Field{Name: "account", Same: old.Account == now.Account},
		audit.Field{Name: "application", Same: old.Application == now.Application},
		audit.Field{Name: fieldKey, Same: old.Key == now.Key}, audit.Field{Name: fieldSecret, Same: old.Secret == now.Secret})
}

// UpdateConsumerKey changes or rotates a consumer key. All connections that name it
// log in with the new texts from their next request on.
func (k *Keys) UpdateConsumerKey(ctx context.Context, by api.Actor, name string, in api.ConsumerKeyInput) (*sluice.ConsumerKey, error) {
	old, err := k.ConsumerKey(ctx, name)
	if err != nil {
		return nil, err
	}
	now, problems := k.Changed(old, in)
	users, err := k.users(ctx, old.Name)
	if err != nil {
		return nil, err
	}
	if now.Name != old.Name && len(users) > 0 {
		problems = append(problems, sluice.Problem{Code: "consumer_key.in_use", Path: "name", Message: "connections use the consumer key by its name: " + names(users), Remedy: "Change the connections first"})
	}
	problems = append(problems, Check(now)...)
	problems = append(problems, misfits(now, users)...)
	if err := sluice.Problems("consumer_key.invalid", "the consumer key cannot be changed", problems); err != nil {
		return nil, err
	}
	if len(ChangedFields(old, now)) == 0 {
		return old, nil
	}
	return now, k.Save(ctx, by, old, now)
}

// untested takes back what is known of the connections that use a consumer key:
// their login has changed.
func (k *Keys) untested(ctx context.Context, name string) error {
	users, err := k.users(ctx, name)
	if err != nil {
		return err
	}
	for _, c := range users {
		if err := k.Store.SetConnectionStatus(ctx, c.ID, sluice.StatusUntested, "", c.CheckedAt); err != nil {
			return err
		}
	}
	return nil
}

// misfits names the connections that are in another account than the consumer key.
func misfits(k *sluice.ConsumerKey, users []*sluice.SealedConnection) []sluice.Problem {
	others := slices.DeleteFunc(slices.Clone(users), func(c *sluice.SealedConnection) bool { return Fits(k, c.Get("account")) })
	if len(others) == 0 {
		return nil
	}
	return []sluice.Problem{{Code: "consumer_key.wrong_account", Path: "account", Message: "connections of other accounts use the consumer key: " + names(others),
		Remedy: "Give them another iClient first, or leave the account empty"}}
}

// Fits reports whether a consumer key can be that of a connection to the account,
// as far as both accounts are known.
func Fits(k *sluice.ConsumerKey, account string) bool {
	own, err := netsuite.ParseAccountID(k.Account)
	other, otherErr := netsuite.ParseAccountID(account)
	return err != nil || otherErr != nil || own == other
}

// DeleteConsumerKey deletes a consumer key that no connection uses.
func (k *Keys) DeleteConsumerKey(ctx context.Context, by api.Actor, name string) error {
	s, err := k.Store.ConsumerKey(ctx, name)
	if err != nil {
		return err
	}
	users, err := k.users(ctx, s.Name)
	if err != nil {
		return err
	}
	if len(users) > 0 {
		return sluice.Errorf("consumer_key.in_use", "connections use the consumer key %q: %s", s.Name, names(users)).
			Fix("Give them another iClient first")
	}
	if err := k.Store.DeleteConsumerKey(ctx, s.ID); err != nil {
		return err
	}
	k.Audit.Note(ctx, by, "delete", "consumer-key", s.Name, "")
	return nil
}

// ConsumerKeyUse returns the names of the connections that use a consumer key.
func (k *Keys) ConsumerKeyUse(ctx context.Context, name string) ([]string, error) {
	s, err := k.Store.ConsumerKey(ctx, name)
	if err != nil {
		return nil, err
	}
	users, err := k.users(ctx, s.Name)
	if err != nil {
		return nil, err
	}
	list := make([]string, len(users))
	for i, c := range users {
		list[i] = c.Name
	}
	return list, nil
}

// users returns the connections that name a consumer key in any of their logins:
// the one in force, the previous one and the candidate.
func (k *Keys) users(ctx context.Context, name string) ([]*sluice.SealedConnection, error) {
	all, err := k.Store.Connections(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(c *sluice.SealedConnection) bool {
		return c.Settings["iclient"] != name &&
			(c.Previous == nil || c.Previous.Settings["iclient"] != name) &&
			(c.Candidate == nil || c.Candidate.Settings["iclient"] != name)
	}), nil
}

func names(list []*sluice.SealedConnection) string {
	var out []string
	for _, c := range list {
		out = append(out, c.Name)
	}
	return strings.Join(out, ", ")
}
