package write

import (
	"context"
	"database/sql"
	"errors"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Conn is the one connection that writes. Its prepared statements live as
// long as the connection.
type Conn struct {
	turn  chan struct{} // holds a token while nobody writes
	db    *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

// Open opens the connection to the SQLite file.
func Open(ctx context.Context, file string) (*Conn, error) {
	db, err := sql.Open("sqlite", DSN(file, "foreign_keys(0)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	w := &Conn{turn: make(chan struct{}, 1), db: db, conn: conn, stmts: map[string]*sql.Stmt{}}
	w.turn <- struct{}{}
	return w, nil
}

// Close waits for the write under way and closes the connection.
func (w *Conn) Close() error {
	<-w.turn
	var errs []error
	for _, st := range w.stmts {
		errs = append(errs, st.Close())
	}
	return errors.Join(append(errs, w.conn.Close(), w.db.Close())...)
}

// prepare keeps a statement for good: the engine has a fixed number of them.
func (w *Conn) prepare(query string) (*sql.Stmt, error) {
	if st, ok := w.stmts[query]; ok {
		return st, nil
	}
	st, err := w.conn.PrepareContext(context.Background(), query)
	if err == nil {
		w.stmts[query] = st
	}
	return st, err
}

// DSN is the data source name of the SQLite file, with one pragma of its own.
func DSN(file, pragma string) string {
	return "file:" + file + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)" +
		"&_pragma=temp_store(MEMORY)&_pragma=cache_size(-65536)&_pragma=" + pragma
}
