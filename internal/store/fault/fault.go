// Package fault says what kind of failure a database's driver reports, by its codes.
package fault

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Kind is a kind of database failure.
type Kind int

// The kinds.
const (
	None        Kind = iota // not a failure of the database: a bug of ours
	Unique                  // a unique constraint
	Reference               // a foreign key
	Deadlock                // given up for another transaction: worth another try
	Busy                    // locked for too long
	DiskFull                // no room
	ReadOnly                // may not write
	Corrupt                 // damaged, or not a database
	Refused                 // login or database name not accepted
	Unavailable             // cannot be reached, or its disk fails
)

// SQLite reads what its driver reports.
func SQLite(err error) Kind {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return None
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return Unique
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return Reference
	case sqlite3.SQLITE_IOERR_SHMSIZE: // the file beside the database cannot grow to its few pages
		return DiskFull
	}
	const primary = 0xff // the low byte is the result code without its detail
	switch e.Code() & primary {
	case sqlite3.SQLITE_FULL:
		return DiskFull
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return ReadOnly
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return Corrupt
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return Busy
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL:
		return Unavailable
	}
	return None
}

// Postgres reads the SQLSTATE (PostgreSQL documentation, appendix A).
func Postgres(err error) Kind {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return OfState(e.Code)
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[net.Error](err)
	if connecting || network || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
		return Unavailable
	}
	return None
}

// OfState returns the kind of a SQLSTATE.
func OfState(state string) Kind {
	switch state {
	case "23505":
		return Unique
	case "23503":
		return Reference
	case "40001", "40P01":
		return Deadlock
	case "55P03":
		return Busy
	case "53100":
		return DiskFull
	case "25006", "42501":
		return ReadOnly
	case "3D000":
		return Refused
	}
	switch state[:min(2, len(state))] {
	case "28":
		return Refused
	case "08", "53", "57", "58":
		return Unavailable
	case "XX":
		return Corrupt
	}
	return None
}
