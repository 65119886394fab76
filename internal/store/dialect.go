package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/pressly/goose/v3"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/fault"
)

// dialect is what differs between databases.
type dialect struct {
	name  string
	goose goose.Dialect
	// rebind turns "?" into the database's own parameters.
	rebind func(query string) string
	// in returns the condition that a column is in a list, which is one parameter made by list.
	in   func(column string) string
	list func(values any) (any, error)
	// entriesByKey is what ledger entries are selected from; its parameters are keys
	// made by list, flow ID and step. It is written so that even without statistics,
	// which a young table lacks, every key is looked up by the primary key.
	entriesByKey string
	// Clauses that lock the rows of a SELECT; empty where a transaction locks the database.
	forUpdate, forShare, skipLocked string
	// clock is the database's own time in microseconds; empty where it is this process's.
	clock string
	// size asks for the bytes of the whole database.
	size string
	// fault says what kind of failure the driver reports, by its codes.
	fault func(error) fault.Kind
}

// What callers compare against before they turn it into a sentence.
var (
	errUnique    = errors.New("unique constraint")
	errReference = errors.New("foreign key constraint")
	errDeadlock  = errors.New("deadlock")
)

// translate turns a driver's error into one of ours. The end of ctx is reported as
// such, because drivers report it in many ways.
func (d *dialect) translate(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("store: %w (%w)", context.Cause(ctx), err)
	}
	if _, ours := errors.AsType[*sluice.Error](err); ours {
		return err
	}
	switch d.fault(err) {
	case fault.Unique:
		return fmt.Errorf("store: %w: %w", errUnique, err)
	case fault.Reference:
		return fmt.Errorf("store: %w: %w", errReference, err)
	case fault.Deadlock:
		return &sluice.Error{Code: "store.busy", Message: "the database gave up a transaction for another one", Remedy: "Try again", Err: errors.Join(errDeadlock, err)}
	case fault.Busy:
		return &sluice.Error{Code: "store.busy", Message: "the database stayed locked for too long", Remedy: "Stop other programs that write to it, then try again", Err: err}
	case fault.DiskFull:
		return &sluice.Error{Code: "store.disk_full", Message: "the database has no room left on its disk", Remedy: "Free disk space, then resume the run", Err: err}
	case fault.ReadOnly:
		return &sluice.Error{Code: "store.read_only", Message: "the database cannot be written", Remedy: "Check the rights of the data folder and its files, or the database's read-only setting", Err: err}
	case fault.Corrupt:
		return &sluice.Error{Code: "store.corrupt", Message: "the database is damaged or is not one of ours", Remedy: "Stop the server and restore a backup", Err: err}
	case fault.Refused:
		return &sluice.Error{Code: "store.refused", Message: "the database refuses the login", Remedy: "Check user, password and database name of the store's address", Err: err}
	case fault.Unavailable:
		return unavailable(err)
	}
	return fmt.Errorf("store: %w", err)
}

func unavailable(err error) *sluice.Error {
	return &sluice.Error{Code: "store.unavailable", Message: "the database cannot be reached", Remedy: "Check that its folder exists or its server runs, then try again", Err: err}
}

// taken turns a unique constraint into a conflict that names what is there already.
func taken(err error, noun, name string) error {
	if errors.Is(err, errUnique) {
		return &sluice.Error{Code: sluice.CodeConflict, Message: fmt.Sprintf("there is a %s %q already", noun, name), Remedy: "Choose another name, or change the one that is there", Err: err}
	}
	return err
}
