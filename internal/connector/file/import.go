package file

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/file/format"
)

// sendWindow bounds how long after its intent a page may be written: a worker
// that was away for longer may have been replaced by another.
const sendWindow = 2 * time.Second

// OpenImport opens a CSV or JSON lines file for writing.
func OpenImport(_ context.Context, c *sluice.Connection, i *sluice.Import, o sluice.ImportOptions, options Options) (sluice.Writer, error) {
	as, target := formatOf(i)
	f, err := openFolder(c, options.Own...)
	if err != nil {
		return nil, err
	}
	if there, err := f.Stat(target); err == nil {
		if err := f.lends(there); err != nil {
			_ = f.Close()
			return nil, writeError(target, err)
		}
	}
	w := &writer{Options: options, format: as, out: output{folder: f, path: target, flow: o.FlowID, run: o.RunID}}
	if err := f.MkdirAll(dirOf(target), 0o755); err != nil {
		err = writeError(target, err)
		_ = f.Close()
		return nil, err
	}
	if w.begun, err = w.out.resume(); err != nil {
		_ = f.Close()
		return nil, err
	}
	return w, nil
}

// formatOf returns what writes an import's records, and its file.
func formatOf(i *sluice.Import) (format.Format, string) {
	if i.CSV != nil {
		return format.CSV{Columns: i.CSV.Columns}, i.CSV.Path
	}
	return format.JSONLines{}, i.JSONLines.Path
}

func dirOf(p string) string { return path.Dir(p) }

// writer is the Writer of files.
type writer struct {
	Options
	format format.Format
	mu     sync.Mutex
	out    output
	begun  bool
}

// Traits says that pages are written one after another, since a file has an order.
func (w *writer) Traits() sluice.Traits {
	return sluice.Traits{Ordered: true, SendWindow: sendWindow}
}

// Prepare notes the file's length, to which Reconcile returns.
func (w *writer) Prepare(_ context.Context, intents []*sluice.Intent) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.begin(intents); err != nil {
		return err
	}
	for _, i := range intents {
		i.Before = fmt.Sprintf("run %d length %d", w.out.run, w.out.size)
	}
	return nil
}

// begin begins the file with the first intents that come.
func (w *writer) begin(intents []*sluice.Intent) error {
	if w.begun || len(intents) == 0 {
		return nil
	}
	err := w.out.begin(addsToFile(intents[0], w.out.run), w.format)
	w.begun = err == nil
	return err
}

// addsToFile reports whether the run adds to the file of an earlier run. A flow
// without key gives each record a key that names its run: such a run writes all
// its records, and the file anew. With a key, and in a retry, a run brings only
// what earlier runs did not.
func addsToFile(first *sluice.Intent, run int64) bool {
	return !strings.HasPrefix(first.Key, fmt.Sprintf("run/%d/", run))
}

// Write writes all intents that can be written, or none.
func (w *writer) Write(_ context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	results := make([]sluice.Result, len(intents)) // not sent
	var text bytes.Buffer
	now := w.Clock()
	for n, i := range intents {
		if now.After(i.SendBy) {
			continue
		}
		mark := text.Len()
		if bad := w.format.Encode(&text, i.Record); bad != nil {
			text.Truncate(mark)
			results[n] = sluice.Result{State: sluice.ResultRefused, Failure: bad}
			continue
		}
		results[n].State = sluice.ResultWritten
	}
	if text.Len() == 0 {
		return results, nil
	}
	clean, err := w.out.append(text.Bytes())
	if err == nil {
		return results, nil
	}
	for n := range results {
		if results[n].State != sluice.ResultWritten {
			continue
		}
		results[n].State = sluice.ResultNotSent
		if !clean {
			results[n].State = sluice.ResultUnknown
		}
	}
	return results, err
}

// Reconcile cuts the file back to its length before the intents, which makes it
// certain that none of them is there. Intents of an earlier run are looked for in
// what that run has left.
func (w *writer) Reconcile(_ context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.begin(intents); err != nil {
		return nil, err
	}
	results := make([]sluice.Result, len(intents))
	length := w.out.size
	for n, i := range intents {
		results[n].State = sluice.ResultAbsent
		var run, before int64
		if _, err := fmt.Sscanf(i.Before, "run %d length %d", &run, &before); err != nil {
			return nil, sluice.Errorf("file.ledger", "the ledger's note %s is not of a file import", strconv.Quote(i.Before)).Fix("Give the step another name if it was another kind of import before")
		}
		switch {
		case before > w.out.size && run == w.out.run:
			return nil, w.out.lost()
		case run == w.out.run:
			length = min(length, before)
		default:
			there, err := w.left(i, before)
			if err != nil {
				return nil, err
			}
			if there {
				results[n].State = sluice.ResultWritten
			}
		}
	}
	return results, w.out.cut(length)
}

// left reports whether an earlier run has left the intent's row.
func (w *writer) left(i *sluice.Intent, from int64) (bool, error) {
	var row bytes.Buffer
	if bad := w.format.Encode(&row, i.Record); bad != nil {
		return false, nil
	}
	return w.out.holds(row.Bytes(), from)
}

// Finish gives the file its name. A run that wrote nothing leaves the file that
// is there, and makes an empty one where there is none.
func (w *writer) Finish(context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.begun {
		if _, err := fs.Stat(w.out.folder.FS(), w.out.path); err == nil {
			return nil
		}
		if err := w.out.begin(false, w.format); err != nil {
			return err
		}
		w.begun = true
	}
	if err := w.out.finish(); err != nil {
		return err
	}
	w.begun = false
	return nil
}

// Close closes the file.
func (w *writer) Close() error {
	err := w.out.close()
	_ = w.out.folder.Close()
	return err
}
