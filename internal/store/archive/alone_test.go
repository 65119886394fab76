package archive

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/sluicehq/sluice/internal/postgrestest"
)

// Whoever is leaving is waited for within a transaction too. Switched off by leaving out
// pg_stat_clear_snapshot: the first look is then repeated until time is over.
func TestWhoLeavesIsWaitedFor(t *testing.T) {
	address := postgrestest.URL(t)
	other, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	left := make(chan error, 1)
	err = connected(t.Context(), address, func(c *pgx.Conn) error {
		return pgx.BeginFunc(t.Context(), c, func(pgx.Tx) error {
			var others int64
			if err := c.QueryRow(t.Context(), othersQuery+"'nobody'").Scan(&others); err != nil {
				return err
			}
			if others != 1 {
				t.Errorf("%d others are connected, want one", others)
			}
			time.AfterFunc(300*time.Millisecond, func() { left <- other.Close(context.Background()) })
			return alone(t.Context(), c)
		})
	})
	if err != nil {
		t.Error(err)
	}
	if err := <-left; err != nil {
		t.Error(err)
	}
}
