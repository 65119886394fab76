package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/database/dialect"
	"github.com/sluicehq/sluice/internal/connector/wire"
)

// sendWindow bounds how long after its intent a page may be committed.
const sendWindow = 5 * time.Second

// OpenImport opens tables for writing.
func OpenImport(ctx context.Context, c *sluice.Connection, i *sluice.Import, o Options) (sluice.Writer, error) {
	db, err := open(ctx, c, false, o)
	if err != nil {
		return nil, err
	}
	t, err := db.openTables(ctx, i.SQL)
	if err != nil {
		_ = db.Close()
		return nil, db.explain(ctx, err, "import.sql.table")
	}
	w := &writer{Options: o, connection: db, spec: i, table: t}
	switch c.Kind {
	case sluice.KindPostgreSQL:
		w.proof = newTransactions(w)
	case sluice.KindSQLite:
		w.proof = &readBack{w}
		w.ordered = true // it has one writer anyway
	default:
		w.proof = newLocks(w)
		w.ordered = (i.Operation == "" || i.Operation == sluice.Add) && !t.exactKey()
	}
	return w, nil
}

// proof finds out what became of a page whose end nobody saw.
type proof interface {
	// prepare sets the intents' Before.
	prepare(ctx context.Context, intents []*sluice.Intent) error
	// begin begins the transaction that writes prepared intents. end is called behind
	// its end, and ends it where it has none.
	begin(ctx context.Context, intents []*sluice.Intent) (tx *sql.Tx, end func(), err error)
	reconcile(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error)
	// whole reports that intents prepared together are proven together: all of them
	// have to be in the one transaction, however long it takes.
	whole() bool
	close()
}

// writer is the Writer of databases.
type writer struct {
	Options
	*connection
	spec    *sluice.Import
	table   table
	proof   proof
	ordered bool
}

// Traits says that pages come one at a time where rows are counted to find out
// whether they arrived: two pages at once would confuse the count.
func (w *writer) Traits() sluice.Traits {
	return sluice.Traits{Ordered: w.ordered, SendWindow: sendWindow}
}

// Prepare notes what tells afterwards whether the page was written.
func (w *writer) Prepare(ctx context.Context, intents []*sluice.Intent) error {
	var records []sluice.Record
	for _, i := range intents {
		records = append(records, i.Record)
	}
	if problems := w.table.unknown(records); len(problems) > 0 {
		return &sluice.Error{Code: "import.unknown_columns", Message: "the records have fields that the tables have no column for", Where: w.table.name, Problems: problems,
			Remedy: "Add the columns, or leave the fields out in a mapping"}
	}
	return w.explainIn(ctx, w.proof.prepare(ctx, intents))
}

func (w *writer) explainIn(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	return w.explain(ctx, err, w.table.name)
}

// Write writes a page in one transaction. Either all records that are reported
// as written are committed together, or none: where the database refuses some,
// the others are reported as not sent, to come again without them. So are those
// that there is no time for.
func (w *writer) Write(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents)) // not sent
	tx, end, err := w.proof.begin(ctx, intents)
	if err != nil {
		return results, w.explainIn(ctx, err)
	}
	defer end()
	if w.late(intents[0], 0) {
		return results, nil
	}
	refused := false
	for n, i := range intents {
		if n > 0 && !w.proof.whole() && w.late(i, sendWindow/2) {
			break
		}
		result, err := w.one(ctx, tx, i)
		if result.State == sluice.ResultRefused {
			results[n] = result
		}
		if errors.Is(err, errOver) {
			return onlyRefused(results), nil
		}
		if err != nil {
			return w.broken(ctx, results, err)
		}
		results[n] = result
		refused = refused || result.State == sluice.ResultRefused
	}
	if refused || !w.proof.whole() && w.late(intents[0], 0) {
		return onlyRefused(results), nil
	}
	return w.commit(ctx, tx, intents, results)
}

// late reports an intent that may not be written any more, but for so much time,
// because another worker may have taken over. A transaction whose end can be asked
// for ends in its own time.
func (w *writer) late(i *sluice.Intent, before time.Duration) bool {
	return w.Clock().After(i.SendBy.Add(-before))
}

