package database

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/sluicehq/sluice"
)

// transactions is the proof of PostgreSQL, which remembers of every transaction
// how it ended: the page's transaction begins, and its ID is noted, before the
// intents are stored. What was committed was written, all of it.
type transactions struct {
	writer *writer
	mu     sync.Mutex
	open   map[string]*sql.Tx // by Before
}

func newTransactions(w *writer) *transactions {
	return &transactions{writer: w, open: map[string]*sql.Tx{}}
}

func (p *transactions) prepare(ctx context.Context, intents []*sluice.Intent) error {
	tx, err := p.writer.BeginTx(context.WithoutCancel(ctx), nil) // it outlives this call
	if err != nil {
		return err
	}
	var id string
	if err := tx.QueryRowContext(ctx, "SELECT txid_current()::text").Scan(&id); err != nil {
		_ = tx.Rollback()
		return err
	}
	for _, i := range intents {
		i.Before = "transaction " + id
		if p.writer.spec.IgnoreExisting && p.there(ctx, tx, i) {
			i.Before += there
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open["transaction "+id] = tx
	return nil
}

// there ends the note of a record that was there already: what was committed has left it alone.
const there = ", there already"

func (p *transactions) there(ctx context.Context, tx *sql.Tx, i *sluice.Intent) bool {
	row, err := p.writer.table.row(p.writer, i.Record)
	if err != nil {
		return false // it will be refused
	}
	key, _, missing := p.writer.table.split(row)
	if missing != "" {
		return false
	}
	n, err := p.writer.count(ctx, tx, key)
	return err == nil && n > 0
}

func (p *transactions) begin(ctx context.Context, intents []*sluice.Intent) (*sql.Tx, func(), error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := strings.TrimSuffix(intents[0].Before, there)
	tx := p.open[before]
	if tx == nil {
		return nil, nil, errUnprepared
	}
	delete(p.open, before)
	// A constraint that is checked at the commit would be checked too late to know
	// which record has hurt it.
	if _, err := tx.ExecContext(ctx, "SET CONSTRAINTS ALL IMMEDIATE"); err != nil {
		_ = tx.Rollback()
		return nil, nil, err
	}
	return tx, func() { _ = tx.Rollback() }, nil
}

var errUnprepared = errors.New("database: the intents were not prepared")

func (p *transactions) reconcile(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents))
	known := map[string]sluice.Result{}
	for n, i := range intents {
		before, left := strings.CutSuffix(i.Before, there)
		r, ok := known[before]
		if !ok {
			var err error
			if r, err = p.ended(ctx, before); err != nil {
				return nil, err
			}
			known[before] = r
		}
		if results[n] = r; left && r.State == sluice.ResultWritten {
			results[n] = sluice.Result{State: sluice.ResultIgnored}
		}
	}
	return results, nil
}

// ended asks how a transaction ended.
func (p *transactions) ended(ctx context.Context, before string) (sluice.Result, error) {
	id, found := strings.CutPrefix(before, "transaction ")
	if !found {
		return sluice.Result{}, ledgerNote(before)
	}
	var status sql.NullString
	if err := p.writer.QueryRowContext(ctx, "SELECT txid_status($1::text::bigint)", id).Scan(&status); err != nil {
		return sluice.Result{}, err
	}
	switch status.String {
	case "committed":
		return sluice.Result{State: sluice.ResultWritten}, nil
	case "aborted":
		return sluice.Result{State: sluice.ResultAbsent}, nil
	case "in progress":
		return sluice.Result{State: sluice.ResultUnknown, Failure: &sluice.Failure{Code: "import.in_progress", Classification: sluice.ClassUnknown, Message: "the transaction that writes it is still open"}}, nil
	}
	return sluice.Result{State: sluice.ResultUnknown, Failure: &sluice.Failure{Code: "import.too_old", Classification: sluice.ClassUnknown, Message: "the database has forgotten how the transaction ended"}}, nil
}

func (p *transactions) whole() bool { return true }

func ledgerNote(before string) error {
	return sluice.Errorf("import.ledger", "the ledger's note %q is not of this kind of import", before).Fix("Give the step another name if it was another kind of import before")
}

func (p *transactions) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, tx := range p.open {
		_ = tx.Rollback()
	}
	clear(p.open)
}

// readBack is the proof of SQLite: rows are looked for. Update, upsert and delete
// may be done again. An add is known by its key, or else by the number of rows
// that equal it, which only one writer at a time makes a proof.
type readBack struct{ writer *writer }

func (p *readBack) prepare(ctx context.Context, intents []*sluice.Intent) error {
	for _, i := range intents {
		if !p.writer.inserts(i) {
			i.Before = "again"
			continue
		}
		text, err := p.note(ctx, i)
		if err != nil {
			return err
		}
		i.Before = text
	}
	return nil
}

// equalRows is what the ledger keeps of an add: the row, or its key alone, and how
// many rows had these values before. It speaks for itself, so that a changed mapping
// can still tell whether the row arrived.
type equalRows struct {
	Row   map[string]any `json:"row"`
	Count int            `json:"count"`
}

func (p *readBack) note(ctx context.Context, i *sluice.Intent) (string, error) {
	w := p.writer
	row, err := w.table.row(w, i.Record)
	if err != nil {
		return "", err
	}
	if key, _, missing := w.table.split(row); missing == "" && len(key) > 0 {
		row = key
	}
	e := equalRows{Row: map[string]any{}}
	for field, value := range i.Record {
		n := find(w.table.columns, field)
		if n >= 0 && slices.ContainsFunc(row, func(c cell) bool { return c.column == w.table.columns[n] }) {
			e.Row[w.table.columns[n]] = value
		}
	}
	if e.Count, err = p.count(ctx, e.Row); err != nil {
		return "", err
	}
	text, err := json.Marshal(e)
	return string(text), err
}

// count counts the rows with these values.
func (p *readBack) count(ctx context.Context, row sluice.Record) (int, error) {
	cells, err := p.writer.table.row(p.writer, row)
	if err != nil {
		return 0, err
	}
	return p.writer.count(ctx, p.writer.DB, cells)
}

// asker is a database or a transaction.
type asker interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// count counts the rows with these values.
func (w *writer) count(ctx context.Context, by asker, cells []cell) (int, error) {
	where, args := condition(w, cells, 1)
	var n int
	err := by.QueryRowContext(ctx, "SELECT count(*) FROM "+w.table.name+where, args...).Scan(&n)
	return n, err
}

func (p *readBack) begin(ctx context.Context, _ []*sluice.Intent) (*sql.Tx, func(), error) {
	tx, err := p.writer.BeginTx(ctx, nil)
	return tx, func() { _ = tx.Rollback() }, err
}

func (p *readBack) reconcile(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents))
	for n, i := range intents {
		results[n].State = sluice.ResultAbsent
		if i.Before == "again" {
			continue
		}
		var before equalRows
		decoder := json.NewDecoder(strings.NewReader(i.Before))
		decoder.UseNumber()
		if err := decoder.Decode(&before); err != nil {
			return nil, ledgerNote(i.Before)
		}
		now, err := p.count(ctx, before.Row)
		if err != nil {
			return nil, err
		}
		if now > before.Count {
			results[n].State = sluice.ResultWritten
		}
	}
	return results, nil
}

func (p *readBack) whole() bool { return false }

func (p *readBack) close() {}
