package soap

import (
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/search"
)

// searchLife is how long a searchId is good without use (Oracle help, section_N3523074).
const searchLife = 15 * time.Minute

// searches are the searches whose further pages may be asked for.
type searches struct {
	mu   sync.Mutex
	open map[string]*openSearch
}

type openSearch struct {
	version string
	node    *envelope.Node
	prefs   preferences
	used    time.Time
}

// keep remembers a search under its ID, and forgets those that have expired.
func (s *searches) keep(id string, o *openSearch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = map[string]*openSearch{}
	}
	for other, x := range s.open {
		if o.used.Sub(x.used) > searchLife {
			delete(s.open, other)
		}
	}
	s.open[id] = o
}

// take returns the search of an ID if it has not expired, and begins its time anew.
func (s *searches) take(id string, now time.Time) *openSearch {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.open[id]
	if o == nil || now.Sub(o.used) > searchLife {
		delete(s.open, id)
		return nil
	}
	o.used = now
	copied := *o
	return &copied
}

func (c *call) engine() *search.Engine {
	return &search.Engine{Mapper: c.mapper, Saved: c.Saved, Now: c.Now}
}

// search answers the first page. Its searchId is the document's own ID.
func (c *call) search() (*envelope.Element, error) {
	n := c.child("searchRecord")
	result, err := c.page(n, c.prefs, 1, c.nsID)
	if err == nil {
		c.searches.keep(c.nsID, &openSearch{version: c.Version, node: n, prefs: c.prefs, used: c.Now()})
	}
	return result, err
}

// searchMoreWithID answers a further page: it runs the search anew.
func (c *call) searchMoreWithID() (*envelope.Element, error) {
	id := c.child("searchId").Value()
	index, err := strconv.Atoi(c.child("pageIndex").Value())
	if err != nil {
		return nil, parseFault(errors.New("org.xml.sax.SAXException: pageIndex is missing"))
	}
	o := c.searches.take(id, c.Now())
	if o == nil || o.version != c.Version {
		return envelope.New(c.core, "searchResult", c.failure("INVALID_JOB_ID", "The searchId "+id+" is invalid or has expired.")), nil
	}
	prefs := o.prefs
	if c.prefs.pageSizeSaid {
		prefs.pageSize = c.prefs.pageSize
	}
	return c.page(o.node, prefs, index, id)
}

// pageSizeRefused is the answer to a page size out of bounds, else nil.
func (c *call) pageSizeRefused(size, largest int) *envelope.Element {
	if size >= minPage && size <= largest {
		return nil
	}
	return envelope.New(c.core, "searchResult", c.failure("INVALID_SEARCH_PAGE_SIZE",
		"The page size is "+strconv.Itoa(size)+": it may be from "+strconv.Itoa(minPage)+" to "+strconv.Itoa(largest)+"."))
}

// page answers one page of a search; what is wrong with the search is a failed status.
func (c *call) page(n *envelope.Node, prefs preferences, index int, id string) (*envelope.Element, error) {
	if refused := c.pageSizeRefused(prefs.pageSize, maxPage); refused != nil {
		return refused, nil
	}
	e := c.engine()
	q, err := c.compile(e, n, prefs)
	var hits []*search.Hit
	if err == nil {
		hits, err = e.Run(c.ctx, q)
	}
	if err != nil {
		status, err := c.judge(nil, err)
		return envelope.New(c.core, "searchResult", status), err
	}
	return c.pageOf(e, q, hits, prefs, index, id)
}

// pageOf writes one page of what a search found.
func (c *call) pageOf(e *search.Engine, q *search.Query, hits []*search.Hit, prefs preferences, index int, id string) (*envelope.Element, error) {
	pages := (len(hits) + prefs.pageSize - 1) / prefs.pageSize
	if index < 1 || index > max(pages, 1) {
		return envelope.New(c.core, "searchResult", c.failure("INVALID_SEARCH_PAGE_INDEX", "There is no page "+strconv.Itoa(index)+".")), nil
	}
	out := envelope.New(c.core, "searchResult", c.success(), c.coreInt("totalRecords", len(hits)), c.coreInt("pageSize", prefs.pageSize),
		c.coreInt("totalPages", pages), c.coreInt("pageIndex", index), c.coreText("searchId", id))
	from := (index - 1) * prefs.pageSize
	hits = hits[min(from, len(hits)):min(from+prefs.pageSize, len(hits))]
	if c.plan.Effect == failure.EmptyPage {
		hits = nil
	}
	list, err := c.results(e, q, hits, prefs.bodyFieldsOnly)
	out.Add(list)
	return out, err
}

// compile understands a search and what the preferences make of it (Oracle
// help, section_N3497592): columns for advanced searches, records for the others.
func (c *call) compile(e *search.Engine, n *envelope.Node, prefs preferences) (*search.Query, error) {
	q, err := e.Compile(c.ctx, n)
	if err != nil || !n.Shape.Is("SearchRecord") || !isAdvanced(n) {
		return q, err
	}
	switch {
	case !prefs.returnColumns && !q.IsSaved():
		return nil, invalidPreference("Records of an advanced search can only be returned for a saved search.")
	case !prefs.returnColumns:
		return q.WithoutColumns(), nil
	case !q.HasColumns():
		return nil, invalidPreference("An advanced search needs columns or a saved search.")
	}
	return q, nil
}

// results writes records or rows.
func (c *call) results(e *search.Engine, q *search.Query, hits []*search.Hit, bodyOnly bool) (*envelope.Element, error) {
	name := "recordList"
	if q.HasColumns() {
		name = "searchRowList"
	}
	list := envelope.New(c.core, name)
	for _, h := range hits {
		var x *envelope.Element
		var err error
		if q.HasColumns() {
			x, err = e.Row(c.ctx, q, h)
		} else {
			x, err = c.whole(h, bodyOnly)
		}
		if err != nil {
			return nil, err
		}
		list.Add(x)
	}
	return list, nil
}

// whole writes the record of a hit. With sublists it is read as get does, which
// shows what is attached to it; a locked record opens for searches alone.
func (c *call) whole(h *search.Hit, bodyOnly bool) (*envelope.Element, error) {
	r := h.Record
	if !bodyOnly {
		if full, err := c.Store.Get(c.ctx, r.Type.Name, strconv.FormatInt(r.ID, 10)); err == nil {
			r = full
		}
	}
	return c.mapper.Record(c.ctx, c.core, "record", r, bodyOnly)
}