// onlyRefused takes back what the rolled back transaction had written.
func onlyRefused(results []sluice.Result) []sluice.Result {
	for n := range results {
		if results[n].State != sluice.ResultRefused {
			results[n] = sluice.Result{}
		}
	}
	return results
}

// broken ends a page whose transaction cannot go on. It is certain that nothing
// was committed.
func (w *writer) broken(ctx context.Context, results []sluice.Result, err error) ([]sluice.Result, error) {
	results = onlyRefused(results)
	f := w.Fault(err)
	if f.Severity == dialect.OfDatabase || ctx.Err() != nil {
		return results, w.explainIn(ctx, err)
	}
	for n := range results {
		if results[n].State == sluice.ResultNotSent {
			results[n].Failure = f.Failure()
		}
	}
	return results, nil
}

func (w *writer) commit(ctx context.Context, tx *sql.Tx, intents []*sluice.Intent, results []sluice.Result) ([]sluice.Result, error) {
	err := tx.Commit()
	if err == nil {
		return results, nil
	}
	f := w.Fault(err)
	switch {
	case f.Severity == dialect.OfRow && len(intents) == 1:
		return []sluice.Result{{State: sluice.ResultRefused, Failure: f.Failure()}}, nil
	case f.Severity == dialect.OfRow && !w.proof.whole():
		return w.singly(ctx, intents)
	case f.Severity != dialect.OfDatabase:
		return w.broken(ctx, results, err) // the database answered: it has rolled back
	}
	for n := range results {
		if results[n].State == sluice.ResultWritten {
			results[n] = sluice.Result{State: sluice.ResultUnknown, Failure: f.Failure()}
		}
	}
	return results, nil
}

// singly writes each record in a transaction of its own: a constraint that the database
// checks at the commit alone has been hurt, and only so does it tell by which.
func (w *writer) singly(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents))
	for n := range intents {
		one, err := w.Write(ctx, intents[n:n+1])
		if err != nil {
			return results, err
		}
		results[n] = one[0]
	}
	return results, nil
}

// errOver says that the database has ended the page's transaction together with the
// record that it refused, as SQL Server does for some errors.
var errOver = errors.New("database: the transaction is over")

// savepoint runs one of the savepoint's statements, where the database has it.
func savepoint(ctx context.Context, tx *sql.Tx, statement, standard string) error {
	if statement = dialect.OrDefault(statement, standard); statement == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, statement)
	return err
}

// one writes one record behind a savepoint. An error is about more than this record.
func (w *writer) one(ctx context.Context, tx *sql.Tx, i *sluice.Intent) (sluice.Result, error) {
	s := w.Syntax()
	if err := savepoint(ctx, tx, s.Savepoint, "SAVEPOINT record"); err != nil {
		return sluice.Result{}, err
	}
	result, err := w.apply(wire.Effect(ctx, i), tx, i)
	if err != nil {
		f := w.Fault(err)
		if own, ok := errors.AsType[*sluice.Error](err); ok {
			f = dialect.Fault{Severity: dialect.OfRow, Code: own.Code, Class: sluice.ClassValue, Message: own.Message, Remedy: own.Remedy}
		}
		if f.Severity != dialect.OfRow {
			return sluice.Result{}, err
		}
		result = refusal(f.Failure())
	}
	if result.State == sluice.ResultRefused {
		if err := savepoint(ctx, tx, s.Undo, "ROLLBACK TO SAVEPOINT record"); err != nil {
			if w.cameUp(ctx, w.DB, i, result) {
				result = sluice.Result{} // it comes again, and meets the row
			}
			return result, errOver
		}
		if w.cameUp(ctx, tx, i, result) {
			return sluice.Result{State: sluice.ResultIgnored}, nil
		}
		return result, nil
	}
	return result, savepoint(ctx, tx, s.Release, "RELEASE SAVEPOINT record")
}

func refusal(f *sluice.Failure) sluice.Result {
	return sluice.Result{State: sluice.ResultRefused, Failure: f}
}

