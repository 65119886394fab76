package shape

func xlsxExportShape() *Shape {
	return &Shape{Name: "XLSX export", Help: "Cells come as the workbook stores them: numbers with their digits, dates as 2026-03-01 or 2026-03-01T14:30:00 by the cell's format, times as 14:30:00, formulas with the value that was stored for them. A cell with an error such as #N/A makes its row a record error. Of merged cells the first one has the value. Rows count as the spreadsheet counts them; empty rows are passed over.", Keys: []Key{
		{Name: "path", Form: Path, Required: true, Help: "The workbook, in the connection's folder.", Example: "orders.xlsx"},
		{Name: "sheet", Form: Text, Help: "The sheet; the first one when absent.", Example: "Orders"},
		{Name: "header", Form: Integer, Min: 1, Max: 1000, Help: "The number of the row that names the columns; 1 when absent. Rows above it are passed over.", Example: "3"},
		{Name: "columns", Form: Texts, Help: "Columns that must be there.", Example: "[orderID, customerID]"},
		{Name: "null", Form: Literal, Help: "The text that means no value, as an empty cell does.", Example: "\"-\""},
	}}
}

func webhookShape() *Shape {
	return &Shape{Name: "Webhook export", Help: "The other system sends records to the flow's address, which `sluice flow show` prints, signed with the secret of the connection. " +
		"A delivery is stored before it is answered with 202, and a run is queued that works all that is there; one that comes again is answered with 200 and not stored again. " +
		"A wrong signature is answered with 401, a disabled flow with 503. What comes has to be JSON.", Keys: []Key{
		{Name: "records", Form: Text, Help: "The place of the records in the body: a JSON pointer, or names with dots. A list gives a record for each of its elements, an object one record. Without it the body itself.", Example: "/data/object"},
		{Name: "headers", Form: TextMap, Help: "Fields of the records that take headers of the request.", Example: "{topic: X-Shopify-Topic}"},
	}}
}
