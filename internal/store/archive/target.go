package archive

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store"
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

const restoring = ".restoring"

// besides are the files that SQLite keeps beside a database.
var besides = []string{"", "-wal", "-shm", "-journal"}

func prepareSQLite(ctx context.Context, path string, version int64, replace bool) (*Target, error) {
	info, err := os.Stat(path)
	there := err == nil && info.Size() > 0
	if there && !replace {
		return nil, notEmpty(path)
	}
	fresh := path + restoring
	remove := func(context.Context) error {
		var errs []error
		for _, end := range besides {
			if err := os.Remove(fresh + end); err != nil && !errors.Is(err, os.ErrNotExist) {
				errs = append(errs, err)
			}
		}
		return errors.Join(errs...)
	}
	if err := remove(ctx); err != nil { // of a restore that was killed
		return nil, err
	}
	db, err := store.OpenAt(ctx, "sqlite:"+fresh, version)
	if err != nil {
		return nil, errors.Join(err, remove(ctx))
	}
	t := &Target{DB: db}
	t.discard = func(ctx context.Context) error { return errors.Join(db.Close(), remove(ctx)) }
	t.swap = func(context.Context) error {
		if err := db.Close(); err != nil { // its log goes into the file with the last connection
			return err
		}
		if there {
			t.Replaced = fmt.Sprintf("%s.replaced-%s", path, time.Now().UTC().Format("20060102T150405Z"))
		}
		// The log of the old database must never meet the new one: it goes first.
		for _, end := range []string{"-wal", "-shm", "-journal", ""} {
			if err := putAside(path+end, t.Replaced+end, there); err != nil {
				return err
			}
		}
		if err := os.Rename(fresh, path); err != nil {
			return err
		}
		return syncFolder(filepath.Dir(path))
	}
	return t, nil
}

// putAside renames a file, where there is one.
func putAside(from, to string, keep bool) error {
	var err error
	if keep {
		err = os.Rename(from, to)
	} else {
		err = os.Remove(from)
	}
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// syncFolder makes renames last, where the system has that.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	_ = folder.Sync() // Windows cannot, and need not
	return folder.Close()
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

// alone refuses a database that others are connected to: a server that goes on working
// would write over what is restored.
func alone(ctx context.Context, c *pgx.Conn) error {
	var others int
	err := c.QueryRow(ctx, `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'
		AND pid <> pg_backend_pid() AND application_name <> $1`, application).Scan(&others)
	if err == nil && others > 0 {
		return sluice.Errorf("restore.in_use", "others are connected to the database: %d", others).
			Fix("Stop all servers that use it, and close other programs: SELECT pid, application_name FROM pg_stat_activity shows them")
	}
	return err
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
