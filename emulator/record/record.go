// Package record is the record engine of the emulated account: one SQLite file
// that holds every record, the rules of NetSuite's record engine, and the
// operations of the record service.
//
// A record is kept once, as the JSON of its REST body, and projected to the
// analytic tables (package analytic) in the same transaction. What types there
// are, package schema says.
package record

import (
	"github.com/sluicehq/sluice/emulator/record/body"
)

// Record is one stored record.
type Record = body.Record
