package shape

// Tests is the table of the keys of a file of flow tests.
func Tests() *Shape {
	return &Shape{Name: "Flow tests", Help: "Cases of one flow, in a file beside it: orders.test.yaml beside orders.yaml. `sluice flow test` runs them without a server, NetSuite or secrets.", Keys: []Key{
		{Name: "flow", Form: Path, Help: "The flow's file, relative to this one. Without it, the file of the same name: orders.yaml for orders.test.yaml.", Example: "../flows/orders.yaml"},
		{Name: "cases", Form: Objects, Required: true, Of: testCaseShape(), Help: "The cases. They know nothing of each other."},
	}}
}

func testCaseShape() *Shape {
	return &Shape{Name: "Case", Help: "What is given to the flow, what other systems answer, and what is expected of it. " +
		"One of `given`, `file`, `pages` and `exports` says what the export gives; an export of files is read from `folder` without it, one of a database from `databases`. " +
		"The time is noon of 1 January 2026, UTC.", Keys: []Key{
		{Name: "name", Form: Text, Required: true, Help: "What it shows, as a sentence.", Example: "an order of another shop is left out"},
		{Name: "given", Form: Any, Help: "The records that the export gives, as a list.", Example: "[{id: 1, total: 9.50}]"},
		{Name: "file", Form: Path, Help: "A file with the records, relative to this one: JSON lines (.jsonl), or JSON with a list.", Example: "pages/orders.jsonl"},
		{Name: "records", Form: Text, Help: "The place of the list in file. Without it, that of the flow's HTTP export, or the file is the list.", Example: "data.orders"},
		{Name: "pages", Form: Any, Help: "Recorded answers for an export by HTTP or of NetSuite, in the order in which they are asked for: files relative to this one, or the answers themselves. The export reads them as it reads the other system.", Example: "[pages/1.json, {items: []}]"},
		{Name: "exports", Form: Any, Help: "For a flow with several exports: what each gives, by its name, as a list of records, or an object with given, file and records, or pages.", Example: "{web: [{id: 1}], till: {pages: [till.json]}}"},
		{Name: "folder", Form: Path, Help: "A folder, relative to this file, that stands for that of every connection to files: exports and lookups read its files. Nothing is written there.", Example: "data"},
		{Name: "databases", Form: TextMap, Help: "SQL scripts, relative to this file, by connection. Each makes a SQLite database, new for each case, in place of the connection's: exports and lookups ask it, imports and flags are written to it.", Example: "{warehouse: warehouse.sql}"},
		{Name: "existing", Form: Objects, Of: testExistingShape(), Help: "The records that NetSuite has: lookups by records find them, imports see their lines. Where it is there, a record that is not in it cannot be changed, and one that is cannot be added. They stay as they are."},
		{Name: "lookups", Form: Objects, Of: testLookupShape(), Help: "What lookups find. One that nothing is said of asks folder, databases or existing, else it finds nothing."},
		{Name: "answers", Form: Objects, Of: testAnswerShape(), Help: "What the other side answers imports. The first that fits counts; without one it does as it is told."},
		{Name: "expect", Form: Object, Required: true, Of: testExpectShape(), Help: "What has to become of the records. What is not named is not looked at, but a record error that is not expected fails the case."},
	}}
}

func testExistingShape() *Shape {
	return &Shape{Name: "Existing record", Help: "It is found by its id, or by its external ID.", Keys: []Key{
		{Name: "type", Form: Text, Required: true, Help: "The record type.", Example: "customer"},
		{Name: "id", Form: Text, Help: "The internal ID; made up when absent.", Example: `"17"`},
		{Name: "external_id", Form: Text, Help: "The external ID.", Example: "web-1"},
		{Name: "record", Form: Any, Help: "Its fields, as the record service shows them; sublists have their lines under items.", Example: "{companyName: A}"},
	}}
}

