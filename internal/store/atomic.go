package store

import "context"

// Atomically runs f in one transaction: everything that is stored, and read, with the
// context that f gets belongs to it. It may run f again, as write does. Within another
// Atomically it is a part of that.
func (s *DB) Atomically(ctx context.Context, f func(ctx context.Context) error) error {
	return s.write(ctx, func(q querier) error {
		return f(context.WithValue(ctx, openKey{}, transaction{s, q}))
	})
}

type openKey struct{}

// transaction is the one that a context carries.
type transaction struct {
	db *DB
	q  querier
}

// opened returns the transaction of this database that the context carries.
func (s *DB) opened(ctx context.Context) (querier, bool) {
	o, ok := ctx.Value(openKey{}).(transaction)
	return o.q, ok && o.db == s
}

// asked returns what a question with ctx goes to: the transaction that it carries
// instead of the database behind it.
func (q querier) asked(ctx context.Context) conn {
	if o, ok := ctx.Value(openKey{}).(transaction); ok && (q.db == conn(o.db.reader) || q.db == conn(o.db.writer)) {
		return o.q.db
	}
	return q.db
}
