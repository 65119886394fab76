// Package rekey changes the key that seals secrets, while servers work.
//
// A rotation goes in steps that each leave everything openable, so that it can be
// killed between any two and goes on later: (1) a new key is put into the key file, (2)
// where several servers share the database, all of them have to have it, (3) it becomes
// the primary key, which seals, (4) every stored secret is sealed anew, in small
// transactions that leave alone what somebody changes meanwhile, (5) the old key is
// dropped when no secret, no server and no kept backup needs it.
package rekey

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	"github.com/sluicehq/sluice/internal/api/key"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/keyring"
	"github.com/sluicehq/sluice/internal/store/query"
	"github.com/sluicehq/sluice/internal/store/sealed"
)

const (
	batch   = 50               // rows in a transaction
	passes  = 20               // over all secrets, while others change some
	silent  = 30 * time.Second // after which a server counts as gone
	patient = 20 * time.Second // how long a rotation waits for the other servers
	tidy    = 10 * time.Minute // how often what a killed rotation has left is looked for
)

// Config wires Keys. All but Shared and Every is required.
type Config struct {
	Ring   *keyring.Keyring
	DB     query.Database
	Shared bool   // other servers may work on the database
	Name   string // of this server
	// Backups returns how many kept backups need each key.
	Backups func() (map[uint32]int, error)
	Every   time.Duration // how often the server says which keys it has; 5 s by default
	Audit   *audit.Log
	Clock   func() time.Time
	Log     *slog.Logger
}

// Keys rotates keys.
type Keys struct {
	Config
	turn chan struct{} // one rotation at a time
}

// New returns what rotates keys.
func New(c Config) *Keys {
	c.Every = cmp.Or(c.Every, 5*time.Second)
	return &Keys{Config: c, turn: make(chan struct{}, 1)}
}

// Keys says which keys there are and what each is needed for.
func (k *Keys) Keys(ctx context.Context) (*key.Keys, error) {
	counts, err := sealed.Keys(ctx, k.DB.Read())
	if err != nil {
		return nil, err
	}
	backups, err := k.Backups()
	if err != nil {
		return nil, err
	}
	out := &key.Keys{File: k.Ring.Path(), Servers: []key.KeyServer{}}
	for _, one := range k.Ring.Keys() {
		out.Items = append(out.Items, key.Key{ID: one.ID, Primary: one.Primary, Fingerprint: one.Fingerprint, Secrets: counts[one.ID], Backups: backups[one.ID]})
		delete(counts, one.ID)
	}
	for _, n := range counts {
		out.Lost += n
	}
	if k.Shared {
		servers, err := sealed.Servers(ctx, k.DB.Read(), k.Clock().Add(-silent))
		if err != nil {
			return nil, err
		}
		for _, s := range servers {
			out.Servers = append(out.Servers, key.KeyServer{Name: s.Name, Keys: s.Keys, Primary: s.Primary})
		}
	}
	return out, nil
}

// Rotate makes a new primary key and seals everything anew. Where it cannot go on yet it
// says so in Waiting; to call it again goes on with it. Errors: keyring.key_file_unwritable,
// keyring.servers_lack_key.
func (k *Keys) Rotate(ctx context.Context, by endpoint.Actor) (*key.Keys, error) {
	ctx = context.WithoutCancel(ctx) // who asked may go away: half of it is no good to anybody
	k.turn <- struct{}{}
	defer func() { <-k.turn }()
	id, err := k.Ring.Stage()
	if err != nil {
		return nil, err
	}
	if err := k.tell(ctx); err != nil {
		return nil, err
	}
	lacking, err := k.await(ctx, func(s sealed.Server) bool { return slices.Contains(s.Keys, id) })
	if err != nil {
		return nil, err
	}
	if len(lacking) > 0 {
		return nil, sluice.Errorf("keyring.servers_lack_key", "these servers do not have the new key %d: %s", id, strings.Join(lacking, ", ")).
			At(k.Ring.Path()).Fix("Copy the key file to them, then rotate again: it goes on with this key")
	}
	if err := k.Ring.Promote(id); err != nil {
		return nil, err
	}
	k.Audit.Note(ctx, by, "rotate", "key", fmt.Sprint(id), "the new key seals; secrets are sealed anew")
	if err := k.tell(ctx); err != nil {
		return nil, err
	}
	// A server that still seals by the old key would have its secrets sealed anew later.
	if _, err := k.await(ctx, func(s sealed.Server) bool { return s.Primary == id }); err != nil {
		return nil, err
	}
	if err := k.reseal(ctx); err != nil {
		return nil, err
	}
	return k.dropped(ctx, by, false)
}

// await waits until all live servers are as they should be, and names those that are not.
func (k *Keys) await(ctx context.Context, ready func(sealed.Server) bool) ([]string, error) {
	if !k.Shared {
		return nil, nil
	}
	for end := time.Now().Add(patient); ; {
		servers, err := sealed.Servers(ctx, k.DB.Read(), k.Clock().Add(-silent))
		if err != nil {
			return nil, err
		}
		var lacking []string
		for _, s := range servers {
			if !ready(s) {
				lacking = append(lacking, s.Name)
			}
		}
		if len(lacking) == 0 || time.Now().After(end) {
			return lacking, nil
		}
		<-time.After(200 * time.Millisecond) // other servers look at their key files
	}
}

// tell says which keys this server has.
func (k *Keys) tell(ctx context.Context) error {
	if !k.Shared {
		return nil
	}
	s := sealed.Server{Name: k.Name, At: k.Clock().UTC()}
	for _, one := range k.Ring.Keys() {
		s.Keys = append(s.Keys, one.ID)
		if one.Primary {
			s.Primary = one.ID
		}
	}
	return k.DB.Write(ctx, func(q query.Querier) error { return sealed.Tell(ctx, q, s, s.At.Add(-time.Hour)) })
}

