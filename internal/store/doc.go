// Package store keeps connections, flows, runs, pages, the ledger, record errors
// and people in SQLite or PostgreSQL. It only stores: rules live above it.
//
// What a worker writes is checked against the run's fence in the transaction that
// writes it, so a worker that lost its run changes nothing. A transaction that was
// committed is on the disk: SQLite runs with synchronous=FULL, because an intent
// that a power cut takes back would let the same record be sent twice.
//
// Stored forms: times are whole microseconds UTC (0 for none), JSON is text, and a
// page's items are compressed JSON with a digest. Times that are read back are UTC
// without what is finer than a microsecond.
package store
