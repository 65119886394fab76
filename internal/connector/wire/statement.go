package wire

import (
	"fmt"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
)

// Methods of the entries of databases.
const (
	Query = "QUERY"
	Exec  = "EXEC"
)

// Statement records one statement that a database was asked, with its arguments
// and what came of it: how many rows it changed (less than 0 for one that reads),
// or the error. It does nothing while the log is off.
func (w Watch) Statement(method, database, text string, args []any, began time.Time, rows int64, err error) {
	if w.Tap == nil || !w.Tap.Open(w.Connection) {
		return
	}
	clock := w.Clock
	if clock == nil {
		clock = time.Now
	}
	e := sluice.DebugEntry{ConnectionID: w.Connection, At: began.UTC(), Method: method, URL: w.Mask.Text(database),
		Took: sluice.Milliseconds(clock().Sub(began).Milliseconds())}
	var shown strings.Builder
	shown.WriteString("\n" + text)
	for i, arg := range args {
		if shown.Len() > MaxBody+slack {
			break
		}
		fmt.Fprintf(&shown, "\n-- %d: %v", i+1, arg)
	}
	var body kept
	body.add([]byte(shown.String()))
	e.Request = body.show(w.Mask)
	switch {
	case err != nil:
		e.Error = w.Mask.Text(err.Error())
	case rows >= 0:
		e.Response = fmt.Sprintf("\n%d rows changed", rows)
	}
	w.Tap.Record(e)
}
