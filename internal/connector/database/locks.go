package database

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/database/dialect"
)

// locks is the proof of MySQL and SQL Server, which do not tell how a transaction
// ended. A page's session holds a lock with a name of its own, noted before the
// intents are stored: once nobody holds it, nothing can be committed any more, and
// the rows say what was. Update, upsert and delete may be done again. An add is
// known by its key, or else by the number of rows that equal it as far as the
// database is sure to keep values as they are.
type locks struct {
	writer *writer
	locker dialect.Locker
	mu     sync.Mutex
	open   map[string]*sql.Conn // by lock
}

func newLocks(w *writer) *locks {
	return &locks{writer: w, locker: w.Dialect.(dialect.Locker), open: map[string]*sql.Conn{}}
}

// lockNote is what the ledger keeps of an intent.
type lockNote struct {
	Lock string `json:"lock"`
	// Row and Count are, of an add, the values that rows are looked for by and how
	// many had them before. A count of -1 says that they prove nothing.
	Row   map[string]any `json:"row,omitempty"`
	Count int            `json:"count,omitempty"`
	Add   bool           `json:"add,omitempty"`
}

func readLockNote(before string) (lockNote, error) {
	var n lockNote
	decoder := json.NewDecoder(strings.NewReader(before))
	decoder.UseNumber()
	if err := decoder.Decode(&n); err != nil || n.Lock == "" {
		return n, ledgerNote(before)
	}
	return n, nil
}

func (p *locks) prepare(ctx context.Context, intents []*sluice.Intent) error {
	conn, err := p.writer.Conn(ctx)
	if err != nil {
		return err
	}
	name := "sluice_" + rand.Text()
	if err = p.locker.Lock(ctx, conn, name); err == nil {
		err = p.note(ctx, name, intents)
	}
	if err != nil {
		p.release(conn, name)
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open[name] = conn
	return nil
}

// note sets the intents' Before.
func (p *locks) note(ctx context.Context, name string, intents []*sluice.Intent) error {
	for _, i := range intents {
		n := lockNote{Lock: name, Add: p.writer.inserts(i)}
		if n.Add {
			if err := p.evidence(ctx, &n, i.Record); err != nil {
				return err
			}
		}
		text, err := json.Marshal(n)
		if err != nil {
			return err
		}
		i.Before = string(text)
	}
	return nil
}

// evidence notes what tells afterwards whether an add arrived.
func (p *locks) evidence(ctx context.Context, n *lockNote, r sluice.Record) error {
	t := &p.writer.table
	row, err := t.row(p.writer, r)
	if err != nil {
		n.Count = -1 // it will be refused
		return nil
	}
	if key, _, missing := t.split(row); missing == "" && t.exactKey() {
		row = key
		if slices.ContainsFunc(key, func(c cell) bool { return !c.exact() }) {
			n.Count = -1
		}
	}
	row = slices.DeleteFunc(slices.Clone(row), func(c cell) bool { return !c.exact() })
	n.Row = map[string]any{}
	for field, value := range r {
		if at := find(t.columns, field); at >= 0 && slices.ContainsFunc(row, func(c cell) bool { return c.column == t.columns[at] }) {
			n.Row[t.columns[at]] = value
		}
	}
	if n.Count == 0 {
		n.Count, err = p.writer.count(ctx, p.writer.DB, row)
	}
	return err
}

// exactTypes are column types that keep a value as it is, or refuse it. Others may
// round it, or write it another way.
var exactTypes = map[string]string{
	"tinyint": "int", "smallint": "int", "mediumint": "int", "int": "int", "bigint": "int",
	"char": "text", "varchar": "text", "nchar": "text", "nvarchar": "text",
	"tinytext": "text", "mediumtext": "text", "longtext": "text", "text": "text",
}

// exactKey reports whether the key proves that a row is there.
func (t *table) exactKey() bool {
	return len(t.key) > 0 && !slices.ContainsFunc(t.key, func(column string) bool {
		return exactTypes[t.types[slices.Index(t.columns, column)]] == ""
	})
}

// exact reports whether the column has the very value once it is written.
func (c cell) exact() bool {
	switch v := c.value.(type) {
	case nil:
		return exactTypes[c.typ] != ""
	case int64:
		return exactTypes[c.typ] == "int"
	case string:
		return exactTypes[c.typ] == "text" && strings.TrimRight(v, " ") == v
	}
	return false
}

func (p *locks) begin(ctx context.Context, intents []*sluice.Intent) (*sql.Tx, func(), error) {
	n, err := readLockNote(intents[0].Before)
	if err != nil {
		return nil, nil, err
	}
	p.mu.Lock()
	conn := p.open[n.Lock]
	delete(p.open, n.Lock)
	p.mu.Unlock()
	if conn == nil {
		return nil, nil, errUnprepared
	}
	// At a higher level two pages that insert into one gap would stop each other.
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		p.release(conn, n.Lock)
		return nil, nil, err
	}
	return tx, func() {
		_ = tx.Rollback()
		p.release(conn, n.Lock)
	}, nil
}

// release gives the session back without its lock, or ends it.
func (p *locks) release(conn *sql.Conn, name string) {
	if err := p.locker.Unlock(context.Background(), conn, name); err != nil {
		_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	_ = conn.Close()
}

func (p *locks) reconcile(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents))
	held := map[string]bool{}
	for n, i := range intents {
		note, err := readLockNote(i.Before)
		if err != nil {
			return nil, err
		}
		open, known := held[note.Lock]
		if !known { // asked before rows are counted: what is free now was committed before
			if open, err = p.locker.Locked(ctx, p.writer.DB, note.Lock); err != nil {
				return nil, err
			}
			held[note.Lock] = open
		}
		if results[n], err = p.judge(ctx, note, open); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// judge says what became of an intent whose session is open or gone.
func (p *locks) judge(ctx context.Context, n lockNote, open bool) (sluice.Result, error) {
	if n.Add && n.Count >= 0 {
		cells, err := p.writer.table.row(p.writer, n.Row)
		if err != nil {
			return sluice.Result{}, err
		}
		now, err := p.writer.count(ctx, p.writer.DB, cells)
		if err != nil || now > n.Count {
			return sluice.Result{State: sluice.ResultWritten}, err
		}
	}
	unknown := &sluice.Failure{Code: "import.in_progress", Classification: sluice.ClassUnknown, Message: "the transaction that writes it is still open"}
	if !open && n.Add && n.Count < 0 {
		unknown.Code, unknown.Message = "import.no_proof", "the column types of the key do not keep its values as they are, so the row cannot be told from others"
	}
	if open || n.Add && n.Count < 0 {
		return sluice.Result{State: sluice.ResultUnknown, Failure: unknown}, nil
	}
	return sluice.Result{State: sluice.ResultAbsent}, nil
}

func (p *locks) whole() bool { return true }

func (p *locks) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, conn := range p.open {
		p.release(conn, name)
	}
	clear(p.open)
}
