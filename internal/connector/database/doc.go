// Package database reads queries from and writes rows to PostgreSQL, MySQL,
// SQL Server and SQLite.
//
// Values keep what they are: numbers arrive with all their digits and leave as
// text, which the column's own type reads. A page is written in one transaction,
// with a savepoint before each record, so that exactly those that the database
// refuses are known.
package database
