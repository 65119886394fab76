package account

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/postgrestest"
	"github.com/sluicehq/sluice/internal/store"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Stop(m.Run())) }

// counting is a store that tells when a rule has counted the owners, and then waits.
type counting struct {
	sluice.Store
	counted chan struct{}
	goOn    chan struct{}
}

func (c *counting) Users(ctx context.Context) ([]*sluice.User, error) {
	list, err := c.Store.Users(ctx)
	c.counted <- struct{}{}
	<-c.goOn
	return list, err
}

// unlocked is a store without the lock, for what it prevents.
type unlocked struct{ sluice.Store }

func (unlocked) LockUser(context.Context, string) error { return nil }

// Two servers on one PostgreSQL database each make the other's owner an administrator. One
// has counted two owners when the other begins: with the lock the second waits for the
// first, finds one owner and is refused. Without it nobody owns the server any more.
func TestTheLastOwnerStaysWhenTwoChangeRolesAtOnce(t *testing.T) {
	for name, tt := range map[string]struct {
		with func(sluice.Store) sluice.Store
		left int
	}{
		"with the lock":    {func(s sluice.Store) sluice.Store { return s }, 1},
		"without the lock": {func(s sluice.Store) sluice.Store { return unlocked{s} }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, url := t.Context(), postgrestest.URL(t)
			first, second := openStore(t, url), openStore(t, url)
			for _, email := range []string{"olive@example.com", "oscar@example.com"} {
				if err := first.CreateUser(ctx, &sluice.User{Email: email, Name: "Made Up", Role: sluice.RoleOwner, CreatedAt: time.Now()}); err != nil {
					t.Fatal(err)
				}
			}
			slow := &counting{tt.with(first), make(chan struct{}), make(chan struct{})}
			firstEnd, secondEnd := demote(ctx, slow, "olive@example.com"), (<-chan error)(nil)
			<-slow.counted
			secondEnd = demote(ctx, tt.with(second), "oscar@example.com")
			refused := awaitEndOrLock(t, url, secondEnd)
			close(slow.goOn)
			if err := <-firstEnd; err != nil {
				t.Fatal(err)
			}
			if refused == nil {
				refused = <-secondEnd
			}
			owners := 0
			users, err := second.Users(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range users {
				if u.Role == sluice.RoleOwner {
					owners++
				}
			}
			if owners != tt.left || (sluice.ErrorCode(refused) == "user.last_owner") != (tt.left == 1) {
				t.Errorf("%d owners are left, the second change ended with %v", owners, refused)
			}
		})
	}
}

func openStore(t *testing.T, url string) sluice.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// demote makes an owner an administrator, as another owner would.
func demote(ctx context.Context, s sluice.Store, email string) <-chan error {
	log := slog.New(slog.DiscardHandler)
	people, _ := New(Config{Store: s, Audit: &audit.Log{Store: s, Clock: time.Now, Log: log}, Clock: time.Now, Log: log})
	end := make(chan error, 1)
	go func() {
		_, err := people.UpdateUser(ctx, api.Actor{Name: "made-up@example.com", Role: sluice.RoleOwner}, email, api.UserChange{Role: sluice.RoleAdministrator})
		end <- err
	}()
	return end
}

var errDone = errors.New("done")

// awaitEndOrLock waits until a change has ended, whose error (errDone for none) it returns,
// or waits for a lock: nil then.
func awaitEndOrLock(t *testing.T, url string, end <-chan error) error {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.WithoutCancel(t.Context()))
	for {
		select {
		case err := <-end:
			if err == nil {
				err = errDone
			}
			return err
		case <-t.Context().Done():
			t.Fatal("neither ended nor waiting")
		case <-time.After(10 * time.Millisecond): // PostgreSQL tells nobody that a connection waits
		}
		var waiting int
		if err := c.QueryRow(t.Context(), "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&waiting); err != nil {
			t.Fatal(err)
		}
		if waiting > 0 {
			return nil
		}
	}
}
