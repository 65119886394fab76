package flowfile

import "github.com/sluicehq/sluice"

// form is what a key holds.
type form int

const (
	text     form = iota // a text
	literal              // a text, taken as it is written even where YAML sees null or a number
	integer              // a whole number
	boolean              // true or false
	texts                // a list of texts
	literals             // a list of literals
	textMap              // names to texts
	object               // an object with keys of its own
	objects              // a list of such objects
	script               // a Bloblang mapping
	expr                 // a Bloblang expression
	template             // a text with Bloblang expressions in ${! }
	path                 // a file, relative to the connection's folder
	name                 // a name as sluice.CheckName wants it
)

// key is one key of an object.
type key struct {
	name     string
	form     form
	help     string
	example  string
	required bool
	options  []string
	min, max int // of integers; max 0 means no bound
	of       *shape
}

// shape is an object.
type shape struct {
	name  string // as a heading of the documentation
	help  string
	keys  []key
	oneOf []string // exactly one of these keys is set
}

func (s *shape) key(name string) (key, bool) {
	for _, k := range s.keys {
		if k.name == name {
			return k, true
		}
	}
	return key{}, false
}

func flowShape() *shape {
	return &shape{name: "Flow", help: "A flow takes records from an export, passes them through steps and hands them to imports.", keys: []key{
		{name: "name", form: name, required: true, help: "The flow's name: lower-case letters, digits, dots, dashes and underscores.", example: "orders-in"},
		{name: "description", form: text, help: "What the flow is for.", example: "Orders of the shop into NetSuite"},
		{name: "integration", form: name, help: "The group that the flow belongs to; default when absent.", example: "shop"},
		{name: "export", form: object, required: true, of: exportShape(), help: "Where the records come from."},
		{name: "totals", form: objects, of: totalShape(), help: "Control totals: numbers that are added up for what was read, written, unchanged, excluded and failed."},
		{name: "steps", form: objects, required: true, of: stepShape(), help: "What happens to each record, in this order. At least one step is an import."},
		{name: "pages", form: object, of: pagesShape(), help: "How a run is cut into pages."},
		{name: "schedule", form: object, of: scheduleShape(), help: "When the flow runs by itself."},
		{name: "next", form: texts, help: "Flows that run when a run of this one has completed.", example: "[orders-out]"},
	}}
}

func totalShape() *shape {
	return &shape{name: "Total", keys: []key{
		{name: "name", form: text, required: true, help: "The name of the total.", example: "freight"},
		{name: "value", form: expr, required: true, help: "The record's amount, over the record as exported. Null counts as 0.", example: "this.freight"},
	}}
}

func pagesShape() *shape {
	return &shape{name: "Pages", help: "A page is a batch of records that is worked and stored as one.", keys: []key{
		{name: "size", form: integer, min: 1, max: sluice.MaxPageSize, help: "Records a page; 200 when absent.", example: "100"},
		{name: "parallel", form: integer, min: 1, max: sluice.MaxParallel, help: "Pages worked at one time; 4 when absent.", example: "2"},
		{name: "ordered", form: boolean, help: "Work pages one after another, in the order of the export.", example: "true"},
	}}
}

func exportShape() *shape {
	return &shape{name: "Export", oneOf: []string{"suiteql", "records", "restlet", "sql", "http", "csv", "jsonl"}, keys: []key{
		{name: "connection", form: name, required: true, help: "The connection to read through.", example: "netsuite"},
		{name: "suiteql", form: object, of: suiteqlShape(), help: "Read rows from NetSuite with SuiteQL."},
		{name: "records", form: object, of: recordsShape(), help: "Read whole records from NetSuite."},
		{name: "restlet", form: object, of: restletExportShape(), help: "Read what a RESTlet of the NetSuite account answers."},
		{name: "sql", form: object, of: sqlExportShape(), help: "Read rows from a database."},
		{name: "http", form: object, of: httpExportShape(), help: "Read records from an HTTP API that answers with JSON."},
		{name: "csv", form: object, of: csvExportShape(), help: "Read a CSV file with a header row."},
		{name: "jsonl", form: object, of: jsonlExportShape(), help: "Read a file with one JSON object a line."},
		{name: "key", form: texts, help: "The fields that tell a record from all others, in every run. Without a key each run's records are new ones.", example: "[orderID]"},
		{name: "group", form: object, of: groupShape(), help: "Turn rows into records: rows that agree in some fields become one."},
		{name: "limit", form: integer, min: 1, help: "End after so many records.", example: "10"},
		{name: "sample", form: integer, min: 1, help: "Make each run a trial: it ends after so many records, moves no watermark and sets no flag.", example: "10"},
		{name: "delta", form: object, of: deltaShape(), help: "Read only what changed since the last run that went through."},
		{name: "once", form: object, of: onceShape(), help: "Set a flag in the source for every record that was delivered."},
	}}
}

