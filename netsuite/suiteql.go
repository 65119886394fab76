package netsuite

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"

	"github.com/sluicehq/sluice/netsuite/internal/restform"
	"github.com/sluicehq/sluice/netsuite/suiteql"
)

// SuiteQL runs queries.
type SuiteQL struct{ client *Client }

// maxOffsetRows is how many rows NetSuite gives one query, pages together.
const maxOffsetRows = 100_000

// Page runs a query and returns one page of it: limit 1 to 1000 (0 means 1000),
// offset a multiple of it. The rows of a query without an ORDER BY on a unique
// key may come in another order for each page. Use Rows for more than one page.
func (s *SuiteQL) Page(ctx context.Context, sql string, params []string, limit, offset int) (suiteql.Page, error) {
	if sql == "" {
		return suiteql.Page{}, inputError("sql", "missing")
	}
	if err := checkPaging(limit, offset); err != nil {
		return suiteql.Page{}, err
	}
	if offset >= maxOffsetRows {
		return suiteql.Page{}, inputError("offset", fmt.Sprintf("NetSuite ends a query at %d rows: read it by key with Rows", maxOffsetRows))
	}
	return s.page(ctx, sql, params, pagingQuery(limit, offset))
}

func (s *SuiteQL) page(ctx context.Context, sql string, params []string, paging url.Values) (suiteql.Page, error) {
	body, err := jsonBody(struct {
		Q      string   `json:"q"`
		Params []string `json:"params,omitempty"`
	}{sql, params})
	if err != nil {
		return suiteql.Page{}, err
	}
	var page suiteql.Page
	err = s.client.Do(ctx, Call{
		Operation: "suiteql", Effect: Read, Method: http.MethodPost,
		URL: s.client.endpoints.SuiteTalk + "/services/rest/query/v1/suiteql?" + restform.EncodeQuery(paging),
		// NetSuite wants the preference; it has no other way to run a query.
		Header: http.Header{"Content-Type": {"application/json"}, "Prefer": {"transient"}},
		Body:   body,
		Accept: func(r *Response) error {
			var err error
			page, err = suiteql.DecodePage(r.Body)
			return err
		},
		kind: callKind{query: true},
	})
	return page, err
}

// Rows reads a query of any number of rows in the order of its key, in the
// memory of one page (two with Prefetch). The sequence ends with the first error.
func (s *SuiteQL) Rows(ctx context.Context, q suiteql.Query) iter.Seq2[suiteql.Row, error] {
	return func(yield func(suiteql.Row, error) bool) {
		for rows, err := range s.Pages(ctx, q) {
			if err != nil {
				yield(suiteql.Row{}, err)
				return
			}
			for _, row := range rows {
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}

// Pages is Rows in pages. No page is empty. The key of a page's last row is
// where Query.After goes on.
//
// Each page is a query of its own for the rows behind the last key, so no row
// is lost or repeated when others come and go; a row that changes its key may
// be. A key that does not rise is a *suiteql.KeyError.
func (s *SuiteQL) Pages(ctx context.Context, q suiteql.Query) iter.Seq2[[]suiteql.Row, error] {
	return func(yield func([]suiteql.Row, error) bool) {
		if err := q.Check(); err != nil {
			yield(nil, &InputError{Field: "query", Problem: err.Error()})
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		for load := s.start(ctx, q, q.After, false); load != nil; {
			page := load()
			if page.err != nil {
				yield(nil, page.err)
				return
			}
			load = nil
			if page.more {
				load = s.start(ctx, q, page.rows[len(page.rows)-1].Key(), q.Prefetch)
			}
			if len(page.rows) > 0 && !yield(page.rows, nil) {
				if load != nil && q.Prefetch {
					cancel()
					load() // a goroutine of ours ends before we do
				}
				return
			}
		}
	}
}

// keyPage is one page of a keyset reading.
type keyPage struct {
	rows []suiteql.Row
	more bool
	err  error
}

// start returns a function that gives the page behind after. Ahead of time, it
// begins to load at once; otherwise when it is called.
func (s *SuiteQL) start(ctx context.Context, q suiteql.Query, after []string, ahead bool) func() keyPage {
	if !ahead {
		return func() keyPage { return s.load(ctx, q, after) }
	}
	done := make(chan keyPage, 1)
	go func() { done <- s.load(ctx, q, after) }()
	return func() keyPage { return <-done }
}

func (s *SuiteQL) load(ctx context.Context, q suiteql.Query, after []string) keyPage {
	q.After = after
	sql, params := q.Page()
	page, err := s.page(ctx, sql, params, pagingQuery(q.Size(), 0))
	if err != nil {
		return keyPage{err: err}
	}
	if err := q.Seal(page.Rows, after); err != nil {
		return keyPage{err: err}
	}
	// A page may be short of its size and yet not the last; what the answer
	// says of further rows decides, and either of its two words for it counts.
	more := page.HasMore || page.Total > len(page.Rows)
	if more && len(page.Rows) == 0 {
		return keyPage{err: &brokenPaging{"suiteql"}}
	}
	return keyPage{rows: page.Rows, more: more}
}
