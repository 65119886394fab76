package flowfile

import (
	"encoding/json"
	"slices"

	"github.com/sluicehq/sluice"
)

func scriptKeys() []key {
	return []key{
		{name: "script", form: literal, required: true, help: "The script ID, or the script's internal ID. `sluice connection restlets NAME` lists them.", example: "customscript_orders"},
		{name: "deployment", form: literal, required: true, help: "The deployment's script ID, or its number.", example: "customdeploy_orders"},
	}
}

func restletExportShape() *shape {
	return &shape{name: "RESTlet export", help: "The connection has to link the SuiteScript integrator. Each call counts against the account's concurrency like any other.", keys: append(scriptKeys(),
		key{name: "method", form: text, options: []string{sluice.MethodGet, sluice.MethodPost}, help: "GET when absent.", example: "POST"},
		key{name: "params", form: textMap, help: "Query parameters of GET.", example: "{status: open}"},
		key{name: "body", form: text, help: "The JSON that POST sends.", example: "'{\"status\": \"open\"}'"},
		key{name: "records", form: text, help: "The path of the list in the answer. When absent the answer is the list, or one record.", example: "data.items"},
		key{name: "page", form: object, of: restletPageShape(), help: "Ask for one page after another. When absent there is one call."},
	)}
}

func restletPageShape() *shape {
	return &shape{name: "RESTlet page", help: "The export ends with an empty page or, with next, behind the page that has no next.", keys: []key{
		{name: "param", form: text, required: true, help: "The parameter that says which page is wanted; with POST it is a field of the body.", example: "page"},
		{name: "first", form: integer, help: "The number of the first page; 1 when absent.", example: "0"},
		{name: "next", form: text, help: "The path in an answer of the value that asks for the page behind it.", example: "next"},
	}}
}

func restletImportShape() *shape {
	return &shape{name: "RESTlet import", help: "The connection has to link the SuiteScript integrator. There is one call for each record. An error that the script throws refuses the record; what the script did before it threw is the script's to undo.", keys: append(scriptKeys(),
		key{name: "method", form: text, options: []string{sluice.MethodPost, sluice.MethodPut, sluice.MethodDelete}, help: "When absent adds are posted, updates and upserts put, deletes deleted. DELETE has no body: the record's fields are its parameters.", example: "POST"},
		key{name: "external_id", form: expr, help: "What lookup asks for, over the mapped record. It has to be the record's alone.", example: "this.number"},
		key{name: "result", form: text, help: "The path in the answer of the internal ID of what was written.", example: "id"},
		key{name: "error", form: text, help: "The path in the answer under which a script that catches its own errors says why it refused the record. Null, false and empty text mean that it did not.", example: "error.message"},
		key{name: "lookup", form: object, of: restletLookupShape(), help: "How to find an added record again whose answer was lost. Without it such a record becomes an open error, outcome unknown."},
	)}
}

func restletLookupShape() *shape {
	return &shape{name: "RESTlet lookup", help: "Asks the same RESTlet by GET.", keys: []key{
		{name: "param", form: text, required: true, help: "The parameter that takes the external ID.", example: "externalid"},
		{name: "found", form: text, help: "The path in the answer of the record's internal ID. When absent any answer but an empty one, null, {} and [] means that it is there.", example: "id"},
	}}
}

func (c *checker) restletExportRules(e *sluice.Export) {
	r, at := e.RESTlet, "export.restlet"
	post := r.Method == sluice.MethodPost
	if post && len(r.Params) > 0 {
		c.add("flow.conflict", at+".params", "POST has a body in place of parameters", "Move them into body, or use GET")
	}
	if !post && r.Body != "" {
		c.add("flow.conflict", at+".body", "GET has no body", "Move it into params, or use POST")
	}
	c.reserved(at+".params", r.Params)
	var body any
	if r.Body != "" && json.Unmarshal([]byte(r.Body), &body) != nil {
		c.add("flow.invalid_value", at+".body", "the body is not JSON", "")
	}
	if p := r.Page; p != nil {
		c.reserved(at+".page.param", map[string]string{p.Param: ""})
		if p.Next != "" && p.First != nil {
			c.add("flow.conflict", at+".page.first", "with next the answers say which page is wanted", "Leave out first or next")
		}
		if _, object := body.(map[string]any); post && body != nil && !object {
			c.add("flow.conflict", at+".page", "the page is a field of the body, which is no object", "Make the body an object")
		}
	}
	if e.Group != nil {
		c.add("flow.conflict", "export.group", "what a RESTlet answers cannot be grouped", "Let the script group it")
	}
}

// reserved refuses NetSuite's own parameters.
func (c *checker) reserved(at string, params map[string]string) {
	for name := range params {
		if slices.Contains([]string{"script", "deploy"}, name) {
			c.add("flow.conflict", at, `"script" and "deploy" are NetSuite's own parameters`, "Let the script take another name")
		}
	}
}

func (c *checker) restletImportRules(i *sluice.Import, at string) {
	c.needOperation(i, at)
	r, path := i.RESTlet, at+".restlet"
	if i.Operation == sluice.Append {
		c.add("flow.conflict", at+".operation", "append is for sublists of NetSuite records", "Use add")
	}
	switch {
	case r.Lookup == nil:
	case i.Operation != sluice.Add:
		c.add("flow.conflict", path+".lookup", "only what is added is looked up: the other operations may be repeated", "Leave out lookup")
	case r.ExternalID == "":
		c.add("flow.missing_key", path+".external_id", "a lookup needs to know what to ask for", "Add the key external_id")
	}
	if r.Lookup != nil {
		c.reserved(path+".lookup.param", map[string]string{r.Lookup.Param: ""})
	}
}