func suiteqlShape() *shape {
	return &shape{name: "SuiteQL export", help: "Rows are read a page at a time, each page behind the last key of the page before. There is no limit on their number.", keys: []key{
		{name: "query", form: text, required: true, help: "The query, without ORDER BY: rows come in the order of the key.", example: "SELECT id, companyname FROM customer"},
		{name: "params", form: literals, help: "Values for the question marks of the query.", example: "[\"Open\"]"},
		{name: "key", form: texts, required: true, help: "Columns of the result that together are unique and never null.", example: "[id]"},
		{name: "text_key", form: boolean, help: "The key columns hold text, not numbers.", example: "true"},
		{name: "times", form: texts, help: "Columns that hold dates with times and no zone, as TO_CHAR(…, 'YYYY-MM-DD HH24:MI:SS') writes them. They are read in the connection's time zone and become instants: 2026-03-01T22:30:00-08:00.", example: "[changed]"},
		{name: "page_size", form: integer, min: 1, max: 1000, help: "Rows a request; 1000 when absent.", example: "500"},
	}}
}

func recordsShape() *shape {
	return &shape{name: "Records export", keys: []key{
		{name: "type", form: text, required: true, help: "The record type.", example: "customer"},
		{name: "filter", form: text, help: "The condition, in the words of the record service's q parameter.", example: "companyName START_WITH \"A\""},
		{name: "lines", form: boolean, help: "Read sublists and subrecords too.", example: "true"},
	}}
}

func sqlExportShape() *shape {
	return &shape{name: "SQL export", keys: []key{
		{name: "query", form: text, required: true, help: "The query. With a key it has no ORDER BY.", example: "SELECT id, name FROM customers"},
		{name: "key", form: texts, help: "Columns of the result that together are unique and never null. With a key a run that was interrupted goes on behind the last one; without it the query runs again and rows that were read are passed over.", example: "[id]"},
	}}
}

func csvExportShape() *shape {
	return &shape{name: "CSV export", keys: []key{
		{name: "path", form: path, required: true, help: "The file, in the connection's folder. A path that ends in .gz is read as gzip.", example: "orders.csv"},
		{name: "delimiter", form: literal, help: "The character between fields; a comma when absent.", example: "\";\""},
		{name: "encoding", form: text, options: []string{"utf-8", "windows-1252", "iso-8859-1"}, help: "How the file writes characters; utf-8 when absent.", example: "windows-1252"},
		{name: "null", form: literal, help: "The text that means no value.", example: "\"NULL\""},
		{name: "columns", form: texts, help: "Columns that must be there.", example: "[orderID, customerID]"},
		{name: "overflow", form: text, help: "The column that takes the surplus of a row with too many fields, as where commas were left unquoted. Without it such a row is an error.", example: "shipAddress"},
		{name: "join", form: objects, of: joinShape(), help: "Add rows of other CSV files to each row, as a list."},
		{name: "stream", form: boolean, help: "Start before the file was checked to its end.", example: "true"},
	}}
}

func joinShape() *shape {
	return &shape{name: "Join", keys: []key{
		{name: "path", form: path, required: true, help: "The second file.", example: "order-details.csv"},
		{name: "on", form: textMap, required: true, help: "Columns of the first file and the columns of the second that equal them.", example: "{orderID: orderID}"},
		{name: "as", form: text, required: true, help: "The field that takes the list of rows.", example: "lines"},
		{name: "null", form: literal, help: "The text that means no value.", example: "\"NULL\""},
		{name: "required", form: boolean, help: "A row without partners is an error.", example: "true"},
	}}
}

func jsonlExportShape() *shape {
	return &shape{name: "JSON lines export", keys: []key{
		{name: "path", form: path, required: true, help: "The file, in the connection's folder. A path that ends in .gz is read as gzip.", example: "orders.jsonl"},
		{name: "stream", form: boolean, help: "Start before the file was checked to its end.", example: "true"},
	}}
}

func groupShape() *shape {
	return &shape{name: "Group", help: "In files the rows of a group may be anywhere. In queries the group's fields are the first of the query's key.", keys: []key{
		{name: "by", form: texts, required: true, help: "The fields in which the rows of a record agree.", example: "[InvoiceNo]"},
		{name: "as", form: text, required: true, help: "The field that holds the rows.", example: "lines"},
		{name: "first", form: integer, min: 1, help: "Hold only so many rows of each group, for groups that are wanted once each. All rows count.", example: "1"},
	}}
}

