package store

import (
	"context"
	"fmt"
	"time"

	"github.com/sluicehq/sluice"
)

// OfferPage offers a page under its run's fence.
func (s *DB) OfferPage(ctx context.Context, f sluice.Fence, number int64, at time.Time) error {
	return s.write(ctx, func(q querier) error {
		if err := checkFence(ctx, q, f); err != nil {
			return err
		}
		changed, err := q.exec(ctx, "UPDATE pages SET failure = 'null', offered = CASE offered WHEN 0 THEN ? ELSE offered END WHERE run_id = ? AND number = ?",
			micros(at), f.RunID, number)
		return someRow(changed, err, "page", fmt.Sprintf("%d/%d", f.RunID, number))
	})
}

// WithdrawPage takes back an offer that nobody works.
func (s *DB) WithdrawPage(ctx context.Context, f sluice.Fence, number int64, now time.Time) (withdrawn bool, err error) {
	err = s.write(ctx, func(q querier) error {
		if err := checkFence(ctx, q, f); err != nil {
			return err
		}
		changed, err := q.exec(ctx, "UPDATE pages SET offered = 0, owner = '', lease_until = 0 WHERE run_id = ? AND number = ? AND lease_until < ?", f.RunID, number, micros(now))
		if withdrawn = changed > 0; withdrawn || err != nil {
			return err
		}
		_, err = pageState(ctx, q, f.RunID, number)
		return err
	})
	return withdrawn, err
}

// PageState returns who works a page.
func (s *DB) PageState(ctx context.Context, runID, number int64) (*sluice.PageState, error) {
	return pageState(ctx, s.read(), runID, number)
}

func pageState(ctx context.Context, q querier, runID, number int64) (*sluice.PageState, error) {
	var p sluice.PageState
	err := q.one(ctx, []any{&p.Owner, (*micros)(&p.LeaseUntil), document{&p.Failure}}, "SELECT owner, lease_until, failure FROM pages WHERE run_id = ? AND number = ?", runID, number)
	if err != nil {
		return nil, noRows(err, "page", fmt.Sprintf("%d/%d", runID, number))
	}
	return &p, nil
}

// ClaimPage gives a page to owner. Claimers pass over rows that others are claiming.
func (s *DB) ClaimPage(ctx context.Context, owner string, now, leaseUntil time.Time) (*sluice.PageClaim, error) {
	scan := func(row scanner) (*sluice.PageClaim, error) {
		var c sluice.PageClaim
		return &c, row.Scan(&c.Fence.RunID, &c.Fence.Page, &c.Fence.Number, (*micros)(&c.LeaseUntil))
	}
	var claimed *sluice.PageClaim
	err := s.write(ctx, func(q querier) error {
		list, err := all(ctx, q, scan, `UPDATE pages SET owner = ?, claim = claim + 1, lease_until = ?
			WHERE (run_id, number) = (SELECT run_id, number FROM pages p WHERE offered <> 0 AND lease_until < ?
				AND EXISTS (SELECT 1 FROM runs r WHERE r.id = p.run_id AND r.state = 'running' AND NOT r.cancel_asked)
				ORDER BY offered, run_id, number LIMIT 1`+q.dialect.skipLocked+`)
			RETURNING run_id, number, claim, lease_until`, owner, micros(leaseUntil), micros(now))
		claimed = nil
		if len(list) > 0 {
			claimed = list[0]
		}
		return err
	})
	return claimed, err
}

// ReturnPage ends a claim.
func (s *DB) ReturnPage(ctx context.Context, f sluice.Fence, cause *sluice.Error) error {
	return s.write(ctx, func(q querier) error {
		query, args := "UPDATE pages SET owner = '', lease_until = 0", []any{}
		if cause != nil {
			query, args = query+", offered = 0, failure = ?", append(args, document{cause})
		}
		changed, err := q.exec(ctx, query+" WHERE run_id = ? AND number = ? AND claim = ? AND owner <> ''", append(args, f.RunID, f.Page, f.Number)...)
		if err == nil && changed == 0 {
			return fenced(f)
		}
		return err
	})
}
