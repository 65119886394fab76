// Package soapread reads the pages of SOAP's searches as an export's records.
//
// NetSuite runs a search anew for each of its pages, so that rows shift when data changes
// in between (Oracle help, section_N3523074). What was read is therefore counted, and a
// run that goes on reads from the beginning and makes sure that it finds what it found.
package soapread

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite/soap"
	"github.com/sluicehq/sluice/netsuite/soap/record"
)

// Source is a search.
type Source struct {
	Pages iter.Seq2[soap.Page, error]
	// Item turns what was found into an item of the export; false where it is none.
	Item func(e *record.Element) (sluice.Item, bool)
	// Problem puts an error of the search into words.
	Problem func(error) error
}

// place is how far a search was read.
type place struct {
	Found  int    `json:"found"`  // rows
	Digest string `json:"digest"` // of them, each digest over the one before
}

// Reader reads a Source.
type Reader struct {
	source Source
	next   func() (soap.Page, error, bool)
	stop   func()

	place
	resume  place // to be reached before anything is handed out
	page    soap.Page
	pages   int
	waiting []record.Element
	seen    map[string]bool // records by ID, where several pages may repeat them
}

// Open begins to read, behind the cursor if there is one.
func Open(s Source, cursor []byte) (*Reader, error) {
	r := &Reader{source: s, seen: map[string]bool{}}
	if cursor != nil {
		if err := json.Unmarshal(cursor, &r.resume); err != nil {
			return nil, sluice.Errorf("source.cursor", "the run's cursor cannot be read: %w", err).Fix("Start a new run")
		}
	}
	r.next, r.stop = iter.Pull2(s.Pages)
	return r, nil
}

// Close ends the reading.
func (r *Reader) Close() error {
	r.stop()
	return nil
}

// Next returns up to limit records.
func (r *Reader) Next(ctx context.Context, limit int) (sluice.Batch, error) {
	var b sluice.Batch
	for len(b.Items) < limit {
		e, err := r.element(ctx)
		if err == io.EOF && len(b.Items) > 0 {
			break
		}
		if err != nil {
			return sluice.Batch{}, err
		}
		if r.Found <= r.resume.Found {
			if r.Found == r.resume.Found && r.Digest != r.resume.Digest {
				return sluice.Batch{}, changed("the search does not find again what it found before the run was interrupted")
			}
			continue
		}
		if item, ok := r.source.Item(e); ok {
			item.Rows = 1
			b.Items = append(b.Items, item)
		}
	}
	var err error
	b.Cursor, err = json.Marshal(r.place)
	return b, err
}

func changed(what string, args ...any) error {
	return sluice.Errorf("source.changed", what, args...).At("export").
		Fix("Start a new run. Narrow the search until it fits one page of 1,000, as a delta does, or sort the saved search by internal ID")
}

// element returns what was found next, and counts it.
func (r *Reader) element(ctx context.Context) (*record.Element, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if len(r.waiting) == 0 {
			if err := r.turn(); err != nil {
				return nil, err
			}
			continue
		}
		e := &r.waiting[0]
		r.waiting = r.waiting[1:]
		if id := e.Type + " " + e.InternalID(); e.InternalID() != "" && e.Type != "" {
			if r.seen[id] {
				continue // it moved to this page while the one before was read
			}
			r.seen[id] = true
		}
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%+v", r.Digest, *e))
		r.Found, r.Digest = r.Found+1, hex.EncodeToString(sum[:8])
		return e, nil
	}
}

// turn gets the next page. The end is no end where records are missing.
func (r *Reader) turn() error {
	page, err, ok := r.next()
	switch {
	case err != nil:
		return r.source.Problem(err)
	case ok:
		r.page, r.waiting = page, page.Records
		r.pages++
		return nil
	case r.resume.Found > r.Found:
		return changed("the search finds %d rows, and %d were read before the run was interrupted", r.Found, r.resume.Found)
	case r.pages > 1 && r.Found != r.page.Total:
		return changed("NetSuite says that the search finds %d rows, and its %d pages had %d: records came or went while they were read", r.page.Total, r.pages, r.Found)
	}
	return io.EOF
}
