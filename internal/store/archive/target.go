package archive

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store"
	"github.com/sluicehq/sluice/internal/store/query"
)

// Target is where a backup is restored: beside what is there, which is replaced in one
// step at the end.
type Target struct {
	DB       *store.DB
	Replaced string // what became of what was there before; "" where nothing was

	swap    func(ctx context.Context) error
	discard func(ctx context.Context) error
}

// Commit puts what was restored in the place of what was there.
func (t *Target) Commit(ctx context.Context) error { return t.swap(ctx) }

// Discard takes away what was not committed.
func (t *Target) Discard(ctx context.Context) error { return t.discard(ctx) }

// Prepare makes empty tables of a version beside the database at an address. Where that
// has content it is refused, unless it is to be replaced.
func Prepare(ctx context.Context, address string, version int64, replace bool) (*Target, error) {
	if scheme, _, _ := strings.Cut(address, ":"); scheme == "postgres" || scheme == "postgresql" {
		return preparePostgres(ctx, address, version, replace)
	}
	_, path, _ := strings.Cut(address, "sqlite:")
	return prepareSQLite(ctx, strings.TrimPrefix(path, "//"), version, replace)
}

func notEmpty(where string) *sluice.Error {
	return sluice.Errorf("restore.not_empty", "there is a database already").At(where).
		Fix("Restore into another place, or replace it: --replace")
}

func prepareSQLite(ctx context.Context, path string, version int64, replace bool) (*Target, error) {
	info, err := os.Stat(path)
	there := err == nil && info.Size() > 0
	if there && !replace {
		return nil, notEmpty(path)
	}
	fresh := path + restoring
	if err := Tidy(path); err != nil {
		return nil, err
	}
	db, err := store.OpenAt(ctx, "sqlite:"+fresh, version)
	if err != nil {
		return nil, errors.Join(err, Tidy(path))
	}
	t := &Target{DB: db}
	t.discard = func(context.Context) error { return errors.Join(db.Close(), Tidy(path)) }
	t.swap = func(ctx context.Context) error {
		if err := db.Close(); err != nil {
			return err
		}
		if there {
			t.Replaced = fmt.Sprintf("%s%s%s", path, replaced, time.Now().UTC().Format("20060102T150405.000Z"))
		}
		for _, step := range swapFiles(ctx, fresh, path, t.Replaced) {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	}
	return t, nil
}

const (
	schemaFresh = "sluice_restoring"
	application = "sluice restore"
)

func preparePostgres(ctx context.Context, address string, version int64, replace bool) (*Target, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, sluice.Errorf("store.url_invalid", "the store's address cannot be read").Fix("Give postgres://USER@HOST/DATABASE")
	}
	with := u.Query()
	with.Set("application_name", application)
	u.RawQuery = with.Encode()
	own := u.String()
	with.Set("search_path", schemaFresh)
	u.RawQuery = with.Encode()
	there, err := inspect(ctx, own, version)
	if err != nil {
		return nil, err
	}
	if there && !replace {
		return nil, notEmpty("the PostgreSQL database")
	}
	remove := func(ctx context.Context) error {
		return execute(ctx, own, "DROP SCHEMA IF EXISTS "+schemaFresh+" CASCADE")
	}
	if err := execute(ctx, own, "DROP SCHEMA IF EXISTS "+schemaFresh+" CASCADE", "CREATE SCHEMA "+schemaFresh); err != nil {
		return nil, err
	}
	db, err := store.OpenAt(ctx, u.String(), version)
	if err != nil {
		return nil, errors.Join(err, remove(ctx))
	}
	t := &Target{DB: db}
	t.discard = func(ctx context.Context) error { return errors.Join(db.Close(), remove(ctx)) }
	t.swap = func(ctx context.Context) error {
		if err := db.Close(); err != nil {
			return err
		}
		if there {
			t.Replaced = "dropped"
		}
		return swapSchemas(ctx, own)
	}
	return t, nil
}

