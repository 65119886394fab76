package flowfile

import "github.com/sluicehq/sluice"

func httpExportShape() *shape {
	return &shape{name: "HTTP export", help: "Addresses stay within the origin of the connection's base URL, the next page's too. A run that was interrupted asks for its page again and passes over what was read; if that has changed it ends with `source.changed`.", keys: []key{
		{name: "path", form: text, required: true, help: "The address, relative to the connection's base URL.", example: "/customers"},
		{name: "method", form: text, options: []string{"GET", "POST"}, help: "GET when absent. POST is for searches: it may be sent more than once.", example: "POST"},
		{name: "query", form: textMap, help: "Query parameters.", example: "{status: open}"},
		{name: "body", form: text, help: "JSON to send with POST.", example: "'{\"status\": \"open\"}'"},
		{name: "records", form: text, help: "The place of the list in the answer: a JSON pointer, or names with dots. Without it the answer is the list.", example: "/data/items"},
		{name: "page", form: object, of: httpPageShape(), help: "How to get from one page to the next. Without it one answer holds all records."},
	}}
}

func httpPageShape() *shape {
	return &shape{name: "HTTP page", help: "An API that gives the same page again ends the run with `source.page_repeats`.", keys: []key{
		{name: "by", form: text, required: true, options: []string{sluice.PageByLink, sluice.PageByCursor, sluice.PageByNumber, sluice.PageByOffset}, help: "What asks for the next page: an address or a cursor in the answer, the page's number, or the number of records before it.", example: "cursor"},
		{name: "next", form: text, help: "The place of the next address or of the cursor in the answer; where there is none the page is the last. By link it may be absent: the Link header with rel=\"next\" has the address then.", example: "/paging/next"},
		{name: "param", form: text, help: "The parameter that takes the cursor, the number or the offset. By link there is none.", example: "cursor"},
		{name: "in", form: text, options: []string{"query", "body"}, help: "Where param and size_param go: the query, or fields of the body; query when absent.", example: "body"},
		{name: "size", form: integer, min: 1, max: sluice.MaxPageSize, help: "Records a page, for size_param. A page with fewer is the last one. Without it the last one is empty.", example: "100"},
		{name: "size_param", form: text, help: "The parameter that takes the size.", example: "limit"},
		{name: "from_zero", form: boolean, help: "The first page has the number 0, not 1.", example: "true"},
		{name: "more", form: text, help: "The place of a value that is true while there are further pages.", example: "/paging/has_more"},
	}}
}

func httpImportShape() *shape {
	return &shape{name: "HTTP import", help: "Each record is a request. An answer with 2xx means that it is written, one with 4xx that it is refused; 429 is waited for. " +
		"Where there is no answer, or 5xx, nobody knows: upsert, update and delete are sent again once the connection's settle time is over. An add is so only with `idempotency_header`; with `lookup` it is looked for first; with neither it becomes an error `outcome unknown`.", keys: []key{
		{name: "path", form: template, required: true, help: "The address, relative to the connection's base URL. Expressions over the mapped record stand in `${! }`; what they give is escaped, and may not be empty.", example: "/customers/${! this.id }"},
		{name: "method", form: text, options: []string{"POST", "PUT", "PATCH", "DELETE"}, help: "When absent POST for add, PUT for upsert, PATCH for update, DELETE for delete.", example: "PUT"},
		{name: "wrap", form: text, help: "The body is an object that holds the record under this name.", example: "customer"},
		{name: "id", form: text, help: "The place of the record's ID in the answer.", example: "/id"},
		{name: "idempotency_header", form: text, help: "The header that takes a key by which the API knows a request that comes again. Only for APIs that promise it.", example: "Idempotency-Key"},
		{name: "lookup", form: object, of: httpLookupShape(), help: "How to find out whether a request has had its effect."},
	}}
}

func httpLookupShape() *shape {
	return &shape{name: "HTTP lookup", help: "It has to go by something that no other record has, such as a number of the mapped record's own.", keys: []key{
		{name: "path", form: template, required: true, help: "The address to ask with GET, as the import's path.", example: "/customers?number=${! this.number }"},
		{name: "records", form: text, help: "The place of the list of found records. Without it the answer is the record, and 404 says that there is none.", example: "/data"},
		{name: "id", form: text, help: "The place of the ID in the found record.", example: "/id"},
	}}
}
