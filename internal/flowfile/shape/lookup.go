package shape

import "github.com/sluicehq/sluice"

func lookupShape() *Shape {
	return &Shape{Name: "Lookup", OneOf: []string{"suiteql", "records", "restlet", "sql", "http", "csv", "jsonl", "table"},
		Help: "Asks another system for what belongs to each record, and puts the answer into a field. `suiteql` and `sql` ask for a page of records in one request; `records`, `restlet` and `http` make a request for each record, several at a time; files are read once a run. " +
			"The same question is asked once a run; what was not found is asked again, since a step may have made it meanwhile. Null equals nothing: a record without a value to ask by finds nothing, and nobody is asked. " +
			"A lookup changes nothing, and requests count against the account's concurrency like any other. A system that does not answer fails the run, which can be resumed; a question that it refuses fails its record.\n\n" +
			"Texts are compared exactly, upper and lower case and spaces included, also where the other system would not: write `LOWER(email) AS email` into the query and `this.email.lowercase()` into `match` to do without. Numbers are compared by value, with the text of a number too, so that 7 finds \"7\" and 7.0; two texts are not: \"07\" does not find \"7\".",
		Keys: []Key{
			{Name: "connection", Form: Name, Help: "The connection to ask through. A table has none.", Example: "netsuite"},
			{Name: "suiteql", Form: Object, Of: lookupSuiteQLShape(), Help: "Ask NetSuite by a SuiteQL query."},
			{Name: "records", Form: Object, Of: lookupRecordsShape(), Help: "Read one NetSuite record by its ID."},
			{Name: "restlet", Form: Object, Of: lookupRESTletShape(), Help: "Ask a RESTlet of the NetSuite account."},
			{Name: "sql", Form: Object, Of: lookupSQLShape(), Help: "Ask a database by a query."},
			{Name: "http", Form: Object, Of: lookupHTTPShape(), Help: "Ask an HTTP API."},
			{Name: "csv", Form: Object, Of: lookupCSVShape(), Help: "Look rows up in a CSV file."},
			{Name: "jsonl", Form: Object, Of: lookupJSONLinesShape(), Help: "Look records up in a file with one JSON object a line."},
			{Name: "table", Form: TextMap, Help: "A table of its own: texts, and what stands for them.", Example: "{DE: \"1\", FR: \"2\"}"},
			{Name: "value", Form: Expr, Help: "What is looked up in the table.", Example: "this.country"},
			{Name: "match", Form: ExprMap, Help: "Columns of the answer, and what they have to equal. For suiteql, sql and files.", Example: "{email: this.email}"},
			{Name: "as", Form: Text, Required: true, Help: "The field of the record that takes the answer: an object with the columns, a list of such objects with `many: all`, a text from a table.", Example: "customer"},
			{Name: "none", Form: Literal, Options: []string{sluice.NoneError, sluice.NoneNull, sluice.NoneDefault}, Help: "What happens to a record for which nothing is found: it becomes a record error, or the field gets null or the default. When absent error, but an empty list with `many: all`.", Example: "default"},
			{Name: "default", Form: Expr, Help: "What the field gets with `none: default`.", Example: "'{\"id\": null}'"},
			{Name: "many", Form: Text, Options: []string{sluice.ManyError, sluice.ManyFirst, sluice.ManyAll}, Help: "What happens to a record for which several are found: error when absent. The error names two of them.", Example: "all"},
			{Name: "cache", Form: Object, Of: lookupCacheShape(), Help: "Keep answers for other runs of the same process. Without it they are kept within the run."},
		}}
}

func lookupSuiteQLShape() *Shape {
	return &Shape{Name: "SuiteQL lookup", Help: "The query becomes a sub-select, of which the rows with the values of the page's records are asked for. Columns come in lower case; those that are null are left out; all values are texts.", Keys: []Key{
		{Name: "query", Form: Text, Required: true, Help: "The query, without ORDER BY. The columns of match are columns of its result.", Example: "SELECT id, entityid, email FROM customer"},
		{Name: "params", Form: Literals, Help: "Values for the query's question marks.", Example: "[CustInvc]"},
		{Name: "key", Form: Texts, Help: "Columns of the result that together are unique and never null. Answers come in their order: `many: first` needs it, and so does a record with more than 1,000 answers.", Example: "[id]"},
		{Name: "text_key", Form: Boolean, Help: "The key's columns hold texts, not numbers.", Example: "true"},
	}}
}

