package store

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/fault"
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
		size:  "SELECT pg_database_size(current_database())",
		fault: fault.Postgres,
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
	if config.RuntimeParams["application_name"] == "" {
		// By it an operator, and a restore, tell the servers on a database apart.
		config.RuntimeParams["application_name"] = "sluice " + newID()
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
