package suiteql

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// maxCounts bounds the counts that are remembered.
const maxCounts = 256

// counter counts the rows of results for totalResults. It remembers counts
// until the data change, so that the pages of one result are counted once.
type counter struct {
	db *Database

	mu      sync.Mutex
	conn    *sql.Conn // asks for the data's version: versions of different connections do not compare
	version int64
	counts  map[string]int
}

func newCounter(db *Database) *counter { return &counter{db: db, counts: map[string]int{}} }

// count returns the number of rows, at most MaxRows+1.
func (c *counter) count(ctx context.Context, tx *sql.Tx, st *statement) (int, error) {
	limit := MaxRows + 1
	if st.limit >= 0 {
		limit = min(limit, st.limit)
	}
	key := fmt.Sprintf("%d %s %#v", limit, st.count, st.args)
	if n, ok := c.remembered(ctx, key); ok {
		return n, nil
	}
	var n int
	q := "SELECT count(*) FROM (" + st.count + " LIMIT " + strconv.Itoa(limit) + ")"
	if err := tx.QueryRowContext(ctx, q, usedArgs(q, st.args)...).Scan(&n); err != nil {
		return 0, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.counts) < maxCounts {
		c.counts[key] = n
	}
	return n, nil
}

// usedArgs cuts the arguments that only the select list uses off the end:
// SQLite refuses more arguments than the statement has places.
func usedArgs(q string, args []any) []any {
	for n := len(args); n > 0; n-- {
		at := strings.LastIndex(q, "?"+strconv.Itoa(n))
		if at >= 0 {
			return args[:n]
		}
	}
	return nil
}

// remembered looks a count up, and forgets all once the data have changed.
func (c *counter) remembered(ctx context.Context, key string) (int, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var version int64
	err := error(nil)
	if c.conn == nil {
		c.conn, err = c.db.Conn(ctx)
	}
	if err == nil {
		err = c.conn.QueryRowContext(ctx, "PRAGMA data_version").Scan(&version)
	}
	if err != nil || version != c.version || len(c.counts) >= maxCounts {
		c.version, c.counts = version, map[string]int{}
	}
	n, ok := c.counts[key]
	return n, ok
}
