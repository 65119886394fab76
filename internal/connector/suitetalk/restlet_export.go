package suitetalk

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"strconv"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite"
)

// restletReader reads what a RESTlet answers, one page after another.
type restletReader struct {
	client *client
	spec   *sluice.RESTletExport
	script netsuite.Script
	flow   string

	place   restletPlace
	records []any  // of the page, not handed out
	loaded  bool   // the page at place was read
	after   string // the place's value for the page behind it
	more    bool   // there may be such a page
}

// restletPlace is the cursor: a page, and how many of its records were handed out.
type restletPlace struct {
	At   string `json:"at,omitempty"` // what asks for the page; empty for the first by next
	Done int    `json:"done,omitempty"`
}

func (c *client) openRESTlet(conn *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	if err := linked(conn); err != nil {
		return nil, err
	}
	r := &restletReader{client: c, spec: e.RESTlet, script: netsuite.Script{ID: e.RESTlet.Script, Deploy: e.RESTlet.Deployment}, flow: o.Flow}
	if p := e.RESTlet.Page; p != nil && p.Next == "" {
		r.place.At = "1"
		if p.First != nil {
			r.place.At = strconv.Itoa(*p.First)
		}
	}
	if o.Cursor != nil {
		if err := json.Unmarshal(o.Cursor, &r.place); err != nil {
			return nil, sluice.Errorf("source.cursor", "the run's cursor cannot be read: %w", err).Fix("Start a new run")
		}
	}
	return r, nil
}

// Next returns records of one page.
func (r *restletReader) Next(ctx context.Context, limit int) (sluice.Batch, error) {
	ctx = netsuite.ContextWithFlow(ctx, r.flow)
	for len(r.records) == 0 {
		if r.loaded {
			if !r.more {
				return sluice.Batch{}, io.EOF
			}
			r.place = restletPlace{At: r.after}
		}
		if err := r.load(ctx); err != nil {
			return sluice.Batch{}, err
		}
	}
	n := min(limit, len(r.records))
	var b sluice.Batch
	for i, value := range r.records[:n] {
		b.Items = append(b.Items, r.item(value, r.place.Done+i+1))
	}
	r.records = r.records[n:]
	r.place.Done += n
	var err error
	b.Cursor, err = json.Marshal(r.place)
	return b, err
}

func (r *restletReader) item(value any, number int) sluice.Item {
	it := sluice.Item{Rows: 1, Origin: fmt.Sprintf("RESTlet %s, record %d", r.script.ID, number)}
	if r.place.At != "" {
		it.Origin += " of page " + r.place.At
	}
	if record, ok := value.(map[string]any); ok {
		it.Record = record
	} else {
		it.Refused = sluice.Errorf("source.record", "the RESTlet answers with something that is no record").At(it.Origin).Fix("Let the script answer with a list of objects, and name its path under records")
	}
	return it
}

// load reads the page at the reader's place.
func (r *restletReader) load(ctx context.Context) error {
	params, body, err := r.request()
	if err != nil {
		return err
	}
	answer, err := r.client.call(ctx, r.script, r.spec.Method, params, body)
	if err != nil {
		return r.client.restletProblem(err, r.script)
	}
	list, err := r.list(answer)
	if err != nil {
		return err
	}
	r.loaded, r.more = true, false
	r.records = list[min(r.place.Done, len(list)):]
	return r.findNext(answer, len(list))
}

// findNext finds out what asks for the page behind this one.
func (r *restletReader) findNext(answer any, size int) error {
	p := r.spec.Page
	if p == nil {
		return nil
	}
	if p.Next == "" {
		number, err := strconv.Atoi(r.place.At)
		r.after, r.more = strconv.Itoa(number+1), size > 0
		return err
	}
	value, ok := at(answer, p.Next)
	text := ""
	if ok && value != false {
		text = fmt.Sprint(value)
	}
	if text != "" && text == r.place.At {
		return sluice.Errorf("source.paging", "the RESTlet %s says that behind page %s comes page %s again", r.script.ID, text, text).At("export.restlet.page.next").Fix("Let the script leave it out in the last page")
	}
	r.after, r.more = text, text != ""
	return nil
}

// request builds the parameters or the body that ask for the page.
func (r *restletReader) request() (url.Values, any, error) {
	page := r.spec.Page
	if r.spec.Method != sluice.MethodPost {
		params := url.Values{}
		for name, value := range r.spec.Params {
			params.Set(name, value)
		}
		if page != nil && r.place.At != "" {
			params.Set(page.Param, r.place.At)
		}
		return params, nil, nil
	}
	var body any = map[string]any{}
	if r.spec.Body != "" {
		if err := decode([]byte(r.spec.Body), &body); err != nil {
			return nil, nil, sluice.Errorf("flow.invalid_value", "the RESTlet's body is no JSON: %w", err).At("export.restlet.body")
		}
	}
	if object, ok := body.(map[string]any); ok && page != nil && r.place.At != "" {
		object = maps.Clone(object)
		object[page.Param] = r.pageValue()
		body = object
	}
	return nil, body, nil
}

// pageValue is the page as JSON has it: a number where pages are counted.
func (r *restletReader) pageValue() any {
	if r.spec.Page.Next == "" {
		return json.Number(r.place.At)
	}
	return r.place.At
}

// list finds the records in an answer.
func (r *restletReader) list(answer any) ([]any, error) {
	value, ok := at(answer, r.spec.Records)
	if !ok && (r.spec.Records == "" || answer == nil) {
		return nil, nil // an empty answer
	}
	switch v := value.(type) {
	case []any:
		return v, nil
	case map[string]any:
		return []any{v}, nil
	}
	if _, isText := answer.(string); isText || !ok || value != nil {
		return nil, sluice.Errorf("source.answer", "the answer of RESTlet %s has no list of records%s", r.script.ID, under(r.spec.Records)).At("export.restlet.records").Fix("Name the path of the list in the answer")
	}
	return nil, nil
}

func under(path string) string {
	if path == "" {
		return ""
	}
	return " under " + path
}

// Close ends the reading.
func (r *restletReader) Close() error { return nil }
