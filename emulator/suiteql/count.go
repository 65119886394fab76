package suiteql

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/sluicehq/sluice/emulator/suiteql/internal/compile"
)

// maxCounts bounds the counts that are remembered.
const maxCounts = 256

// counter counts the rows of results for totalResults. It remembers counts
// until the data change, so that the pages of one result are counted once.
type counter struct {
	mu      sync.Mutex
	version int64
	counts  map[string]int
}

// count returns the number of rows, at most MaxRows+1. The statement must run
// in tx, which began after the data had the version.
func (c *counter) count(ctx context.Context, tx *sql.Tx, st *compile.Statement, version int64) (int, error) {
	limit := MaxRows + 1
	if st.Limit >= 0 {
		limit = min(limit, st.Limit)
	}
	key := fmt.Sprintf("%d %s %#v", limit, st.Count, st.Args)
	if n, ok := c.remembered(key, version); ok {
		return n, nil
	}
	var n int
	q := "SELECT count(*) FROM (" + st.Count + " LIMIT " + strconv.Itoa(limit) + ")"
	if err := tx.QueryRowContext(ctx, q, usedArgs(q, st.Args)...).Scan(&n); err != nil {
		return 0, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if version == c.version && len(c.counts) < maxCounts {
		c.counts[key] = n
	}
	return n, nil
}

// remembered looks a count up, and forgets all once the data have changed.
func (c *counter) remembered(key string, version int64) (int, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if version != c.version || c.counts == nil || len(c.counts) >= maxCounts {
		c.version, c.counts = version, map[string]int{}
	}
	n, ok := c.counts[key]
	return n, ok
}

// usedArgs cuts the arguments that only the select list uses off the end:
// SQLite refuses more arguments than the statement has places.
func usedArgs(q string, args []any) []any {
	for n := len(args); n > 0; n-- {
		if strings.Contains(q, "?"+strconv.Itoa(n)) {
			return args[:n]
		}
	}
	return nil
}

// versions asks for the version of the data: a number that changes with every
// commit of another connection. Those of different connections do not compare,
// so one connection answers all.
type versions struct {
	mu   sync.Mutex
	conn *sql.Conn
}

func (v *versions) current(ctx context.Context, db *sql.DB) (version int64, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.conn == nil {
		if v.conn, err = db.Conn(ctx); err != nil {
			return 0, err
		}
	}
	if err = v.conn.QueryRowContext(ctx, "PRAGMA data_version").Scan(&version); err != nil {
		v.conn.Close() // the error that counts is the first
		v.conn = nil
	}
	return version, err
}

func (v *versions) close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.conn == nil {
		return nil
	}
	return v.conn.Close()
}
