package soap

import (
	"context"
	"fmt"
	"iter"
	"strconv"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/soap/record"
)

// Page is one page of a search, of getDeleted, or of another paged answer.
type Page struct {
	Total int // records of all pages; it may move while pages are read
	Size  int // records of a full page
	Pages int
	Index int    // from 1
	ID    string // of the search, for SearchMore

	// Records are whole records, or rows (IsRow) of an advanced search: package
	// search reads their cells. A page in the middle may be empty.
	Records  []record.Element
	Warnings []Detail
}

// Last reports whether no page comes after this one.
func (p Page) Last() bool { return p.Index >= p.Pages }

// Search runs a search and returns its first page. searchRecord is a search of
// any kind: package search makes them. prefs, where it is not nil, goes before
// the client's own.
func (c *Client) Search(ctx context.Context, searchRecord record.Element, prefs *SearchPreferences) (Page, error) {
	searchRecord.Name = "searchRecord"
	body, err := c.part("platformCore:SearchRecord", searchRecord)
	if err != nil {
		return Page{}, err
	}
	if prefs != nil {
		if err := prefs.check(); err != nil {
			return Page{}, err
		}
	}
	return c.page(ctx, &request{operation: "search", what: searchRecord.TypeName(), effect: netsuite.Read,
		headers: withSearch, search: prefs, parts: [][]byte{body}}, "searchResult")
}

// SearchMore returns another page of a search, from 1. The preferences have to be
// those of the search. NetSuite runs the query anew for each page, so that rows
// shift when data changes, and forgets a search that was not used for 15 minutes:
// ErrSearchLost (Oracle help section_N3523074).
func (c *Client) SearchMore(ctx context.Context, searchID string, page int, prefs *SearchPreferences) (Page, error) {
	if err := requireText("searchId", searchID); err != nil {
		return Page{}, err
	}
	if page < 1 {
		return Page{}, inputError("pageIndex", "pages count from 1")
	}
	return c.page(ctx, &request{operation: "searchMoreWithId", what: fmt.Sprintf("page %d", page), effect: netsuite.Read,
		headers: withSearch, search: prefs, parts: [][]byte{textPart("searchId", searchID), textPart("pageIndex", strconv.Itoa(page))}}, "searchResult")
}

// PageError is a search that ended between two pages.
type PageError struct {
	Page  int // that could not be read, from 1
	Pages int
	Err   error
}

// Error names the page.
func (e *PageError) Error() string { return fmt.Sprintf("page %d of %d: %v", e.Page, e.Pages, e.Err) }

// Unwrap returns the cause: ErrSearchLost where the search has to begin anew.
func (e *PageError) Unwrap() error { return e.Err }

// Pages runs a search and reads all its pages, empty ones in the middle among
// them. It ends with the first error, a *PageError after the first page.
//
// Since every page runs the query anew, reading many pages is dependable only
// where the order is: a saved search sorted by internal ID. Otherwise narrow the
// search, most simply by lastModifiedDate, until it fits one page, and compare
// what came with Total (Oracle help section_1519647409).
func (c *Client) Pages(ctx context.Context, searchRecord record.Element, prefs *SearchPreferences) iter.Seq2[Page, error] {
	return pages(func(before Page) (Page, error) {
		if before.Index == 0 {
			return c.Search(ctx, searchRecord, prefs)
		}
		return c.SearchMore(ctx, before.ID, before.Index+1, prefs)
	})
}

// pages reads page after page; next is given the one before.
func pages(next func(before Page) (Page, error)) iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		var before Page
		for {
			p, err := next(before)
			if err != nil {
				if before.Index > 0 {
					err = &PageError{before.Index + 1, before.Pages, err}
				}
				yield(p, err)
				return
			}
			if p.Index <= before.Index {
				p.Index = before.Index + 1 // the answer need not number its pages
			}
			if p.ID == "" {
				p.ID = before.ID
			}
			if !yield(p, nil) || p.Last() {
				return
			}
			before = p
		}
	}
}

// Records runs a search and reads its records or rows one by one, in the memory
// of one page. A record that comes twice, because it moved to the next page
// while that was read, is handed over once; rows are not told apart. See
// [Client.Pages] for what a search of many pages may miss.
func (c *Client) Records(ctx context.Context, searchRecord record.Element, prefs *SearchPreferences) iter.Seq2[record.Element, error] {
	return func(yield func(record.Element, error) bool) {
		seen := map[string]bool{}
		for p, err := range c.Pages(ctx, searchRecord, prefs) {
			if err != nil {
				yield(record.Element{}, err)
				return
			}
			for _, e := range p.Records {
				if id := e.InternalID(); id != "" && e.Name == "record" {
					key := e.Type + " " + id
					if seen[key] {
						continue
					}
					seen[key] = true
				}
				if !yield(e, nil) {
					return
				}
			}
		}
	}
}

// page sends a request whose answer is a paged result.
func (c *Client) page(ctx context.Context, r *request, result string) (Page, error) {
	var p Page
	found := false
	err := c.call(ctx, r, func(a *answer) error {
		return a.each(func(name string) (err error) {
			// Where a result has another name, as in a sample of Oracle's, there is
			// still but one.
			found = true
			p, err = a.page(r)
			return err
		})
	})
	if err == nil && !found {
		err = missingIn(r, result)
	}
	return p, err
}

// page reads a paged result at hand: counts, and a list of records, rows,
// references or deleted records.
func (a *answer) page(r *request) (Page, error) {
	p := Page{}
	var status *Status
	err := a.each(func(name string) (err error) {
		switch name {
		case "status":
			status, err = a.status()
		case "totalRecords":
			p.Total, err = a.number()
		case "pageSize":
			p.Size, err = a.number()
		case "totalPages":
			p.Pages, err = a.number()
		case "pageIndex":
			p.Index, err = a.number()
		case "searchId":
			p.ID, err = a.text()
		default:
			p.Records, err = a.list(p.Records)
		}
		return err
	})
	if err != nil {
		return p, err
	}
	p.Warnings, err = r.judge(status)
	return p, err
}

// list reads the children of the list at hand.
func (a *answer) list(to []record.Element) ([]record.Element, error) {
	err := a.each(func(string) error {
		e, err := a.element()
		to = append(to, e)
		return err
	})
	return to, err
}

// result reads a result of no particular shape.
func (c *Client) result(ctx context.Context, r *request) (record.Element, error) {
	var e record.Element
	found := false
	err := c.call(ctx, r, func(a *answer) error {
		return a.each(func(string) error {
			found = true
			e = record.Element{}
			status := &Status{Success: true}
			err := a.each(func(name string) (err error) {
				if name == "status" && !r.job {
					status, err = a.status()
					return err
				}
				child, err := a.element()
				e.Children = append(e.Children, child)
				return err
			})
			if err != nil {
				return err
			}
			_, err = r.judge(status)
			return err
		})
	})
	if err == nil && !found {
		err = missingIn(r, "result")
	}
	return e, err
}
