package flowfile

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/sluicehq/sluice"
)

func (c *checker) httpExportRules(e *sluice.Export) {
	const at = "export.http"
	h := e.HTTP
	c.httpPath(at+".path", h.Path)
	if h.Body != "" && h.Method != "POST" {
		c.add("flow.conflict", at+".body", "GET has no body", "Leave out body, or use the method POST")
	}
	if h.Body != "" && !json.Valid([]byte(h.Body)) {
		c.add("flow.invalid_value", at+".body", "the body is not JSON", "")
	}
	if h.Page != nil {
		c.httpPageRules(h, at+".page")
	}
}

func (c *checker) httpPageRules(h *sluice.HTTPExport, at string) {
	p := h.Page
	switch {
	case p.By == sluice.PageByLink && p.Param != "":
		c.add("flow.conflict", at+".param", "the next address is complete", "Leave out param")
	case p.By != sluice.PageByLink && p.By != "" && p.Param == "":
		c.add("flow.missing_key", at+".param", "the page has to be asked for", "Name the parameter that takes the "+map[string]string{sluice.PageByCursor: "cursor", sluice.PageByNumber: "page's number", sluice.PageByOffset: "offset"}[p.By])
	}
	switch {
	case p.By == sluice.PageByCursor && p.Next == "":
		c.add("flow.missing_key", at+".next", "the cursor's place in the answer is missing", "Add the key next")
	case (p.By == sluice.PageByNumber || p.By == sluice.PageByOffset) && p.Next != "":
		c.add("flow.conflict", at+".next", "the next page is counted", "Leave out next")
	}
	if p.FromZero && p.By != sluice.PageByNumber {
		c.add("flow.conflict", at+".from_zero", "only pages that are counted have a first number", "Leave out from_zero")
	}
	if p.SizeParam != "" && p.Size == 0 {
		c.add("flow.missing_key", at+".size", "size_param needs a size", "Add the key size")
	}
	if p.In == "body" && h.Method != "POST" {
		c.add("flow.conflict", at+".in", "GET has no body", "Leave out in, or use the method POST")
	}
}

var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

func (c *checker) httpImportRules(i *sluice.Import, at string) {
	c.needOperation(i, at)
	h, path := i.HTTP, at+".http"
	c.recordsOnly(i, at)
	c.httpPath(path+".path", h.Path)
	if (i.IgnoreExisting || i.Conditional()) && h.Lookup == nil {
		c.add("flow.missing_key", path+".lookup", "whether a record is there is found out by looking it up", "Add the key lookup")
	}
	if h.Batch != nil {
		c.httpBatchRules(i, path)
	}
	if h.Lookup != nil {
		c.httpPath(path+".lookup.path", h.Lookup.Path)
	}
	if h.IdempotencyHeader != "" && !headerName.MatchString(h.IdempotencyHeader) {
		c.add("flow.invalid_value", path+".idempotency_header", "this cannot be the name of a header", "")
	}
	if h.Wrap != "" && h.RequestMethod(i.Operation) == "DELETE" {
		c.add("flow.conflict", path+".wrap", "DELETE has no body", "Leave out wrap")
	}
}

func (c *checker) httpBatchRules(i *sluice.Import, path string) {
	h, b := i.HTTP, i.HTTP.Batch
	if strings.Contains(h.Path, "${!") {
		c.add("flow.conflict", path+".path", "a request for many records has one address, without expressions", "Leave out the expressions, or batch")
	}
	if h.IdempotencyHeader != "" {
		c.add("flow.conflict", path+".idempotency_header", "the records of a batch may come again in other company, under another key", "Use lookup, or leave out batch")
	}
	if b.OK == "" && b.Error == "" {
		c.add("flow.missing_key", path+".batch.ok", "what a result says of its record is not said", "Add the key ok or error")
	}
	if h.RequestMethod(i.Operation) == "DELETE" {
		c.add("flow.conflict", path+".batch", "DELETE has no body", "Use another method, or leave out batch")
	}
}

// httpPath refuses addresses that leave the connection's base URL.
func (c *checker) httpPath(at, path string) {
	if strings.Contains(path, "://") || strings.HasPrefix(path, "//") || strings.Contains(path, "#") {
		c.add("flow.invalid_value", at, "the path is not relative to the connection's base URL", "Write it as in /customers")
	}
}
