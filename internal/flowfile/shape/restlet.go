package shape

import "github.com/sluicehq/sluice"

func scriptKeys() []Key {
	return []Key{
		{Name: "script", Form: Literal, Required: true, Help: "The script ID, or the script's internal ID. `sluice connection restlets NAME` lists them.", Example: "customscript_orders"},
		{Name: "deployment", Form: Literal, Required: true, Help: "The deployment's script ID, or its number.", Example: "customdeploy_orders"},
	}
}

func restletExportShape() *Shape {
	return &Shape{Name: "RESTlet export", Help: "The connection has to link the SuiteScript integrator. Each call counts against the account's concurrency like any other.", Keys: append(scriptKeys(),
		Key{Name: "method", Form: Text, Options: []string{sluice.MethodGet, sluice.MethodPost}, Help: "GET when absent.", Example: "POST"},
		Key{Name: "params", Form: TextMap, Help: "Query parameters of GET.", Example: "{status: open}"},
		Key{Name: "body", Form: Text, Help: "The JSON that POST sends.", Example: "'{\"status\": \"open\"}'"},
		Key{Name: "records", Form: Text, Help: "The path of the list in the answer. When absent the answer is the list, or one record.", Example: "data.items"},
		Key{Name: "page", Form: Object, Of: restletPageShape(), Help: "Ask for one page after another. When absent there is one call."},
	)}
}

func restletPageShape() *Shape {
	return &Shape{Name: "RESTlet page", Help: "The export ends with an empty page or, with next, behind the page that has no next.", Keys: []Key{
		{Name: "param", Form: Text, Required: true, Help: "The parameter that says which page is wanted; with POST it is a field of the body.", Example: "page"},
		{Name: "first", Form: Integer, Help: "The number of the first page; 1 when absent.", Example: "0"},
		{Name: "next", Form: Text, Help: "The path in an answer of the value that asks for the page behind it.", Example: "next"},
	}}
}

func restletImportShape() *Shape {
	return &Shape{Name: "RESTlet import", Help: "The connection has to link the SuiteScript integrator. There is one call for each record. An error that the script throws refuses the record; what the script did before it threw is the script's to undo.", Keys: append(scriptKeys(),
		Key{Name: "method", Form: Text, Options: []string{sluice.MethodPost, sluice.MethodPut, sluice.MethodDelete}, Help: "When absent adds are posted, updates and upserts put, deletes deleted. DELETE has no body: the record's fields are its parameters.", Example: "POST"},
		Key{Name: "external_id", Form: Expr, Help: "What lookup asks for, over the mapped record. It has to be the record's alone.", Example: "this.number"},
		Key{Name: "result", Form: Text, Help: "The path in the answer of the internal ID of what was written.", Example: "id"},
		Key{Name: "error", Form: Text, Help: "The path in the answer under which a script that catches its own errors says why it refused the record. Null, false and empty text mean that it did not.", Example: "error.message"},
		Key{Name: "lookup", Form: Object, Of: restletLookupShape(), Help: "How to find an added record again whose answer was lost, and what is there already. Without it such a record becomes an open error, outcome unknown."},
	)}
}

func restletLookupShape() *Shape {
	return &Shape{Name: "RESTlet lookup", Help: "Asks the same RESTlet by GET.", Keys: []Key{
		{Name: "param", Form: Text, Required: true, Help: "The parameter that takes the external ID.", Example: "externalid"},
		{Name: "found", Form: Text, Help: "The path in the answer of the record's internal ID. When absent any answer but an empty one, null, {} and [] means that it is there.", Example: "id"},
	}}
}
