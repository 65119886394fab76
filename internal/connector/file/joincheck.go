package file

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/sluicehq/sluice"
)

// joinCheck makes sure, before the first record leaves, that rows have the
// partners they need, and counts partners that no row needs.
type joinCheck struct {
	*exporter
	seen   []*sql.Stmt // by join: notes the key of a row
	lonely []*sluice.Error
}

func (x *exporter) newJoinCheck(ctx context.Context) (*joinCheck, error) {
	c := &joinCheck{exporter: x}
	for _, j := range x.joins {
		if _, err := j.db.ExecContext(ctx, "CREATE TABLE "+j.table+"_seen (k BLOB PRIMARY KEY) WITHOUT ROWID"); err != nil {
			return nil, stagingError(err)
		}
		stmt, err := j.db.PrepareContext(ctx, "INSERT OR IGNORE INTO "+j.table+"_seen VALUES (?)")
		if err != nil {
			return nil, stagingError(err)
		}
		c.seen = append(c.seen, stmt)
	}
	return c, nil
}

func (c *joinCheck) row(ctx context.Context, src source, number int64, packed []byte) error {
	for i, j := range c.joins {
		key, err := src.key(packed, j.mine)
		if err != nil {
			return err
		}
		if key != nil {
			if _, err := c.seen[i].ExecContext(ctx, key); err != nil {
				return stagingError(err)
			}
		}
		if !j.Required || len(c.lonely) == maxBadRows {
			continue
		}
		found := false
		if key != nil {
			err = j.partners(ctx, j.find, key, func(int64, []byte) error { found = true; return nil })
		}
		if err != nil {
			return err
		}
		if !found {
			c.lonely = append(c.lonely, sluice.Errorf("source.no_partner", "the row has no partner in %s", j.Path).At(place(c.mainPath(), number)).
				Fix("Complete the second file, or leave out required"))
		}
	}
	return nil
}

// done tells what was found.
func (c *joinCheck) done(ctx context.Context) error {
	for i, j := range c.joins {
		_ = c.seen[i].Close()
		var orphans int64
		var first sql.NullInt64
		query := fmt.Sprintf("SELECT count(*), min(n) FROM %s WHERE k NOT IN (SELECT k FROM %s_seen)", j.table, j.table)
		if err := j.db.QueryRowContext(ctx, query).Scan(&orphans, &first); err != nil {
			return stagingError(err)
		}
		if orphans > 0 && c.Warn != nil {
			c.Warn("rows of a joined file belong to no row and are left out", "file", j.Path, "rows", orphans, "first", first.Int64)
		}
	}
	return badRows(c.mainPath(), c.lonely, nil)
}