func stepShape() *shape {
	return &shape{name: "Step", oneOf: []string{"filter", "map", "import"}, keys: []key{
		{name: "name", form: text, help: "The step's name, unique in the flow. The ledger keeps what was written under it: do not change the name of an import. When absent it is made of the kind and the place among its kind: import-2 is the second import.", example: "to-netsuite"},
		{name: "deleted", form: boolean, help: "A step for the records that were deleted at the source. They pass by all other steps.", example: "true"},
		{name: "filter", form: object, of: filterShape(), help: "Let pass the records for which a condition holds."},
		{name: "map", form: script, help: "A Bloblang mapping that makes a new record of each.", example: "root.companyName = this.name"},
		{name: "import", form: object, of: importShape(), help: "Write each record to a destination."},
	}}
}

func filterShape() *shape {
	return &shape{name: "Filter", keys: []key{
		{name: "if", form: expr, required: true, help: "The condition under which a record goes on.", example: "this.customerID != null"},
		{name: "reason", form: text, required: true, help: "Why the others are excluded, as reports show it.", example: "no customer"},
	}}
}

func importShape() *shape {
	return &shape{name: "Import", oneOf: []string{"netsuite", "restlet", "sql", "http", "csv", "jsonl"}, keys: []key{
		{name: "connection", form: name, required: true, help: "The connection to write through.", example: "netsuite"},
		{name: "operation", form: text, options: operations(), help: "What to do with a record. Files know add only, which is their default.", example: "upsert"},
		{name: "when", form: expr, help: "The condition under which this import takes a record; others pass it by.", example: "this.type == \"company\""},
		{name: "unchanged", form: text, options: []string{sluice.UnchangedWrite, sluice.UnchangedSkip}, help: "What to do with a record that was delivered before with the same content; write when absent, but skip for delta exports.", example: "skip"},
		{name: "netsuite", form: object, of: netsuiteShape(), help: "Write NetSuite records."},
		{name: "restlet", form: object, of: restletImportShape(), help: "Hand each record to a RESTlet of the NetSuite account."},
		{name: "sql", form: object, of: sqlImportShape(), help: "Write rows of a table."},
		{name: "http", form: object, of: httpImportShape(), help: "Send each record to an HTTP API as JSON."},
		{name: "csv", form: object, of: csvImportShape(), help: "Write a CSV file."},
		{name: "jsonl", form: object, of: jsonlImportShape(), help: "Write a file with one JSON object a line."},
	}}
}

func operations() []string {
	return []string{string(sluice.Add), string(sluice.Update), string(sluice.Upsert), string(sluice.Delete), string(sluice.Append)}
}

func netsuiteShape() *shape {
	return &shape{name: "NetSuite import", keys: []key{
		{name: "record", form: text, required: true, help: "The record type.", example: "salesOrder"},
		{name: "external_id", form: expr, help: "The record's external ID, over the mapped record. An upsert needs it. An add without it gets one of its own, so that it is never doubled.", example: "\"NW-\" + this.tranId"},
		{name: "id", form: expr, help: "The record's internal ID, for update, delete and append.", example: "this.id"},
		{name: "replace", form: texts, help: "Sublists whose lines are replaced by the record's, for update and upsert. Others get the lines added.", example: "[item]"},
		{name: "sublist", form: text, help: "The sublist that append adds lines to.", example: "item"},
	}}
}

func sqlImportShape() *shape {
	return &shape{name: "SQL import", help: "The fields of the mapped record are the columns.", keys: []key{
		{name: "table", form: text, required: true, help: "The table, or schema.table.", example: "orders"},
		{name: "key", form: texts, help: "The columns that identify a row. Update, upsert and delete need them.", example: "[id]"},
		{name: "lines", form: objects, of: linesShape(), help: "Lists of the record that become rows of other tables."},
	}}
}

func linesShape() *shape {
	return &shape{name: "SQL lines", help: "The rows that belong to the record are replaced together with it.", keys: []key{
		{name: "field", form: text, required: true, help: "The record's field with the list.", example: "lines"},
		{name: "table", form: text, required: true, help: "The table, or schema.table.", example: "order_lines"},
		{name: "parent", form: textMap, required: true, help: "Columns of the lines' table and the record's fields that they equal.", example: "{order_id: id}"},
	}}
}

func csvImportShape() *shape {
	return &shape{name: "CSV import", keys: []key{
		{name: "path", form: path, required: true, help: "The file, in the connection's folder. It appears under its name when the run is through.", example: "customers.csv"},
		{name: "columns", form: texts, required: true, help: "The columns, in this order.", example: "[id, name]"},
	}}
}

func jsonlImportShape() *shape {
	return &shape{name: "JSON lines import", keys: []key{
		{name: "path", form: path, required: true, help: "The file, in the connection's folder. It appears under its name when the run is through.", example: "customers.jsonl"},
	}}
}