func lookupRecordsShape() *Shape {
	return &Shape{Name: "Record lookup", OneOf: []string{"id", "external_id"}, Help: "Where only some fields are wanted suiteql is faster: NetSuite reads whole records one by one.", Keys: []Key{
		{Name: "type", Form: Text, Required: true, Help: "The record type.", Example: "customer"},
		{Name: "id", Form: Expr, Help: "The internal ID.", Example: "this.customer_id"},
		{Name: "external_id", Form: Expr, Help: "The external ID.", Example: "\"NW-\" + this.customerID"},
		{Name: "lines", Form: Boolean, Help: "Read sublists and subrecords too.", Example: "true"},
	}}
}

func lookupRESTletShape() *Shape {
	return &Shape{Name: "RESTlet lookup by parameters", Help: "The connection has to link the SuiteScript integrator. An error that the script throws fails its record.", Keys: append(scriptKeys(),
		Key{Name: "method", Form: Text, Options: []string{sluice.MethodGet, sluice.MethodPost}, Help: "GET when absent.", Example: "POST"},
		Key{Name: "params", Form: ExprMap, Required: true, Help: "The parameters; with POST the fields of the body.", Example: "{sku: this.sku}"},
		Key{Name: "records", Form: Text, Help: "The path of the list in the answer. When absent the answer is the list, or one record; an empty answer, null and {} mean that there is none.", Example: "data.items"},
	)}
}

func lookupSQLShape() *Shape {
	return &Shape{Name: "SQL lookup", Help: "The query becomes a sub-select, of which the rows with the values of the page's records are asked for. A text is handed over as the column's type: one that cannot be that fails its record.", Keys: []Key{
		{Name: "query", Form: Text, Required: true, Help: "The query, without ORDER BY. The columns of match are columns of its result.", Example: "SELECT sku, id FROM products"},
		{Name: "key", Form: Texts, Help: "Columns by which answers are ordered. `many: first` needs it.", Example: "[id]"},
	}}
}

func lookupHTTPShape() *Shape {
	return &Shape{Name: "HTTP lookup by path", Help: "Asked by GET. 404 and 410 mean that there is none; another answer with 4xx fails its record, but one that refuses the login fails the run.", Keys: []Key{
		{Name: "path", Form: Template, Required: true, Help: "The address, relative to the connection's base URL. Expressions stand in `${! }`; what they give is escaped. A record for which one gives nothing finds nothing.", Example: "/customers?email=${! this.email }"},
		{Name: "records", Form: Text, Help: "The place of the list in the answer: a JSON pointer, or names with dots. Without it the answer is the list, or one record.", Example: "/data"},
	}}
}

func lookupCSVShape() *Shape {
	return &Shape{Name: "CSV lookup", Help: "The file is read to its end when the run first asks, into a temporary file on disk: it may be larger than memory, and its changing does not change the run.", Keys: []Key{
		{Name: "path", Form: Path, Required: true, Help: "The file, in the connection's folder. A path that ends in .gz is read as gzip.", Example: "countries.csv"},
		{Name: "delimiter", Form: Literal, Help: "The character between fields; a comma when absent.", Example: "\";\""},
		{Name: "encoding", Form: Text, Options: []string{"utf-8", "windows-1252", "iso-8859-1"}, Help: "How the file writes characters; utf-8 when absent.", Example: "windows-1252"},
		{Name: "null", Form: Literal, Help: "The text that means no value.", Example: "\"NULL\""},
	}}
}

func lookupJSONLinesShape() *Shape {
	return &Shape{Name: "JSON lines lookup", Help: "Read as a CSV file is.", Keys: []Key{
		{Name: "path", Form: Path, Required: true, Help: "The file, in the connection's folder. A path that ends in .gz is read as gzip.", Example: "products.jsonl"},
	}}
}

func lookupCacheShape() *Shape {
	return &Shape{Name: "Lookup cache", Keys: []Key{
		{Name: "for", Form: Text, Required: true, Help: "How old an answer may be.", Example: "10m"},
		{Name: "entries", Form: Integer, Min: 1, Max: sluice.MaxLookupEntries, Help: "How many records are kept at most, those that were used last; 10,000 when absent.", Example: "50000"},
	}}
}