// reseal seals everything anew that the primary key has not sealed. Rows that somebody
// changes meanwhile are met again in the next pass.
func (k *Keys) reseal(ctx context.Context) error {
	for range passes {
		left := 0
		for _, table := range sealed.Tables() {
			for after := ""; ; {
				missed, last, err := k.resealSome(ctx, table, after)
				if err != nil {
					return err
				}
				left += missed
				if last == "" {
					break
				}
				after = last
			}
		}
		if left == 0 {
			return nil
		}
	}
	return sluice.Errorf("keyring.busy", "secrets change faster than they can be sealed anew").Fix("Rotate again when less is changed: it goes on with this key")
}

// resealSome seals the next rows of a table anew, in one transaction.
func (k *Keys) resealSome(ctx context.Context, table, after string) (missed int, last string, err error) {
	err = k.DB.Write(ctx, func(q query.Querier) error {
		missed = 0
		var rows []sealed.Row
		if rows, last, err = sealed.Rows(ctx, q, table, after, batch); err != nil {
			return err
		}
		for i := range rows {
			fresh, err := k.freshen(&rows[i])
			if err != nil {
				return err
			}
			if len(fresh) == 0 {
				continue
			}
			stored, err := rows[i].Put(ctx, q, fresh)
			if err != nil {
				return err
			}
			if !stored {
				missed++
			}
		}
		return nil
	})
	return missed, last, err
}

// freshen seals a row's values anew. What no key opens stays as it is: nobody can use it,
// and a key may turn up.
func (k *Keys) freshen(r *sealed.Row) (map[string][]byte, error) {
	fresh := map[string][]byte{}
	for field, v := range r.Values {
		text, changed, err := k.Ring.Reseal(v.Sealed, v.Place)
		switch code := sluice.ErrorCode(err); {
		case code == "keyring.wrong_key", code == "keyring.wrong_place":
			k.Log.Error("a secret does not open and was not sealed anew", "place", v.Place, "error", err)
		case err != nil:
			return nil, err
		case changed:
			fresh[field] = text
		}
	}
	return fresh, nil
}

// DropKeys removes keys that nothing needs any more.
func (k *Keys) DropKeys(ctx context.Context, by endpoint.Actor, although bool) (*key.Keys, error) {
	k.turn <- struct{}{}
	defer func() { <-k.turn }()
	return k.dropped(ctx, by, although)
}

func (k *Keys) dropped(ctx context.Context, by endpoint.Actor, although bool) (*key.Keys, error) {
	list, err := k.Keys(ctx)
	if err != nil {
		return nil, err
	}
	var drop []uint32
	for i, one := range list.Items {
		staged := i == len(list.Items)-1 // a new key that is not in use yet
		seals := slices.ContainsFunc(list.Servers, func(s key.KeyServer) bool { return s.Primary == one.ID })
		switch {
		case one.Primary || staged:
		case one.Secrets > 0:
			list.Waiting = fmt.Sprintf("%d secrets are sealed under the key %d still; rotate again to go on", one.Secrets, one.ID)
		case seals:
			list.Waiting = fmt.Sprintf("a server still seals by the key %d", one.ID)
		case one.Backups > 0 && !although:
			list.Waiting = fmt.Sprintf("%d scheduled backups need the key %d; it goes with the last of them", one.Backups, one.ID)
		default:
			drop = append(drop, one.ID)
		}
	}
	if len(drop) == 0 {
		return list, nil
	}
	if err := k.Ring.Drop(drop...); err != nil {
		return nil, err
	}
	for _, id := range drop {
		k.Audit.Note(ctx, by, "drop", "key", fmt.Sprint(id), "nothing in the database is sealed under it; backups made before need it")
	}
	list.Items = slices.DeleteFunc(list.Items, func(one key.Key) bool { return slices.Contains(drop, one.ID) })
	return list, errors.Join(k.tell(ctx))
}

// Run says which keys this server has, reads the key file when it has changed, and goes
// on with a rotation that was killed, until ctx ends.
func (k *Keys) Run(ctx context.Context) {
	again := time.NewTicker(k.Every)
	defer again.Stop()
	var tidied time.Time
	for {
		if _, err := k.Ring.Refresh(); err != nil {
			k.Log.WarnContext(ctx, "the key file cannot be read; the keys stay as they are", "error", err)
		}
		if err := k.tell(ctx); err != nil && ctx.Err() == nil {
			k.Log.WarnContext(ctx, "tell other servers of the keys", "error", err)
		}
		if time.Since(tidied) >= tidy {
			tidied = time.Now()
			k.goOn(ctx)
		}
		select {
		case <-ctx.Done():
			if k.Shared {
				last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
				_ = k.DB.Write(last, func(q query.Querier) error { return sealed.Forget(last, q, k.Name) }) // it goes with time
				cancel()
			}
			return
		case <-again.C:
		}
	}
}

// goOn ends a rotation that was killed, where one was.
func (k *Keys) goOn(ctx context.Context) {
	if keys := k.Ring.Keys(); len(keys) < 2 || !keys[len(keys)-1].Primary {
		return // one key, or a new one that the other servers do not have yet
	}
	k.turn <- struct{}{}
	defer func() { <-k.turn }()
	err := k.reseal(ctx)
	if err == nil {
		_, err = k.dropped(ctx, endpoint.Local(), false)
	}
	if err != nil && ctx.Err() == nil {
		k.Log.ErrorContext(ctx, "go on with the rotation of keys", "error", err)
	}
}
