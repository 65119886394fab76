package suiteql

import (
	"context"
	"database/sql"
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"strconv"

	"modernc.org/sqlite"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/emulator/suiteql/internal/compile"
)

const (
	// MaxLimit is the largest page, and the size of one where none is asked for.
	MaxLimit = 1000
	// MaxRows is how far into a result paging can reach.
	MaxRows = 100_000
)

// Page is a part of a query's result.
type Page struct {
	Columns []string // lower-case, in the order of the select list
	// Rows hold the values as the service prints them; NULL is not Valid.
	Rows          [][]sql.NullString
	Limit, Offset int
	// Total is the number of rows of the whole result. It stops at MaxRows:
	// counting further would cost more than the page, and nobody can page
	// there. HasMore tells whether rows follow, even there.
	Total   int
	HasMore bool
}

// Query runs q for s and returns limit rows from offset on. Params are the
// values of its question marks.
//
// Without ORDER BY the rows of a page come in an order of their own, and the
// pages of one result may overlap and miss rows; with one, rows that its keys
// leave equal may. NetSuite promises no more, and so do we not, repeatably: the
// same request on the same data has the same answer.
func (e *Engine) Query(ctx context.Context, s *session.Session, q string, params []string, limit, offset int) (*Page, *fault.Fault) {
	if f := checkPaging(limit, offset); f != nil {
		return nil, f
	}
	p, err := e.query(ctx, s, q, params, limit, offset)
	if err == nil {
		return p, nil
	}
	if r, ok := errors.AsType[*compile.Refusal](err); ok {
		e.log.DebugContext(ctx, "query refused", "q", q, "detail", r.Detail, "reason", r.Reason)
		return nil, r.Fault()
	}
	e.log.ErrorContext(ctx, "query failed", "q", q, "error", err)
	return nil, fault.New(http.StatusInternalServerError, fault.UnexpectedError, "An unexpected error occurred. Error ID: %s", errorID(q))
}

func checkPaging(limit, offset int) *fault.Fault {
	refuse := func(param, text string) *fault.Fault {
		return fault.New(http.StatusBadRequest, fault.InvalidParameter, "%s", text).InParam(param)
	}
	switch {
	case limit < 1 || limit > MaxLimit:
		return refuse("limit", "Invalid value for the query parameter limit. Provide a number between 1 and 1000.")
	case offset < 0 || offset%limit != 0:
		return refuse("offset", "Invalid value for the query parameter offset. The offset must be divisible by the limit.")
	case offset+limit > MaxRows && offset >= MaxRows:
		return refuse("offset", "Invalid value for the query parameter offset. A query returns at most 100,000 results.")
	}
	return nil
}

// errorID is a name for the log, in the shape of NetSuite's.
func errorID(q string) string {
	r := rand.New(rand.NewPCG(hash(q), 0))
	id := make([]byte, 20)
	for i := range id {
		id[i] = byte('a' + r.IntN(26))
	}
	return string(id)
}

func (e *Engine) query(ctx context.Context, s *session.Session, q string, params []string, limit, offset int) (*Page, error) {
	st, err := compile.Compile(*e.tables.Load(), e.db.zones, s, q, params)
	if err != nil {
		return nil, err
	}
	version, err := e.db.versions.current(ctx, e.db.DB)
	if err != nil {
		return nil, err
	}
	tx, err := e.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() // nothing was written
	total, err := e.counts.count(ctx, tx, st, version)
	if err != nil {
		return nil, queryError(ctx, err)
	}
	p := &Page{Limit: limit, Offset: offset, Total: min(total, MaxRows), HasMore: total > offset+limit}
	for _, c := range st.Columns {
		p.Columns = append(p.Columns, c.Name)
	}
	size := min(limit, total-offset, MaxRows-offset)
	if size <= 0 {
		return p, nil
	}
	if p.Rows, err = readPage(ctx, tx, st, newRenderer(s, st), window{q, offset, size, total}); err != nil {
		return nil, queryError(ctx, err)
	}
	return p, nil
}

// queryError tells what the query brought on itself (a text that is no number,
// a date out of range) from what is our failure.
func queryError(ctx context.Context, err error) error {
	if e, ok := errors.AsType[*sqlite.Error](err); ok && ctx.Err() == nil && (e.Code() == sqliteError || e.Code() == sqliteTooBig) {
		return compile.Unsupported("%v", err)
	}
	return err
}

// SQLite's codes for a function or statement that failed by itself, and for a
// text beyond all bounds.
const (
	sqliteError  = 1
	sqliteTooBig = 18
)

// window is the part of a result that a request asks for.
type window struct {
	query               string
	offset, size, total int
}

// seed differs between queries and between pages, not between repetitions.
func (w window) seed() uint64 { return hash(w.query + "\x00" + strconv.Itoa(w.offset)) }

func hash(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}

// readPage reads the rows of a window. Of an unordered result it reads a
// window that is shifted by a part of a page, and mixes the rows: what a
// client without ORDER BY loses and sees twice on a live account.
func readPage(ctx context.Context, tx *sql.Tx, st *compile.Statement, r *renderer, w window) ([][]sql.NullString, error) {
	random := rand.New(rand.NewPCG(w.seed(), 1))
	offset := w.offset
	if !st.Ordered && w.total > w.size {
		offset = min(offset+random.IntN(w.size), w.total-w.size)
	}
	args := append(st.Args[:len(st.Args):len(st.Args)], w.size, offset)
	if st.Seed >= 0 {
		args[st.Seed] = int64(w.seed() >> 1)
	}
	n := len(st.Args)
	rows, err := tx.QueryContext(ctx, st.SQL+" LIMIT ?"+strconv.Itoa(n+1)+" OFFSET ?"+strconv.Itoa(n+2), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out, err := r.read(rows, st.Columns)
	if err == nil && !st.Ordered {
		random.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	}
	return out, err
}
