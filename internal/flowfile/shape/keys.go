package shape

import "github.com/sluicehq/sluice"

// Flow returns the shape of a flow file.
func Flow() *Shape {
	export := exportShape()
	return &Shape{Name: "Flow", Help: "A flow takes records from an export, passes them through steps and hands them to imports.", OneOf: []string{"export", "exports"}, Keys: []Key{
		{Name: "name", Form: Name, Required: true, Help: "The flow's name: lower-case letters, digits, dots, dashes and underscores.", Example: "orders-in"},
		{Name: "description", Form: Text, Help: "What the flow is for.", Example: "Orders of the shop into NetSuite"},
		{Name: "integration", Form: Name, Help: "The group that the flow belongs to; default when absent.", Example: "shop"},
		{Name: "export", Form: Object, Of: export, Help: "Where the records come from."},
		{Name: "exports", Form: Objects, Min: 1, Of: export, Help: "Several exports. A run reads one after another, each with its own filter, limit, watermark and flag; all their records pass the same steps."},
		{Name: "totals", Form: Objects, Of: totalShape(), Help: "Control totals: numbers that are added up for what was read, written, unchanged, excluded and failed."},
		{Name: "steps", Form: Objects, Required: true, Of: stepShape(), Help: "What happens to each record, in this order. At least one step is an import."},
		{Name: "pages", Form: Object, Of: pagesShape(), Help: "How a run is cut into pages."},
		{Name: "errors", Form: Object, Of: errorsShape(), Help: "What happens with records that do not get through."},
		{Name: "schedule", Form: Object, Of: scheduleShape(), Help: "When the flow runs by itself."},
		{Name: "next", Form: Texts, Help: "Flows that run when a run of this one has completed.", Example: "[orders-out]"},
	}}
}

func totalShape() *Shape {
	return &Shape{Name: "Total", Keys: []Key{
		{Name: "name", Form: Text, Required: true, Help: "The name of the total.", Example: "freight"},
		{Name: "value", Form: Expr, Required: true, Help: "The record's amount, over the record as exported. Null counts as 0.", Example: "this.freight"},
	}}
}

func pagesShape() *Shape {
	return &Shape{Name: "Pages", Help: "A page is a batch of records that is worked and stored as one.", Keys: []Key{
		{Name: "size", Form: Integer, Min: 1, Max: sluice.MaxPageSize, Help: "Records a page; 200 when absent.", Example: "100"},
		{Name: "bytes", Form: Integer, Min: sluice.MinPageBytes, Max: sluice.MaxPageBytes, Help: "Bytes a page, about: it closes before a record that would make it larger; 5 MiB when absent. A record of more than 20 MiB becomes a record error.", Example: "1048576"},
		{Name: "parallel", Form: Integer, Min: 1, Max: sluice.MaxParallel, Help: "Pages worked at one time; 4 when absent.", Example: "2"},
		{Name: "ordered", Form: Boolean, Help: "Work pages one after another, in the order of the export.", Example: "true"},
	}}
}

func exportShape() *Shape {
	return &Shape{Name: "Export", OneOf: []string{"suiteql", "records", "restlet", "saved_search", "search", "deleted", "sql", "http", "csv", "jsonl", "xlsx", "webhook"}, Keys: []Key{
		{Name: "name", Form: Name, Help: "What the export is called where a flow has several; one of them may be without. Its records' keys begin with it: giving or changing it makes them new ones to the ledger.", Example: "web"},
		{Name: "connection", Form: Name, Required: true, Help: "The connection to read through.", Example: "netsuite"},
		{Name: "suiteql", Form: Object, Of: suiteqlShape(), Help: "Read rows from NetSuite with SuiteQL."},
		{Name: "records", Form: Object, Of: recordsShape(), Help: "Read whole records from NetSuite."},
		{Name: "restlet", Form: Object, Of: restletExportShape(), Help: "Read what a RESTlet of the NetSuite account answers."},
		{Name: "saved_search", Form: Object, Of: savedSearchShape(), Help: "Read the rows of a saved search of NetSuite."},
		{Name: "search", Form: Object, Of: searchShape(), Help: "Read whole records that a search of NetSuite finds."},
		{Name: "deleted", Form: Object, Of: deletedShape(), Help: "Read which records were deleted in NetSuite."},
		{Name: "sql", Form: Object, Of: sqlExportShape(), Help: "Read rows from a database."},
		{Name: "http", Form: Object, Of: httpExportShape(), Help: "Read records from an HTTP API that answers with JSON."},
		{Name: "csv", Form: Object, Of: csvExportShape(), Help: "Read a CSV file with a header row."},
		{Name: "jsonl", Form: Object, Of: jsonlExportShape(), Help: "Read a file with one JSON object a line."},
		{Name: "xlsx", Form: Object, Of: xlsxExportShape(), Help: "Read a sheet of an Excel workbook with a header row."},
		{Name: "webhook", Form: Object, Of: webhookShape(), Help: "Take what another system sends by itself."},
		{Name: "key", Form: Texts, Help: "The fields that tell a record from all others, in every run. Without a key each run's records are new ones.", Example: "[orderID]"},
		{Name: "group", Form: Object, Of: groupShape(), Help: "Turn rows into records: rows that agree in some fields become one."},
		{Name: "filter", Form: Expr, Help: "The condition, over the record as exported, under which a record comes into the flow. The others are counted as read and excluded. A condition that cannot be judged makes a record error.", Example: "this.total > 0"},
		{Name: "limit", Form: Integer, Min: 1, Help: "End after so many records.", Example: "10"},
		{Name: "sample", Form: Integer, Min: 1, Help: "Make each run a trial: it ends after so many records, moves no watermark and sets no flag.", Example: "10"},
		{Name: "delta", Form: Object, Of: deltaShape(), Help: "Read only what changed since the last run that went through."},
		{Name: "once", Form: Object, Of: onceShape(), Help: "Set a flag in the source for every record that was delivered."},
	}}
}

