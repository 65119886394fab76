// Package file reads and writes CSV and JSON lines files in one folder.
//
// A file is read to its end and checked before its first record leaves, unless
// the flow asks to stream. Joins and groups are staged in a temporary SQLite
// database, so that memory stays flat however large the files are and rows that
// belong together may be anywhere.
//
// A file that is written appears under its name when the run is through. Until
// then it is <path>.partial, whose length is noted before each page: after a kill
// the file is cut back to that length and the page written again.
package file
