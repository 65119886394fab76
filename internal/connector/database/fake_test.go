package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"strings"
)

// fake is a driver that keeps the statements that it is given and answers by script.
type fake struct {
	statements []string
	args       [][]driver.NamedValue
	// answer gives a statement's result: columns and rows, or rows affected.
	answer func(text string) fakeAnswer
}

type fakeAnswer struct {
	columns  []string
	types    []string
	rows     [][]driver.Value
	affected int64
	err      error
}

func (f *fake) open() *sql.DB { return sql.OpenDB(f) }

func (f *fake) Connect(context.Context) (driver.Conn, error) { return fakeConn{f}, nil }
func (f *fake) Driver() driver.Driver                        { return nil }

func (f *fake) run(text string, args []driver.NamedValue) fakeAnswer {
	f.statements, f.args = append(f.statements, text), append(f.args, args)
	if f.answer == nil {
		return fakeAnswer{affected: 1}
	}
	return f.answer(text)
}

// said returns the statements since the last call.
func (f *fake) said() string {
	text := strings.Join(f.statements, "\n")
	f.statements, f.args = nil, nil
	return text
}

type fakeConn struct{ f *fake }

func (c fakeConn) Prepare(string) (driver.Stmt, error) { return nil, errors.New("not prepared") }
func (c fakeConn) Close() error                        { return nil }
func (c fakeConn) Begin() (driver.Tx, error)           { return fakeTx(c), nil }
func (c fakeConn) BeginTx(context.Context, driver.TxOptions) (driver.Tx, error) {
	return fakeTx(c), nil
}

func (c fakeConn) ExecContext(_ context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	a := c.f.run(text, args)
	return driver.RowsAffected(a.affected), a.err
}

func (c fakeConn) QueryContext(_ context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	a := c.f.run(text, args)
	return &fakeRows{a}, a.err
}

type fakeTx struct{ f *fake }

func (t fakeTx) Commit() error   { return t.f.run("COMMIT", nil).err }
func (t fakeTx) Rollback() error { return t.f.run("ROLLBACK", nil).err }

type fakeRows struct{ fakeAnswer }

func (r *fakeRows) Columns() []string                       { return r.columns }
func (r *fakeRows) ColumnTypeDatabaseTypeName(n int) string { return r.types[n] }
func (r *fakeRows) Close() error                            { return nil }
func (r *fakeRows) Next(into []driver.Value) error {
	if len(r.rows) == 0 {
		return io.EOF
	}
	copy(into, r.rows[0])
	r.rows = r.rows[1:]
	return nil
}
