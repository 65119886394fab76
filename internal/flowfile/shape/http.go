package shape

import "github.com/sluicehq/sluice"

func httpExportShape() *Shape {
	return &Shape{Name: "HTTP export", Help: "Addresses stay within the origin of the connection's base URL, the next page's too. A run that was interrupted asks for its page again and passes over what was read; if that has changed it ends with `source.changed`. Rows are grouped as they come: rows of one group that do not stand together end the run with `source.not_grouped`. 429 is waited for, as `Retry-After` or `X-RateLimit-Reset` say; so is `X-RateLimit-Remaining: 0`.", Keys: []Key{
		{Name: "path", Form: Text, Required: true, Help: "The address, relative to the connection's base URL.", Example: "/customers"},
		{Name: "method", Form: Text, Options: []string{"GET", "POST"}, Help: "GET when absent. POST is for searches: it may be sent more than once.", Example: "POST"},
		{Name: "query", Form: TextMap, Help: "Query parameters.", Example: "{status: open}"},
		{Name: "body", Form: Text, Help: "JSON to send with POST.", Example: "'{\"status\": \"open\"}'"},
		{Name: "records", Form: Text, Help: "The place of the list in the answer: a JSON pointer, or names with dots. Without it the answer is the list.", Example: "/data/items"},
		{Name: "page", Form: Object, Of: httpPageShape(), Help: "How to get from one page to the next. Without it one answer holds all records."},
	}}
}

func httpPageShape() *Shape {
	return &Shape{Name: "HTTP page", Help: "An API that gives the same page again ends the run with `source.page_repeats`.", Keys: []Key{
		{Name: "by", Form: Text, Required: true, Options: []string{sluice.PageByLink, sluice.PageByCursor, sluice.PageByNumber, sluice.PageByOffset}, Help: "What asks for the next page: an address or a cursor in the answer, the page's number, or the number of records before it.", Example: "cursor"},
		{Name: "next", Form: Text, Help: "The place of the next address or of the cursor in the answer; where there is none the page is the last. By link it may be absent: the Link header with rel=\"next\" has the address then.", Example: "/paging/next"},
		{Name: "param", Form: Text, Help: "The parameter that takes the cursor, the number or the offset. By link there is none.", Example: "cursor"},
		{Name: "in", Form: Text, Options: []string{"query", "body"}, Help: "Where param and size_param go: the query, or fields of the body; query when absent.", Example: "body"},
		{Name: "size", Form: Integer, Min: 1, Max: sluice.MaxPageSize, Help: "Records a page, for size_param. A page with fewer is the last one. Without it the last one is empty.", Example: "100"},
		{Name: "size_param", Form: Text, Help: "The parameter that takes the size.", Example: "limit"},
		{Name: "from_zero", Form: Boolean, Help: "The first page has the number 0, not 1.", Example: "true"},
		{Name: "more", Form: Text, Help: "The place of a value that is true while there are further pages.", Example: "/paging/has_more"},
	}}
}

func httpImportShape() *Shape {
	return &Shape{Name: "HTTP import", Help: "Each record is a request. An answer with 2xx means that it is written, one with 4xx that it is refused; 429 is waited for. " +
		"Where there is no answer, or 5xx, nobody knows: upsert, update and delete are sent again once the connection's settle time is over. An add is so only with `idempotency_header`; with `lookup` it is looked for first; with neither it becomes an error `outcome unknown`.", Keys: []Key{
		{Name: "path", Form: Template, Required: true, Help: "The address, relative to the connection's base URL. Expressions over the mapped record stand in `${! }`; what they give is escaped, and may not be empty.", Example: "/customers/${! this.id }"},
		{Name: "method", Form: Text, Options: []string{"POST", "PUT", "PATCH", "DELETE"}, Help: "When absent POST for add, PUT for upsert, PATCH for update, DELETE for delete.", Example: "PUT"},
		{Name: "wrap", Form: Text, Help: "The body is an object that holds the record under this name.", Example: "customer"},
		{Name: "id", Form: Text, Help: "The place of the record's ID in the answer.", Example: "/id"},
		{Name: "idempotency_header", Form: Text, Help: "The header that takes a key by which the API knows a request that comes again. Only for APIs that promise it.", Example: "Idempotency-Key"},
		{Name: "lookup", Form: Object, Of: httpLookupShape(), Help: "How to find out whether a request has had its effect, or whether a record is there already."},
		{Name: "batch", Form: Object, Of: httpBatchShape(), Help: "Send many records in one request. The body is the list of records, or with wrap an object that holds it."},
	}}
}

func httpBatchShape() *Shape {
	return &Shape{Name: "HTTP batch", Help: "For APIs that answer for each record. Places are those of one result, and so is `id` of the import. An answer with 2xx that has not one result for each record makes the outcome of all of them unknown; " +
		"after one with 4xx the records are sent one by one, to know which are refused.", Keys: []Key{
		{Name: "size", Form: Integer, Required: true, Min: 1, Max: sluice.MaxBatch, Help: "Records a request, at most.", Example: "50"},
		{Name: "results", Form: Text, Help: "The place in the answer of the list with a result for each record, in the order in which they were sent. Without it the answer is the list.", Example: "/results"},
		{Name: "ok", Form: Text, Help: "The place of a value that is true, or a status of 2xx, for a record that was written.", Example: "/success"},
		{Name: "error", Form: Text, Help: "The place of what is wrong with a record. A result that has something there is a refusal.", Example: "/error/message"},
	}}
}

func httpLookupShape() *Shape {
	return &Shape{Name: "HTTP lookup", Help: "It has to go by something that no other record has, such as a number of the mapped record's own.", Keys: []Key{
		{Name: "path", Form: Template, Required: true, Help: "The address to ask with GET, as the import's path.", Example: "/customers?number=${! this.number }"},
		{Name: "records", Form: Text, Help: "The place of the list of found records. Without it the answer is the record, and 404 says that there is none.", Example: "/data"},
		{Name: "id", Form: Text, Help: "The place of the ID in the found record.", Example: "/id"},
	}}
}