func testLookupShape() *Shape {
	return &Shape{Name: "Lookup's answer", Keys: []Key{
		{Name: "step", Form: Text, Required: true, Help: "The lookup's step.", Example: "customer"},
		{Name: "if", Form: Expr, Help: "Bloblang over the values that are looked up, by the names in match. Without it the answer fits all.", Example: `this.email == "a@example.com"`},
		{Name: "give", Form: Any, Help: "The list of what is found.", Example: "[{id: 17}]"},
		{Name: "status", Form: Integer, Min: 200, Max: 599, Help: "In place of give: the status of the HTTP answer to all that the lookup asks.", Example: "404"},
		{Name: "body", Form: Any, Help: "The body of that answer, which the lookup reads as it reads the other system's.", Example: "{items: [{id: 17}]}"},
		{Name: "fail", Form: Object, Of: testFailShape(), Help: "The lookup fails."},
	}}
}

func testAnswerShape() *Shape {
	return &Shape{Name: "Answer", Keys: []Key{
		{Name: "step", Form: Text, Required: true, Help: "The import's step; the name of an export by once, which sets its flag.", Example: "push"},
		{Name: "if", Form: Expr, Help: "Bloblang over the record as it was mapped. Without it the answer fits all.", Example: `this.sku == "B"`},
		{Name: "id", Form: Text, Help: "The ID of the record that was written.", Example: `"4711"`},
		{Name: "status", Form: Integer, Min: 200, Max: 599, Help: "The status of an HTTP answer, for imports by HTTP, RESTlet and NetSuite's record service.", Example: "400"},
		{Name: "body", Form: Any, Help: "The body of that answer.", Example: "{error: no such item}"},
		{Name: "found", Form: Any, Help: "What the lookup of an import by HTTP or RESTlet is answered; 404 when absent.", Example: "[{id: 8}]"},
		{Name: "fail", Form: Object, Of: testFailShape(), Help: "The other side refuses the record."},
	}}
}

func testFailShape() *Shape {
	return &Shape{Name: "Failure", Keys: []Key{
		{Name: "code", Form: Text, Required: true, Help: "The other side's code.", Example: "USER_ERROR"},
		{Name: "message", Form: Text, Help: "Its words.", Example: "Please enter a value for Customer"},
		{Name: "classification", Form: Text, Options: []string{"value", "reference", "duplicate", "missing", "permission", "locked", "intermittent", "other"}, Help: "What kind of cure it needs; other when absent.", Example: "value"},
	}}
}

func testExpectShape() *Shape {
	return &Shape{Name: "Expectation", Keys: []Key{
		{Name: "asked", Form: Objects, Of: testAskedShape(), Help: "Requests by which exports, lookups and imports read, in the order of each; there may be others between them."},
		{Name: "imports", Form: Objects, Of: testImportedShape(), Help: "The records that imports were given, in their order."},
		{Name: "requests", Form: Objects, Of: testRequestShape(), Help: "All requests that would have been sent, in the order of the records and steps."},
		{Name: "rows", Form: Objects, Of: testRowsShape(), Help: "What the databases hold afterwards."},
		{Name: "excluded", Form: Objects, Of: testExcludedShape(), Help: "All records that were left out. An empty list: none."},
		{Name: "errors", Form: Objects, Of: testFailedShape(), Help: "All records that failed."},
		{Name: "counts", Form: Object, Of: testCountsShape(), Help: "What the run counts."},
		{Name: "totals", Form: Objects, Of: testTotalExpectedShape(), Help: "The control totals."},
		{Name: "failure", Form: Text, Help: "The code with which the whole run has to fail.", Example: "source.changed"},
	}}
}

func testAskedShape() *Shape {
	return &Shape{Name: "Asked", Help: "Without `export` and `step` it is the flow's only export that asks.", Keys: []Key{
		{Name: "export", Form: Text, Help: "The export that asks.", Example: "web"},
		{Name: "step", Form: Text, Help: "The lookup or import that asks.", Example: "customer"},
		{Name: "method", Form: Text, Help: "GET or POST.", Example: "GET"},
		{Name: "path", Form: Text, Help: "Path and query.", Example: "/orders?page=2"},
		{Name: "body", Form: Any, Help: "The body: what its JSON says, or a text as it is.", Example: "{cursor: c2}"},
		{Name: "contains", Form: Texts, Help: "Texts that are in the body, as parts of a query.", Example: "[FROM customer]"},
	}}
}

