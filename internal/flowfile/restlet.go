package flowfile

import (
	"encoding/json"
	"slices"

	"github.com/sluicehq/sluice"
)

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
	c.recordsOnly(i, at)
	asks := i.Operation == sluice.Add || i.IgnoreExisting || i.IgnoreMissing || i.Conditional()
	switch {
	case r.Lookup == nil && asks && i.Operation != sluice.Add, r.Lookup == nil && i.IgnoreExisting:
		c.add("flow.missing_key", path+".lookup", "whether a record is there is found out by looking it up", "Add the key lookup")
	case r.Lookup == nil:
	case !asks:
		c.add("flow.conflict", path+".lookup", "only what is added is looked up: the other operations may be repeated", "Leave out lookup")
	case r.ExternalID == "":
		c.add("flow.missing_key", path+".external_id", "a lookup needs to know what to ask for", "Add the key external_id")
	}
	if r.Lookup != nil {
		c.reserved(path+".lookup.param", map[string]string{r.Lookup.Param: ""})
	}
}
