// Seed runs SQL statements from standard input on the SQLite database of a running
// server: browser tests put more into it with it than they could make happen in time.
//
//	go run ./web/e2e/seed DATABASE < statements.sql
package main

import (
	"database/sql"
	"fmt"
	"io"
	"net/url"
	"os"

	_ "modernc.org/sqlite"
)

func main() {
	if err := run(os.Args[1:], os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "seed:", err)
		os.Exit(1)
	}
}

func run(args []string, statements io.Reader) error {
	if len(args) != 1 {
		return fmt.Errorf("name the database")
	}
	text, err := io.ReadAll(statements)
	if err != nil {
		return err
	}
	where := url.URL{Scheme: "file", Path: args[0], RawQuery: "mode=rw&_txlock=immediate&_pragma=busy_timeout(30000)"}
	db, err := sql.Open("sqlite", where.String())
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // of no effect once it is committed
	if _, err := tx.Exec(string(text)); err != nil {
		return err
	}
	return tx.Commit()
}