func suiteqlShape() *Shape {
	return &Shape{Name: "SuiteQL export", Help: "Rows are read a page at a time, each page behind the last key of the page before. There is no limit on their number.", Keys: []Key{
		{Name: "query", Form: Text, Required: true, Help: "The query, without ORDER BY: rows come in the order of the key.", Example: "SELECT id, companyname FROM customer"},
		{Name: "params", Form: Literals, Help: "Values for the question marks of the query.", Example: "[\"Open\"]"},
		{Name: "key", Form: Texts, Required: true, Help: "Columns of the result that together are unique and never null.", Example: "[id]"},
		{Name: "text_key", Form: Boolean, Help: "The key columns hold text, not numbers.", Example: "true"},
		{Name: "times", Form: Texts, Help: "Columns that hold dates with times and no zone, as TO_CHAR(…, 'YYYY-MM-DD HH24:MI:SS') writes them. They are read in the connection's time zone and become instants: 2026-03-01T22:30:00-08:00.", Example: "[changed]"},
		{Name: "page_size", Form: Integer, Min: 1, Max: 1000, Help: "Rows a request; 1000 when absent.", Example: "500"},
	}}
}

func recordsShape() *Shape {
	return &Shape{Name: "Records export", Keys: []Key{
		{Name: "type", Form: Text, Required: true, Help: "The record type.", Example: "customer"},
		{Name: "filter", Form: Text, Help: "The condition, in the words of the record service's q parameter.", Example: "companyName START_WITH \"A\""},
		{Name: "lines", Form: Boolean, Help: "Read sublists and subrecords too.", Example: "true"},
	}}
}

func savedSearchShape() *Shape {
	return &Shape{Name: "Saved search export", Help: "Rows of a saved search, by SOAP: nothing has to be installed in the account, the role needs SOAP Web Services, and the connection a token. Each row has the search's columns under their labels, else under their names, those of a join behind its name: `customerJoin.email`. Values of lists are {id}; the record's own IDs are `id` and `externalId`, where the search has columns for them without labels. NetSuite runs the search anew for each page of 1,000 rows: sort it by internal ID. A run ends with `source.changed` where as many records were not there at the end as at the beginning. Summary searches cannot be read.", Keys: []Key{
		{Name: "type", Form: Text, Required: true, Help: "What the search is for: a record type, transaction, item, or the script ID of a custom record type.", Example: "transaction"},
		{Name: "id", Form: Text, Required: true, Help: "The search's script ID, or its internal ID.", Example: "customsearch_open_orders"},
		{Name: "where", Form: Objects, Of: criterionShape(), Help: "Conditions besides the search's own; all have to hold."},
		{Name: "whole", Form: Boolean, Help: "Read whole records in place of the search's columns.", Example: "true"},
	}}
}

func searchShape() *Shape {
	return &Shape{Name: "Search export", Help: "Whole records that a search finds, 1,000 a request, by SOAP. Fields have SOAP's names, sublists are lists (itemList), enumerations are texts (_unitedStates), references {id, refName}. A run ends with `source.changed` where records came or went while several pages were read: narrow the search, as a delta does.", Keys: []Key{
		{Name: "type", Form: Text, Required: true, Help: "The record type.", Example: "salesOrder"},
		{Name: "where", Form: Objects, Of: criterionShape(), Help: "Conditions; all have to hold."},
		{Name: "lines", Form: Boolean, Help: "Read sublists too.", Example: "true"},
	}}
}

