package e2e

import (
	"database/sql"
	"encoding/csv"
	"os"

	_ "modernc.org/sqlite" // the warehouse of the shop
)

func (w *world) warehouse() *sql.DB {
	w.t.Helper()
	db, err := sql.Open("sqlite", w.path("shop", "warehouse.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = db.Close() })
	return db
}

func (w *world) makeWarehouse() {
	w.t.Helper()
	schema, err := os.ReadFile(w.path("shop", "warehouse.sql"))
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.warehouse().Exec(string(schema)); err != nil {
		w.t.Fatal(err)
	}
}

// count returns the number that a query of the warehouse gives.
func (w *world) count(query string) int {
	w.t.Helper()
	var n int
	if err := w.warehouse().QueryRow(query).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// csvRows returns how many rows a CSV file has below its header.
func (w *world) csvRows(path string) int {
	w.t.Helper()
	f, err := os.Open(w.path("shop", "data", path))
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		w.t.Fatal(err)
	}
	return len(rows) - 1
}