// connected runs f with a connection of its own. What PostgreSQL refuses is told in its words.
func connected(ctx context.Context, address string, f func(c *pgx.Conn) error) error {
	c, err := pgx.Connect(ctx, address)
	if err != nil {
		return &sluice.Error{Code: "store.unavailable", Message: "the database cannot be reached", Remedy: "Check its address and that its server runs", Err: err}
	}
	err = f(c)
	return errors.Join(err, c.Close(context.WithoutCancel(ctx)))
}

func execute(ctx context.Context, address string, statements ...string) error {
	return connected(ctx, address, func(c *pgx.Conn) error {
		for _, text := range statements {
			if _, err := c.Exec(ctx, text); err != nil {
				return &sluice.Error{Code: "restore.refused", Message: "the database refuses what restoring needs", Where: text,
					Remedy: "Give its user the right to make schemas: GRANT CREATE ON DATABASE … TO …", Err: err}
			}
		}
		return nil
	})
}

// inspect refuses a database that servers work on, and says whether it has our tables.
func inspect(ctx context.Context, address string, _ int64) (there bool, err error) {
	err = connected(ctx, address, func(c *pgx.Conn) error {
		if err := alone(ctx, c); err != nil {
			return err
		}
		return c.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'sluice_migrations')").Scan(&there)
	})
	return there, err
}

const othersQuery = `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'
	AND pid <> pg_backend_pid() AND application_name <> `

func connectedOthers(n int64) error {
	if n == 0 {
		return nil
	}
	return sluice.Errorf("restore.in_use", "others are connected to the database: %d", n).
		Fix("Stop all other servers that use it, and close other programs: SELECT pid, application_name FROM pg_stat_activity shows them")
}

// alone refuses a database that others are connected to: a server that goes on working
// would write over what is restored. PostgreSQL takes a moment to see that somebody has
// gone, such as the server that this process was until now.
func alone(ctx context.Context, c *pgx.Conn) error {
	const looks, pause = 100, 100 * time.Millisecond // ten seconds: a machine may be busy
	for n := 1; ; n++ {
		// Within a transaction PostgreSQL shows who is connected as it was at the first look.
		if _, err := c.Exec(ctx, "SELECT pg_stat_clear_snapshot()"); err != nil {
			return err
		}
		var others int64
		if err := c.QueryRow(ctx, othersQuery+"$1", application).Scan(&others); err != nil {
			return err
		}
		if others == 0 || n == looks {
			return connectedOthers(others)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// Alone refuses a PostgreSQL database that others are connected to than the server that
// asks. Errors: restore.in_use.
func Alone(ctx context.Context, q query.Querier) error {
	var others int64
	if err := q.One(ctx, []any{&others}, othersQuery+"current_setting('application_name')"); err != nil {
		return err
	}
	return connectedOthers(others)
}

// swapSchemas moves tables and functions out of the schema that was filled, in the place
// of those of their names, in one transaction.
func swapSchemas(ctx context.Context, address string) error {
	return connected(ctx, address, func(c *pgx.Conn) error {
		return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
			if err := alone(ctx, c); err != nil {
				return err
			}
			for _, kind := range []struct{ word, list string }{
				{"TABLE", "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = $1"},
				{"FUNCTION", "SELECT quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')' FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = $1"},
			} {
				if err := move(ctx, tx, kind.word, kind.list); err != nil {
					return err
				}
			}
			_, err := tx.Exec(ctx, "DROP SCHEMA "+schemaFresh+" CASCADE")
			return err
		})
	})
}

func move(ctx context.Context, tx pgx.Tx, word, list string) error {
	found, err := tx.Query(ctx, list, schemaFresh)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil {
		return err
	}
	var home string
	if err := tx.QueryRow(ctx, "SELECT quote_ident(current_schema())").Scan(&home); err != nil {
		return err
	}
	for _, name := range names {
		for _, text := range []string{
			"DROP " + word + " IF EXISTS " + home + "." + name + " CASCADE",
			"ALTER " + word + " " + schemaFresh + "." + name + " SET SCHEMA " + home,
		} {
			if _, err := tx.Exec(ctx, text); err != nil {
				return err
			}
		}
	}
	return nil
}
