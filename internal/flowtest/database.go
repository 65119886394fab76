package flowtest

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"modernc.org/sqlite" // the databases of cases

	"github.com/sluicehq/sluice"
)

// build makes the case's databases, each by its script, in a folder that close removes.
func (w *world) build(ctx context.Context) (err error) {
	if len(w.test.scripts) == 0 {
		return nil
	}
	if w.dir, err = os.MkdirTemp("", "sluice-case-"); err != nil {
		return err
	}
	w.databases = map[string]string{}
	for i, name := range slices.Sorted(maps.Keys(w.test.scripts)) {
		path := filepath.Join(w.dir, fmt.Sprintf("%d.db", i)) // a name might lead elsewhere
		if err := execute(ctx, path, w.test.scripts[name]); err != nil {
			line, _ := w.suite.place(w.test.at + ".databases." + name)
			return sluice.Errorf("test.database", "the script %s of the database %s fails: %w", w.test.Databases[name], name, err).
				At(fmt.Sprintf("%s:%d", w.suite.Path, line)).Fix("Correct the script; it is run by SQLite")
		}
		w.databases[name] = path
	}
	return nil
}

func (w *world) close() error {
	if w.dir == "" {
		return nil
	}
	return os.RemoveAll(w.dir)
}

func execute(ctx context.Context, path, script string) error {
	return alone(ctx, "file:"+path+"?_pragma=synchronous(0)", func(c *sql.Conn) error {
		_, err := c.ExecContext(ctx, script)
		return err
	})
}

// limitAttached is SQLITE_LIMIT_ATTACHED: how many other databases a connection may open.
const limitAttached = 7

// alone opens a database whose statements reach no other file: what they say is a case's
// own, and may be anything.
func alone(ctx context.Context, dsn string, use func(*sql.Conn) error) (err error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if _, err := sqlite.Limit(c, limitAttached, 0); err != nil {
		return err
	}
	return use(c)
}

// rows returns what a query finds in a database afterwards.
func (w *world) rows(ctx context.Context, name, query string) (list []any, err error) {
	err = alone(ctx, "file:"+w.databases[name]+"?mode=ro", func(c *sql.Conn) error {
		list, err = found(ctx, c, query)
		return err
	})
	return list, err
}

func found(ctx context.Context, c *sql.Conn, query string) (list []any, err error) {
	found, err := c.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, found.Close()) }()
	columns, err := found.Columns()
	if err != nil {
		return nil, err
	}
	list = []any{}
	for found.Next() {
		values, places := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			places[i] = &values[i]
		}
		if err := found.Scan(places...); err != nil {
			return nil, err
		}
		row := map[string]any{}
		for i, column := range columns {
			row[column] = shown(values[i])
		}
		list = append(list, row)
	}
	return list, found.Err()
}

// shown is a value of SQLite as a test file writes it.
func shown(v any) any {
	switch t := v.(type) {
	case []byte:
		return string(t)
	case int64, float64:
		return json.Number(fmt.Sprint(t))
	}
	return v
}