func criterionShape() *Shape {
	return &Shape{Name: "Search criterion", Keys: []Key{
		{Name: "field", Form: Text, Required: true, Help: "A field of the search, or the script ID of a custom field.", Example: "tranDate"},
		{Name: "join", Form: Text, Help: "The join that the field belongs to.", Example: "customerJoin"},
		{Name: "operator", Form: Text, Help: "The operator, as fields of its kind have it: is, contains, anyOf, after, within, greaterThan. A check box has none.", Example: "onOrAfter"},
		{Name: "values", Form: Literals, Help: "Texts, numbers, days, instants, true or false, values of an enumeration, or internal IDs.", Example: "[\"2026-01-01\"]"},
		{Name: "kind", Form: Text, Options: []string{"String", "Long", "Double", "Boolean", "Date", "MultiSelect", "EnumMultiSelect"}, Help: "What a custom field holds.", Example: "Boolean"},
	}}
}

func deletedShape() *Shape {
	return &Shape{Name: "Deleted export", Help: "Which records were deleted, by SOAP: {type, id, externalId, refName, deletedDate}. The role needs the permission Deleted Records. Deletions of some 130 record types are known, and kept for good.", Keys: []Key{
		{Name: "types", Form: Texts, Required: true, Help: "The record types.", Example: "[customer, salesOrder]"},
		{Name: "since", Form: Text, Help: "Deletions from this time on, where there is no delta; all when absent.", Example: "\"2026-01-01T00:00:00Z\""},
	}}
}

func sqlExportShape() *Shape {
	return &Shape{Name: "SQL export", Keys: []Key{
		{Name: "query", Form: Text, Required: true, Help: "The query. With a key it has no ORDER BY.", Example: "SELECT id, name FROM customers"},
		{Name: "key", Form: Texts, Help: "Columns of the result that together are unique and never null. With a key a run that was interrupted goes on behind the last one; without it the query runs again and rows that were read are passed over.", Example: "[id]"},
	}}
}

func csvExportShape() *Shape {
	return &Shape{Name: "CSV export", Keys: []Key{
		{Name: "path", Form: Path, Required: true, Help: "The file, in the connection's folder. A path that ends in .gz is read as gzip.", Example: "orders.csv"},
		{Name: "delimiter", Form: Literal, Help: "The character between fields; a comma when absent.", Example: "\";\""},
		{Name: "encoding", Form: Text, Options: []string{"utf-8", "windows-1252", "iso-8859-1"}, Help: "How the file writes characters; utf-8 when absent.", Example: "windows-1252"},
		{Name: "null", Form: Literal, Help: "The text that means no value.", Example: "\"NULL\""},
		{Name: "columns", Form: Texts, Help: "Columns that must be there.", Example: "[orderID, customerID]"},
		{Name: "overflow", Form: Text, Help: "The column that takes the surplus of a row with too many fields, as where commas were left unquoted. Without it such a row is an error.", Example: "shipAddress"},
		{Name: "join", Form: Objects, Of: joinShape(), Help: "Add rows of other CSV files to each row, as a list."},
		{Name: "stream", Form: Boolean, Help: "Start before the file was checked to its end.", Example: "true"},
	}}
}

func joinShape() *Shape {
	return &Shape{Name: "Join", Keys: []Key{
		{Name: "path", Form: Path, Required: true, Help: "The second file.", Example: "order-details.csv"},
		{Name: "on", Form: TextMap, Required: true, Help: "Columns of the first file and the columns of the second that equal them.", Example: "{orderID: orderID}"},
		{Name: "as", Form: Text, Required: true, Help: "The field that takes the list of rows.", Example: "lines"},
		{Name: "null", Form: Literal, Help: "The text that means no value.", Example: "\"NULL\""},
		{Name: "required", Form: Boolean, Help: "A row without partners is an error.", Example: "true"},
	}}
}

func jsonlExportShape() *Shape {
	return &Shape{Name: "JSON lines export", Keys: []Key{
		{Name: "path", Form: Path, Required: true, Help: "The file, in the connection's folder. A path that ends in .gz is read as gzip.", Example: "orders.jsonl"},
		{Name: "stream", Form: Boolean, Help: "Start before the file was checked to its end.", Example: "true"},
	}}
}

func groupShape() *Shape {
	return &Shape{Name: "Group", Help: "In files the rows of a group may be anywhere. In queries the group's fields are the first of the query's key.", Keys: []Key{
		{Name: "by", Form: Texts, Required: true, Help: "The fields in which the rows of a record agree.", Example: "[InvoiceNo]"},
		{Name: "as", Form: Text, Required: true, Help: "The field that holds the rows.", Example: "lines"},
		{Name: "first", Form: Integer, Min: 1, Help: "Hold only so many rows of each group, for groups that are wanted once each. All rows count.", Example: "1"},
	}}
}

