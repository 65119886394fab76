package sluice

// HTTPExport reads records from an HTTP API that answers with JSON.
type HTTPExport struct {
	Path   string            `json:"path"`             // relative to the connection's base URL
	Method string            `json:"method,omitempty"` // GET when empty, or POST
	Query  map[string]string `json:"query,omitempty"`
	Body   string            `json:"body,omitempty"` // JSON, for POST
	// Records is the place of the list in the answer: a JSON pointer (/data/items) or
	// names with dots (data.items). Empty means that the answer is the list.
	Records string    `json:"records,omitempty"`
	Page    *HTTPPage `json:"page,omitempty"` // nil when one answer holds all
}

// How an HTTP export gets from one page of answers to the next.
const (
	PageByLink   = "link"   // the answer has the next page's address
	PageByCursor = "cursor" // the answer has a text that asks for the next page
	PageByNumber = "page"   // pages are counted
	PageByOffset = "offset" // records are counted
)

// HTTPPage says how an API cuts its records into pages.
type HTTPPage struct {
	By string `json:"by"`
	// Next is the place in the answer of the next address or the cursor. By link it
	// may be empty: the address is in the Link header then.
	Next string `json:"next,omitempty"`
	// Param is the query parameter, or with In "body" the field of the body, that
	// takes the cursor, the page's number or the offset.
	Param string `json:"param,omitempty"`
	In    string `json:"in,omitempty"`
	// Size is the number of records asked for by SizeParam. A page with fewer is the
	// last one; without a size the last one is empty.
	Size      int    `json:"size,omitempty"`
	SizeParam string `json:"size_param,omitempty"`
	FromZero  bool   `json:"from_zero,omitempty"` // the first page has the number 0, not 1
	// More is the place of a value that is true while there are further pages.
	More string `json:"more,omitempty"`
}

// HTTPImport writes each record by a request of its own, or many by one, as JSON.
type HTTPImport struct {
	// Path is relative to the connection's base URL. ${! this.id } in it stands for
	// the value of an expression over the mapped record.
	Path string `json:"path"`
	// Method is POST for add, PUT for upsert, PATCH for update and DELETE for delete,
	// unless it is given.
	Method string `json:"method,omitempty"`
	Wrap   string `json:"wrap,omitempty"` // the body is an object that holds the record under this name
	ID     string `json:"id,omitempty"`   // place of the record's ID in the answer
	// IdempotencyHeader takes a key by which the API knows a repeated request.
	IdempotencyHeader string      `json:"idempotency_header,omitempty"`
	Lookup            *HTTPLookup `json:"lookup,omitempty"`
	Batch             *HTTPBatch  `json:"batch,omitempty"` // nil for one record a request
}

// HTTPLookup finds a record by something that no other record has, when it is not
// known whether a request has had its effect.
type HTTPLookup struct {
	Path string `json:"path"` // as HTTPImport.Path
	// Records is the place of the list of what was found. Empty means that the answer
	// is the record, and 404 that there is none.
	Records string `json:"records,omitempty"`
	ID      string `json:"id,omitempty"` // place of the ID in the found record
}

// RequestMethod returns the method of the import's requests.
func (i *HTTPImport) RequestMethod(o Operation) string {
	if i.Method != "" {
		return i.Method
	}
	switch o {
	case Upsert:
		return "PUT"
	case Update:
		return "PATCH"
	case Delete:
		return "DELETE"
	}
	return "POST"
}
