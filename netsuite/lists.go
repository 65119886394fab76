package netsuite

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/netsuite/internal/restform"
)

// MaxPage is the most rows that a page of NetSuite's collections holds.
const MaxPage = 1000

// ListOptions select and page a list.
type ListOptions struct {
	// Q filters by body fields: companyName START_WITH "A" AND isInactive IS false.
	// Write strings with QuoteFilter. Dates are read in the calling user's own
	// date format and time zone.
	Q      string
	Limit  int // 1 to 1000; 0 means 1000
	Offset int // multiple of Limit
}

func (o ListOptions) query() (url.Values, error) {
	if err := checkPaging(o.Limit, o.Offset); err != nil {
		return nil, err
	}
	q := pagingQuery(o.Limit, o.Offset)
	if o.Q != "" {
		q.Set("q", o.Q)
	}
	return q, nil
}

// checkPaging refuses what NetSuite answers with an opaque 400.
func checkPaging(limit, offset int) error {
	if limit < 0 || limit > MaxPage {
		return inputError("limit", fmt.Sprintf("%d: 1 to %d is possible", limit, MaxPage))
	}
	if limit == 0 {
		limit = MaxPage
	}
	if offset < 0 || offset%limit != 0 {
		return inputError("offset", fmt.Sprintf("%d: NetSuite wants a multiple of the limit %d", offset, limit))
	}
	return nil
}

func pagingQuery(limit, offset int) url.Values {
	if limit == 0 {
		limit = MaxPage
	}
	return url.Values{"limit": {strconv.Itoa(limit)}, "offset": {strconv.Itoa(offset)}}
}

// ListPage is one page of a list. NetSuite lists IDs, not records.
type ListPage struct {
	IDs     []string
	Offset  int
	Total   int // of all pages
	HasMore bool

	next url.Values // paging parameters of the next page
}

type link struct {
	Rel  string `json:"rel"`
	Href string `json:"href"`
}

type listJSON struct {
	Links []link `json:"links"`
	Items []struct {
		ID any `json:"id"`
	} `json:"items"`
	Offset  int  `json:"offset"`
	Total   int  `json:"totalResults"`
	HasMore bool `json:"hasMore"`
}

// List reads one page of the IDs of a record type, in no particular order.
func (s *Records) List(ctx context.Context, recordType string, o ListOptions) (ListPage, error) {
	query, err := o.query()
	if err := errors.Join(checkType(recordType), err); err != nil {
		return ListPage{}, err
	}
	return s.listPage(ctx, recordType, query)
}

func (s *Records) listPage(ctx context.Context, recordType string, query url.Values) (ListPage, error) {
	var list listJSON
	err := s.client.Do(ctx, Call{
		Operation: "list " + recordType, Effect: Read, Method: http.MethodGet,
		URL: s.url(recordType, query),
		Accept: func(r *Response) error {
			return errors.Join(into(&list)(r), restform.Missing(list.Items == nil, "items"))
		},
	})
	if err != nil {
		return ListPage{}, err
	}
	page := ListPage{Offset: list.Offset, Total: list.Total, HasMore: list.HasMore, next: nextPage(list.Links)}
	for _, item := range list.Items {
		if item.ID != nil {
			page.IDs = append(page.IDs, fmt.Sprint(item.ID)) // documented as text, taken as a number too
		}
	}
	return page, nil
}

// nextPage takes limit and offset from the link to the next page. The rest of
// the link is not used: the address so that no signed request goes where an
// answer points, the filter because ours is at hand.
func nextPage(links []link) url.Values {
	for _, l := range links {
		if l.Rel != "next" {
			continue
		}
		u, err := url.Parse(l.Href)
		if err != nil {
			return nil
		}
		return url.Values{"limit": u.Query()["limit"], "offset": u.Query()["offset"]}
	}
	return nil
}

// All lists the IDs of a record type over all pages, beginning with o's. It
// goes on while there is a next page and ends with the first error.
//
// Pages are cut from an unordered list: records that change meanwhile may be
// missed or come twice, and NetSuite lists 100,000 at most (a list that ends
// before its own total is an error). Use SuiteQL.Rows where that matters.
func (s *Records) All(ctx context.Context, recordType string, o ListOptions) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		query, err := o.query()
		if err := errors.Join(checkType(recordType), err); err != nil {
			yield("", err)
			return
		}
		for {
			page, err := s.listPage(ctx, recordType, query)
			if err != nil {
				yield("", err)
				return
			}
			for _, id := range page.IDs {
				if !yield(id, nil) {
					return
				}
			}
			if !page.HasMore {
				if page.Offset+len(page.IDs) < page.Total {
					yield("", &brokenPaging{"list " + recordType})
				}
				return
			}
			if page.next == nil || !later(page.next, query) {
				yield("", &brokenPaging{"list " + recordType})
				return
			}
			query["limit"], query["offset"] = page.next["limit"], page.next["offset"]
		}
	}
}

// later reports whether the next page lies behind this one, without which a
// reader would go round for ever.
func later(next, current url.Values) bool {
	a, errA := strconv.Atoi(next.Get("offset"))
	b, errB := strconv.Atoi(current.Get("offset"))
	return errA == nil && errB == nil && a > b
}

type brokenPaging struct{ what string }

func (e *brokenPaging) Error() string {
	return "netsuite: " + e.what + ": the answer announces more than it has pages for"
}

// SublistOptions select and page what GetSublist returns.
type SublistOptions struct {
	Limit              int // 0: NetSuite's default
	Offset             int // multiple of Limit
	ExpandSubResources bool
}

// Sublist is a page of a sublist's lines, or a subrecord.
type Sublist struct {
	Items   []Record // lines, for a sublist
	Total   int
	HasMore bool
	Record  Record // the whole answer
}

type linesJSON struct {
	Items   []Record `json:"items"`
	Total   int      `json:"totalResults"`
	HasMore bool     `json:"hasMore"`
}

// GetSublist reads what lies below a record: a sublist ("item"), one of its
// lines ("item/1") or a subrecord ("billingAddress",
// "addressBook/39/addressBookAddress").
func (s *Records) GetSublist(ctx context.Context, recordType, id, path string, o SublistOptions) (Sublist, error) {
	err := errors.Join(checkType(recordType), checkID(id), checkPaging(o.Limit, o.Offset))
	for segment := range strings.SplitSeq(path, "/") {
		err = errors.Join(err, checkID(segment))
	}
	if err != nil {
		return Sublist{}, err
	}
	query := url.Values{}
	if o.Limit > 0 || o.Offset > 0 {
		query = pagingQuery(o.Limit, o.Offset)
	}
	if o.ExpandSubResources {
		query.Set("expandSubResources", "true")
	}
	var record Record
	var list linesJSON
	err = s.client.Do(ctx, Call{
		Operation: "get " + recordType + " " + id + " " + path, Effect: Read, Method: http.MethodGet,
		URL: s.url(recordType+"/"+id+"/"+path, query), kind: callKind{get: true},
		Accept: func(r *Response) error {
			list = linesJSON{}
			if err := into(&record)(r); err != nil {
				return err
			}
			// A subrecord may have fields of the same names and other types.
			if _, isList := record["items"].([]any); !isList {
				return nil
			}
			return into(&list)(r)
		},
	})
	if err != nil {
		return Sublist{}, err
	}
	return Sublist{Items: list.Items, Total: list.Total, HasMore: list.HasMore, Record: record}, nil
}
