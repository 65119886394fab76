package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite"
)

// OpenExport starts reading.
func (c *Connector) OpenExport(ctx context.Context, conn *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	if e.HTTP == nil {
		return nil, sluice.Errorf("flow.export_kind", "the connection %s is of the kind %s, the export is not", conn.Name, conn.Kind).Fix("Use a connection that fits, or another kind of export")
	}
	cl, err := c.client(ctx, conn)
	if err != nil {
		return nil, err
	}
	r := &reader{client: cl, spec: e.HTTP, page: e.HTTP.Page, flow: o.Flow}
	if r.page == nil {
		r.page = &sluice.HTTPPage{By: single}
	}
	if r.first, err = r.address(); err != nil {
		return nil, err
	}
	if o.Cursor != nil {
		if err := json.Unmarshal(o.Cursor, &r.at); err != nil {
			return nil, sluice.Errorf("source.cursor", "the run's cursor does not fit the export").Fix("Start a new run")
		}
	}
	if e.Group != nil {
		return newGroups(r, e.Group), nil
	}
	return r, nil
}

// single is the way of an export whose one answer holds all.
const single = ""

// position is the cursor of an export.
type position struct {
	// Page asks for the page: an address, a cursor, or a number. Empty means the first.
	Page   string `json:"page,omitempty"`
	Number int64  `json:"number"`           // of pages before this one
	Read   int    `json:"read"`             // records of the page that were read
	Digest string `json:"digest,omitempty"` // of those
	Done   bool   `json:"done,omitempty"`   // there is no such page
}

// reader is the Reader of HTTP APIs.
type reader struct {
	*client
	spec  *sluice.HTTPExport
	page  *sluice.HTTPPage
	flow  string
	first *url.URL

	at      position
	loaded  bool
	items   []sluice.Item // of the page
	next    position      // behind it
	before  string        // digest of the page before
	digests []string      // of the page's first n records, by n
}

// address returns the first page's address.
func (r *reader) address() (*url.URL, error) {
	u, err := r.resolve(r.spec.Path)
	if err != nil {
		return nil, err
	}
	query := u.Query()
	for name, value := range r.spec.Query {
		query.Set(name, value)
	}
	u.RawQuery = query.Encode()
	return u, nil
}

// Next returns the next records.
func (r *reader) Next(ctx context.Context, limit int) (sluice.Batch, error) {
	ctx = netsuite.ContextWithFlow(ctx, r.flow)
	var batch sluice.Batch
	held := 0
	for len(batch.Items) < limit && held < sluice.DefaultPageBytes {
		if r.loaded && r.at.Read == len(r.items) {
			r.at, r.loaded = r.next, false
		}
		if r.at.Done {
			break
		}
		if !r.loaded {
			if err := r.load(ctx); err != nil {
				return sluice.Batch{}, err
			}
			continue
		}
		n := min(limit-len(batch.Items), len(r.items)-r.at.Read)
		for _, it := range r.items[r.at.Read : r.at.Read+n] {
			held += it.Record.Size()
		}
		batch.Items = append(batch.Items, r.items[r.at.Read:r.at.Read+n]...)
		r.at.Read += n
	}
	if len(batch.Items) == 0 {
		return batch, io.EOF
	}
	here := r.at
	if r.loaded && r.at.Read == len(r.items) {
		here = r.next
	} else if r.loaded {
		here.Digest = r.digests[here.Read]
	}
	var err error
	batch.Cursor, err = json.Marshal(here)
	return batch, err
}

// load reads the page at the position.
func (r *reader) load(ctx context.Context) error {
	k, err := r.call()
	if err != nil {
		return err
	}
	a, err := r.do(ctx, k)
	if err != nil || !a.ok() {
		return r.problem(k, a, err)
	}
	if len(a.body) > maxAnswer {
		return sluice.Errorf("source.too_large", "an answer has more than %d MB", maxAnswer>>20).At(r.place(a.url)).Fix("Ask for smaller pages")
	}
	var v any
	if len(bytes.TrimSpace(a.body)) > 0 {
		if v, err = decode(a.body); err != nil {
			return sluice.Errorf("source.not_json", "the answer is not JSON: %s", r.mask(words(a.body))).At(r.place(a.url)).Fix("Check the path and the base URL")
		}
	}
	list, err := r.list(v)
	if err != nil {
		return err
	}
	if err := r.take(list); err != nil {
		return err
	}
	r.next, err = r.after(v, a, len(list))
	return err
}