// inserts reports whether an intent makes a row or leaves the one alone that is there.
func (w *writer) inserts(i *sluice.Intent) bool {
	return i.Operation == sluice.Add || i.Operation == "" || i.Operation == sluice.Upsert && w.spec.IgnoreExisting
}

// cameUp reports whether a row with the key, which the import would leave alone, is there
// since it was looked for.
func (w *writer) cameUp(ctx context.Context, by asker, i *sluice.Intent, r sluice.Result) bool {
	if !w.spec.IgnoreExisting || r.Failure.Classification != sluice.ClassDuplicate {
		return false
	}
	row, err := w.table.row(w, i.Record)
	if err != nil {
		return false
	}
	key, _, missing := w.table.split(row)
	if missing != "" {
		return false
	}
	n, err := w.count(ctx, by, key)
	return err == nil && n > 0
}

// apply does what the intent says. An error is the database's.
func (w *writer) apply(ctx context.Context, tx *sql.Tx, i *sluice.Intent) (sluice.Result, error) {
	row, err := w.table.row(w, i.Record)
	if err != nil {
		return sluice.Result{}, err
	}
	key, _, missing := w.table.split(row)
	if missing != "" && (i.Operation != sluice.Add || w.spec.IgnoreExisting) {
		return refusal(&sluice.Failure{Code: "record.key_missing", Classification: sluice.ClassValue, Where: missing,
			Message: fmt.Sprintf("the key column %q has no value", missing), Remedy: "Map a value to it"}), nil
	}
	result, found := sluice.Result{State: sluice.ResultWritten}, true
	switch {
	case w.inserts(i):
		if w.spec.IgnoreExisting {
			if n, err := w.count(ctx, tx, key); err != nil || n > 0 {
				return sluice.Result{State: sluice.ResultIgnored}, err
			}
		}
		statement, args := insertion(w, w.table.name, row)
		_, err = tx.ExecContext(ctx, statement, args...)
		result.Created = true
	case i.Operation == sluice.Update:
		found, err = update(ctx, w, tx, &w.table, row)
	case i.Operation == sluice.Upsert:
		result, err = w.upsert(ctx, tx, i)
	case i.Operation == sluice.Delete:
		if err = w.clearLists(ctx, tx, i.Record); err == nil {
			found, err = remove(ctx, w, tx, &w.table, key)
		}
	}
	switch {
	case err != nil:
		return sluice.Result{}, err
	case !found && w.spec.IgnoreMissing:
		return sluice.Result{State: sluice.ResultIgnored}, nil
	case !found:
		return refusal(notFound), nil
	case i.Operation == sluice.Delete:
		return result, nil
	}
	return result, w.writeLists(ctx, tx, i.Record)
}

// upsert writes a row or changes the one with the key, each with the columns that are
// for it.
func (w *writer) upsert(ctx context.Context, tx *sql.Tx, i *sluice.Intent) (sluice.Result, error) {
	made, madeWithout := w.spec.Sent(i.Record, sluice.FateNew)
	changed, changedWithout := w.spec.Sent(i.Record, sluice.FateChanged)
	fresh, err := w.table.row(w, made)
	if err != nil {
		return sluice.Result{}, err
	}
	there, err := w.table.row(w, changed)
	if err != nil {
		return sluice.Result{}, err
	}
	r := sluice.Result{State: sluice.ResultWritten, LeftOut: changedWithout}
	if r.Created, err = upsert(ctx, w, tx, &w.table, fresh, there); r.Created {
		r.LeftOut = madeWithout
	}
	return r, err
}

// notFound is the refusal of a change of a row that is not there.
var notFound = &sluice.Failure{Code: "record.not_found", Classification: sluice.ClassMissing, Message: "there is no row with this key", Remedy: "Use upsert to make rows that are not there, or ignore_missing to pass over them"}

// Reconcile finds out what became of intents.
func (w *writer) Reconcile(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results, err := w.proof.reconcile(ctx, intents)
	return results, w.explainIn(ctx, err)
}

// Finish has nothing to do: each page was committed.
func (w *writer) Finish(context.Context) error { return nil }

// Close closes the database.
func (w *writer) Close() error {
	w.proof.close()
	return w.DB.Close()
}
