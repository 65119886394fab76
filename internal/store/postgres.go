package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/sluicehq/sluice"
)

const (
	postgresName        = "postgres"
	postgresConnections = 10
	sharedConnections   = 3
)

func postgresDialect() *dialect {
	return &dialect{
		name: postgresName, goose: goose.DialectPostgres,
		rebind: numbered,
		in:     func(column string) string { return column + " = ANY(?)" },
		list:   func(values any) (any, error) { return values, nil },
		entriesByKey: `unnest(?::text[]) AS k (value) CROSS JOIN LATERAL
			(SELECT * FROM ledger WHERE key = k.value AND flow_id = ? AND step = ? LIMIT 1) AS l`,
		forUpdate: " FOR UPDATE", forShare: " FOR SHARE", skipLocked: " FOR UPDATE SKIP LOCKED",
		clock: "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
		fault: postgresFault,
	}
}

// numbered turns each "?" into $1, $2 and so on. No query of ours has a literal "?".
func numbered(query string) string {
	var b strings.Builder
	b.Grow(len(query) + 64)
	n := 0
	for part := range strings.SplitSeq(query, "?") {
		if n > 0 {
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
		}
		b.WriteString(part)
		n++
	}
	return b.String()
}

func openPostgres(ctx context.Context, address string) (*DB, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, &sluice.Error{Code: "store.url_invalid", Message: "the store's address is not a PostgreSQL address", Remedy: "Give postgres://USER@HOST/DATABASE", Err: err}
	}
	d := postgresDialect()
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(postgresConnections)
	pool.SetMaxIdleConns(postgresConnections)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(d.translate(ctx, err), pool.Close())
	}
	quick := config.Copy()
	quick.RuntimeParams["synchronous_commit"] = "off"
	shared := stdlib.OpenDB(*quick)
	shared.SetMaxOpenConns(sharedConnections)
	shared.SetMaxIdleConns(sharedConnections)
	return &DB{dialect: d, writer: pool, reader: pool, shared: shared, signals: newSignals(config)}, nil
}

// postgresFault reads the SQLSTATE (PostgreSQL documentation, appendix A).
func postgresFault(err error) fault {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return stateFault(e.Code)
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[net.Error](err)
	if connecting || network || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
		return faultUnavailable
	}
	return faultNone
}

func stateFault(state string) fault {
	switch state {
	case "23505":
		return faultUnique
	case "23503":
		return faultReference
	case "40001", "40P01":
		return faultDeadlock
	case "55P03":
		return faultBusy
	case "53100":
		return faultDiskFull
	case "25006", "42501":
		return faultReadOnly
	case "3D000":
		return faultRefused
	}
	switch state[:min(2, len(state))] {
	case "28":
		return faultRefused
	case "08", "53", "57", "58":
		return faultUnavailable
	case "XX":
		return faultCorrupt
	}
	return faultNone
}