func testRowsShape() *Shape {
	return &Shape{Name: "Rows", Keys: []Key{
		{Name: "connection", Form: Text, Required: true, Help: "The connection, which has a script under databases.", Example: "warehouse"},
		{Name: "query", Form: Text, Required: true, Help: "A query that SQLite knows.", Example: "SELECT id, name FROM products ORDER BY id"},
		{Name: "rows", Form: Any, Required: true, Help: "Its rows, with all their columns.", Example: "[{id: 1, name: A}]"},
	}}
}

func testImportedShape() *Shape {
	return &Shape{Name: "Imported", Keys: []Key{
		{Name: "step", Form: Text, Required: true, Help: "The import's step.", Example: "push"},
		{Name: "match", Form: Text, Options: []string{"exact", "partial"}, Help: "Whether records have no other fields than those named: exact when absent.", Example: "partial"},
		{Name: "records", Form: Objects, Of: testImportedRecordShape(), Help: "All its records. An empty list: none."},
	}}
}

func testImportedRecordShape() *Shape {
	return &Shape{Name: "Imported record", Keys: []Key{
		{Name: "key", Form: Text, Help: "The record's key.", Example: `"1001"`},
		{Name: "operation", Form: Text, Help: "What is done with it.", Example: "upsert"},
		{Name: "external_id", Form: Text, Help: "Its external ID.", Example: "web-1001"},
		{Name: "id", Form: Text, Help: "Its internal ID.", Example: `"17"`},
		{Name: "record", Form: Any, Help: "Its fields, as mapped.", Example: "{tranId: W-1001}"},
	}}
}

func testRequestShape() *Shape {
	return &Shape{Name: "Request", Keys: []Key{
		{Name: "step", Form: Text, Help: "The import's step.", Example: "push"},
		{Name: "method", Form: Text, Help: "GET, POST and so on; APPEND for a line of a file.", Example: "PUT"},
		{Name: "path", Form: Text, Help: "Path and query, or a file's path.", Example: "/items/17?notify=false"},
		{Name: "headers", Form: TextMap, Help: "Headers that have to be there, among others.", Example: "{Idempotency-Key: abc}"},
		{Name: "body", Form: Any, Help: "The body: what its JSON says, or a text as it is.", Example: "{sku: B}"},
	}}
}

func testExcludedShape() *Shape {
	return &Shape{Name: "Excluded", Keys: append(testRecordKeys(),
		Key{Name: "step", Form: Text, Help: "The step that left it out.", Example: "only-eu"},
		Key{Name: "reason", Form: Text, Help: "The filter's reason.", Example: "not in the EU"})}
}

func testFailedShape() *Shape {
	return &Shape{Name: "Failed", Keys: append(testRecordKeys(),
		Key{Name: "step", Form: Text, Help: "The step at which it failed.", Example: "push"},
		Key{Name: "code", Form: Text, Help: "The code.", Example: "mapping.failed"},
		Key{Name: "message", Form: Text, Help: "A part of the message.", Example: "no such item"},
		Key{Name: "classification", Form: Text, Options: classifications(), Help: "The classification.", Example: "value"},
		Key{Name: "tags", Form: Texts, Help: "All tags that rules gave it.", Example: "[late]"},
		Key{Name: "assignee", Form: Text, Help: "Whom rules assigned it to.", Example: "accounting@example.com"},
		Key{Name: "trace", Form: Text, Help: "The trace key.", Example: "W-1001"})}
}

func testRecordKeys() []Key {
	return []Key{
		{Name: "key", Form: Text, Help: "The record's key.", Example: `"1001"`},
		{Name: "record", Form: Integer, Min: 1, Help: "Its place among the given records, from 1.", Example: "2"},
	}
}

func testCountsShape() *Shape {
	var keys []Key
	for _, name := range []string{"read", "written", "unchanged", "excluded", "failed"} {
		keys = append(keys, Key{Name: name, Form: Integer, Help: "Records " + name + ".", Example: "1"})
	}
	return &Shape{Name: "Counts", Keys: keys}
}

func testTotalExpectedShape() *Shape {
	keys := []Key{{Name: "name", Form: Text, Required: true, Help: "The control total.", Example: "amount"}}
	for _, name := range []string{"read", "written", "unchanged", "excluded", "failed"} {
		keys = append(keys, Key{Name: name, Form: Literal, Help: "Its sum over records " + name + ".", Example: `"19.90"`})
	}
	return &Shape{Name: "Total expected", Keys: keys}
}