func filterShape() *Shape {
	return &Shape{Name: "Filter", Keys: []Key{
		{Name: "if", Form: Expr, Required: true, Help: "The condition under which a record goes on.", Example: "this.customerID != null"},
		{Name: "reason", Form: Text, Required: true, Help: "Why the others are excluded, as reports show it.", Example: "no customer"},
	}}
}

func importShape() *Shape {
	return &Shape{Name: "Import", OneOf: []string{"netsuite", "restlet", "sql", "http", "csv", "jsonl"}, Keys: []Key{
		{Name: "connection", Form: Name, Required: true, Help: "The connection to write through.", Example: "netsuite"},
		{Name: "operation", Form: Text, Options: Operations(), Help: "What to do with a record. Files know add only, which is their default.", Example: "upsert"},
		{Name: "when", Form: Expr, Help: "The condition under which this import takes a record; others pass it by.", Example: "this.type == \"company\""},
		{Name: "unchanged", Form: Text, Options: []string{sluice.UnchangedWrite, sluice.UnchangedSkip}, Help: "What to do with a record that was delivered before with the same content; write when absent, but skip for delta exports.", Example: "skip"},
		{Name: "ignore_existing", Form: Boolean, Help: "For add and upsert: leave a record that is there already as it is, and count it as unchanged. It goes by NetSuite's external ID, a table's key, or the lookup of HTTP and RESTlets.", Example: "true"},
		{Name: "ignore_missing", Form: Boolean, Help: "For operations on a record that is there: pass over one that is not, and count it as unchanged.", Example: "true"},
		{Name: "on_create", Form: Texts, Help: "Fields that an upsert sends only when it makes the record.", Example: "[subsidiary]"},
		{Name: "on_update", Form: Texts, Help: "Fields that an upsert sends only when it changes a record that is there.", Example: "[comments]"},
		{Name: "omit", Form: Texts, Help: "Fields of the mapped record that the import's expressions use and that are not sent.", Example: "[order_id]"},
		{Name: "response", Form: Script, Help: "A mapping from `this.record`, as it was sent, and `this.response`, with `id`, `created` and `body`, to the record that later steps get. Connections that answer with JSON have a body: http and restlet, up to 64 KiB; after an answer that was lost it is null. Where the mapping fails the record is written all the same, and its retry writes nothing.", Example: "root = this.record\nroot.netsuite_id = this.response.id"},
		{Name: "netsuite", Form: Object, Of: netsuiteShape(), Help: "Write NetSuite records."},
		{Name: "restlet", Form: Object, Of: restletImportShape(), Help: "Hand each record to a RESTlet of the NetSuite account."},
		{Name: "sql", Form: Object, Of: sqlImportShape(), Help: "Write rows of a table."},
		{Name: "http", Form: Object, Of: httpImportShape(), Help: "Send each record to an HTTP API as JSON."},
		{Name: "csv", Form: Object, Of: csvImportShape(), Help: "Write a CSV file."},
		{Name: "jsonl", Form: Object, Of: jsonlImportShape(), Help: "Write a file with one JSON object a line."},
	}}
}

func sqlImportShape() *Shape {
	return &Shape{Name: "SQL import", Help: "The fields of the mapped record are the columns.", Keys: []Key{
		{Name: "table", Form: Text, Required: true, Help: "The table, or schema.table.", Example: "orders"},
		{Name: "key", Form: Texts, Help: "The columns that identify a row. Update, upsert and delete need them.", Example: "[id]"},
		{Name: "lines", Form: Objects, Of: linesShape(), Help: "Lists of the record that become rows of other tables."},
	}}
}

func linesShape() *Shape {
	return &Shape{Name: "SQL lines", Help: "The rows that belong to the record are replaced together with it.", Keys: []Key{
		{Name: "field", Form: Text, Required: true, Help: "The record's field with the list.", Example: "lines"},
		{Name: "table", Form: Text, Required: true, Help: "The table, or schema.table.", Example: "order_lines"},
		{Name: "parent", Form: TextMap, Required: true, Help: "Columns of the lines' table and the record's fields that they equal.", Example: "{order_id: id}"},
	}}
}

func csvImportShape() *Shape {
	return &Shape{Name: "CSV import", Keys: []Key{
		{Name: "path", Form: Path, Required: true, Help: "The file, in the connection's folder. It appears under its name when the run is through.", Example: "customers.csv"},
		{Name: "columns", Form: Texts, Required: true, Help: "The columns, in this order.", Example: "[id, name]"},
	}}
}

func jsonlImportShape() *Shape {
	return &Shape{Name: "JSON lines import", Keys: []Key{
		{Name: "path", Form: Path, Required: true, Help: "The file, in the connection's folder. It appears under its name when the run is through.", Example: "customers.jsonl"},
	}}
}