func decode(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("web: more than one value")
	}
	return v, nil
}

// list finds the records in an answer.
func (r *reader) list(v any) ([]any, error) {
	found, ok := at(v, r.spec.Records)
	switch t := found.(type) {
	case []any:
		return t, nil
	case nil:
		if ok { // no records, as some write it
			return nil, nil
		}
	}
	e := sluice.Errorf("source.no_records", "the answer has no list at %q", r.spec.Records).At("export.http.records").Fix("Name the place of the list")
	if object, isObject := v.(map[string]any); isObject {
		e.Message += fmt.Sprintf("; its fields are %q", sortedKeys(object))
	}
	return nil, e
}

// take makes items of a page's records, and makes sure that it is the page that is
// gone on with.
func (r *reader) take(list []any) error {
	r.items, r.digests = make([]sluice.Item, len(list)), make([]string, len(list)+1)
	sum := sha256.New()
	for i, v := range list {
		it := sluice.Item{Rows: 1, Origin: fmt.Sprintf("page %d, record %d", r.at.Number+1, i+1)}
		if object, ok := v.(map[string]any); ok {
			it.Record = object
		} else {
			it.Refused = sluice.Errorf("source.value", "an element of the list is not an object").At(it.Origin)
		}
		r.items[i] = it
		text, err := json.Marshal(v) // maps are written with sorted keys
		if err != nil {
			return err
		}
		sum.Write(append(text, '\n'))
		r.digests[i+1] = hex.EncodeToString(sum.Sum(nil))
	}
	if r.at.Read > len(list) || r.at.Read > 0 && r.digests[r.at.Read] != r.at.Digest {
		return sluice.Errorf("source.changed", "the page that the run stopped in has changed since").At(r.place(r.first)).Fix("Start a new run")
	}
	whole := r.digests[len(list)]
	if len(list) > 0 && whole == r.before {
		return sluice.Errorf("source.page_repeats", "page %d holds the same records as the page before", r.at.Number+1).At("export.http.page").Fix("Check which parameter asks for the next page")
	}
	r.before, r.loaded = whole, true
	return nil
}

// Close has nothing to do.
func (r *reader) Close() error { return nil }

// call is the request for the page at the position.
func (r *reader) call() (call, error) {
	k := call{method: r.spec.Method, url: r.first, again: true, read: true}
	if k.method == "" {
		k.method = http.MethodGet
	}
	fields := map[string]any{}
	p := r.page
	if p.SizeParam != "" {
		fields[p.SizeParam] = json.Number(fmt.Sprint(p.Size))
	}
	switch p.By {
	case sluice.PageByLink:
		if r.at.Page != "" {
			u, err := r.link(r.first, r.at.Page)
			if err != nil {
				return k, err
			}
			k.url, fields = u, nil
		}
	case sluice.PageByCursor:
		if r.at.Page != "" {
			fields[p.Param] = r.at.Page
		}
	case sluice.PageByNumber, sluice.PageByOffset:
		fields[p.Param] = json.Number(r.number())
	}
	if p.In != "body" {
		k.url = withQuery(k.url, fields)
		fields = nil
	}
	if r.spec.Body == "" && len(fields) == 0 {
		return k, nil
	}
	body := map[string]any{}
	if r.spec.Body != "" {
		v, err := decode([]byte(r.spec.Body))
		object, ok := v.(map[string]any)
		if err != nil || !ok && len(fields) > 0 {
			return k, sluice.Errorf("export.body", "the body is not a JSON object").At("export.http.body").Fix("Correct it, or send the parameters in the query")
		}
		if !ok {
			k.body = []byte(r.spec.Body)
			return k, nil
		}
		body = object
	}
	maps.Copy(body, fields)
	var err error
	k.body, err = json.Marshal(body)
	return k, err
}

// number is the number or offset of the page at the position.
func (r *reader) number() string {
	switch {
	case r.at.Page != "":
		return r.at.Page
	case r.page.By == sluice.PageByOffset || r.page.FromZero:
		return "0"
	}
	return "1"
}

func withQuery(u *url.URL, fields map[string]any) *url.URL {
	if len(fields) == 0 {
		return u
	}
	out := *u
	query := out.Query()
	for name, value := range fields {
		query.Set(name, plain(value))
	}
	out.RawQuery = query.Encode()
	return &out
}
