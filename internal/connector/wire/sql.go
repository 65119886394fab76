package wire

import (
	"context"
	"database/sql/driver"
	"errors"
	"time"
)

// SQL returns a driver's connector, watched, and kept from effects in rehearsals:
// every statement of its connections goes into the debug log while that is on. name
// stands for the database.
func SQL(c driver.Connector, name string, w Watch) driver.Connector {
	if w.Clock == nil {
		w.Clock = time.Now
	}
	if w.Tap == nil && w.Traffic == nil { // nobody asks how long a statement took
		w.Clock = func() time.Time { return time.Time{} }
	}
	return &sqlConnector{c, sqlWatch{w, name}}
}

// sqlWatch is a watch of one database.
type sqlWatch struct {
	Watch
	name string
}

// did records a statement, unless the driver left it to another method.
func (w sqlWatch) did(ctx context.Context, method, text string, args []driver.NamedValue, began time.Time, result driver.Result, err error) {
	w.asked(ctx, method, text, began, err)
	if w.Tap == nil || errors.Is(err, driver.ErrSkip) || !w.Tap.Open(w.Connection) {
		return
	}
	values := make([]any, len(args))
	for i, a := range args {
		values[i] = a.Value
	}
	rows := int64(-1)
	if result != nil {
		if n, rowsErr := result.RowsAffected(); rowsErr == nil {
			rows = n
		}
	}
	w.Statement(method, w.name, text, values, began, rows, err)
}

type sqlConnector struct {
	driver.Connector
	watch sqlWatch
}

// Connect opens a watched connection.
func (c *sqlConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &sqlConn{conn, c.watch}, nil
}

// sqlConn passes on everything that database/sql asks of a connection. What a
// driver does not have is answered as database/sql itself would.
type sqlConn struct {
	driver.Conn
	watch sqlWatch
}

func (c *sqlConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if done, err := c.watch.rehearsedSQL(ctx, Query, query, args); done {
		return &oneRow{}, err
	}
	q, ok := c.Conn.(driver.QueryerContext)
	if !ok {
		return nil, driver.ErrSkip
	}
	began := c.watch.Clock()
	rows, err := q.QueryContext(ctx, query, args)
	c.watch.did(ctx, Query, query, args, began, nil, err)
	return rows, err
}

func (c *sqlConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if done, err := c.watch.rehearsedSQL(ctx, Exec, query, args); done {
		return driver.RowsAffected(1), err
	}
	e, ok := c.Conn.(driver.ExecerContext)
	if !ok {
		return nil, driver.ErrSkip
	}
	began := c.watch.Clock()
	result, err := e.ExecContext(ctx, query, args)
	c.watch.did(ctx, Exec, query, args, began, result, err)
	return result, err
}

func (c *sqlConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	var s driver.Stmt
	var err error
	if p, ok := c.Conn.(driver.ConnPrepareContext); ok {
		s, err = p.PrepareContext(ctx, query)
	} else {
		s, err = c.Prepare(query)
	}
	if err != nil {
		c.watch.did(ctx, Query, query, nil, c.watch.Clock(), nil, err)
		return nil, err
	}
	return &sqlStmt{s, c, query, c.watch}, nil
}

func (c *sqlConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if b, ok := c.Conn.(driver.ConnBeginTx); ok {
		return b.BeginTx(ctx, o)
	}
	if o.ReadOnly || o.Isolation != 0 {
		return nil, errors.New("the driver knows no options of transactions")
	}
	return c.Begin() //nolint:staticcheck // the driver has nothing newer
}

func (c *sqlConn) Ping(ctx context.Context) error {
	if p, ok := c.Conn.(driver.Pinger); ok {
		return p.Ping(ctx)
	}
	return nil
}

func (c *sqlConn) ResetSession(ctx context.Context) error {
	if r, ok := c.Conn.(driver.SessionResetter); ok {
		return r.ResetSession(ctx)
	}
	return nil
}

func (c *sqlConn) IsValid() bool {
	v, ok := c.Conn.(driver.Validator)
	return !ok || v.IsValid()
}

func (c *sqlConn) CheckNamedValue(v *driver.NamedValue) error {
	if n, ok := c.Conn.(driver.NamedValueChecker); ok {
		return n.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

// sqlStmt is a prepared statement, watched.
type sqlStmt struct {
	driver.Stmt
	conn  *sqlConn
	query string
	watch sqlWatch
}

func (s *sqlStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (rows driver.Rows, err error) {
	began := s.watch.Clock()
	if q, ok := s.Stmt.(driver.StmtQueryContext); ok {
		rows, err = q.QueryContext(ctx, args)
	} else {
		rows, err = s.Query(plain(args)) //nolint:staticcheck // the driver has nothing newer
	}
	s.watch.did(ctx, Query, s.query, args, began, nil, err)
	return rows, err
}

func (s *sqlStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (result driver.Result, err error) {
	began := s.watch.Clock()
	if e, ok := s.Stmt.(driver.StmtExecContext); ok {
		result, err = e.ExecContext(ctx, args)
	} else {
		result, err = s.Exec(plain(args)) //nolint:staticcheck // the driver has nothing newer
	}
	s.watch.did(ctx, Exec, s.query, args, began, result, err)
	return result, err
}

func (s *sqlStmt) CheckNamedValue(v *driver.NamedValue) error {
	if n, ok := s.Stmt.(driver.NamedValueChecker); ok {
		return n.CheckNamedValue(v)
	}
	return s.conn.CheckNamedValue(v)
}

func plain(args []driver.NamedValue) []driver.Value {
	out := make([]driver.Value, len(args))
	for i, a := range args {
		out[i] = a.Value
	}
	return out
}
