package rest

import (
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

// The media types of answers that save nothing: record forms
// (Oracle help, article_1217103046) and select options (article_0115100241).
const (
	createForm    = "create-form"
	editForm      = "edit-form"
	selectOptions = "select-options"

	resource = "application/vnd.oracle.resource+json; type="
)

// wants is the type parameter of the resource that the Accept header asks for,
// or "".
func (c *call) wants() string {
	for accept := range strings.SplitSeq(strings.Join(c.r.Header.Values("Accept"), ","), ",") {
		media, parameters, err := mime.ParseMediaType(strings.TrimSpace(accept))
		if err == nil && media == "application/vnd.oracle.resource+json" {
			return strings.ToLower(parameters["type"])
		}
	}
	return ""
}

// createForm serves POST /{type} for a form: the record as it would be made.
func (c *call) createForm() error {
	r, err := c.draft(func(input map[string]any, o record.WriteOptions) (*record.Record, error) {
		return c.store.DraftNew(c.r.Context(), c.path[0], input, o)
	})
	if err != nil {
		return err
	}
	at := c.href(c.path[0])
	return c.form(createForm, r, at, []link{
		{Rel: "self", Method: http.MethodPost, MediaType: resource + createForm, Href: at},
		{Rel: "create", Method: http.MethodPost, Href: at},
	})
}

// transformForm serves POST /{type}/{id}/!transform/{type} for a form.
func (c *call) transformForm() error {
	r, err := c.draft(func(input map[string]any, o record.WriteOptions) (*record.Record, error) {
		return c.store.DraftTransform(c.r.Context(), c.path[0], c.path[1], c.path[3], input, o)
	})
	if err != nil {
		return err
	}
	at := c.href(c.path...)
	return c.form(createForm, r, at, []link{
		{Rel: "self", Method: http.MethodPost, MediaType: resource + createForm, Href: at},
		{Rel: "transform", Method: http.MethodPost, Href: at},
	})
}

// editForm serves PATCH /{type}/{id} for a form: the record as it would become.
func (c *call) editForm() error {
	r, err := c.draft(func(input map[string]any, o record.WriteOptions) (*record.Record, error) {
		return c.store.DraftEdit(c.r.Context(), c.path[0], c.path[1], input, o)
	})
	if err != nil {
		return err
	}
	at, all := c.href(c.path...), c.href(c.path[0])
	return c.form(editForm, r, at, []link{
		{Rel: "self", Method: http.MethodPatch, MediaType: resource + editForm, Href: at},
		{Rel: "edit", Method: http.MethodPatch, Href: at},
		{Rel: "create", Method: http.MethodPost, Href: all},
		{Rel: createForm, Method: http.MethodPost, MediaType: resource + createForm, Href: all},
	})
}

// draft reads what a write would read.
func (c *call) draft(make func(map[string]any, record.WriteOptions) (*record.Record, error)) (*record.Record, error) {
	o, err := c.writeOptions()
	if err != nil {
		return nil, err
	}
	input, err := c.input(true)
	if err != nil {
		return nil, err
	}
	return make(input, o)
}

// form answers with a record that is not saved.
func (c *call) form(kind string, r *record.Record, at string, links []link) error {
	o, err := c.readOptions()
	if err != nil {
		return err
	}
	if err := o.check(r.Type); err != nil {
		return err
	}
	v := view{call: c, readOptions: o, refs: map[refKey]record.Ref{}}
	body, err := v.object(r.Type.Fields, r.Body, at)
	if err != nil {
		return err
	}
	body["links"] = links
	if r.ID != 0 {
		body["id"] = strconv.FormatInt(r.ID, 10)
	}
	return c.write(resource+kind+"; charset=UTF-8", body)
}

// maxOptions is how many options an answer has unless limit says otherwise, as
// in Oracle's sample.
const maxOptions = 100

// selectOptions serves POST /{type}?fields=… and PATCH /{type}/{id}?fields=… for
// what the named fields may be set to. The body may hold fields on which that
// depends.
func (c *call) selectOptions(id string) error {
	q := c.r.URL.Query()
	asked := names(q.Get("fields"))
	if len(asked) == 0 {
		return badParameter("fields", "Provide the names of the fields in the fields query parameter.")
	}
	if !q.Has("limit") {
		q.Set("limit", strconv.Itoa(maxOptions))
	}
	p, err := paging(q)
	if err != nil {
		return err
	}
	conditions, err := optionFilters(q.Get("q"))
	if err != nil {
		return err
	}
	r, err := c.draft(func(input map[string]any, o record.WriteOptions) (*record.Record, error) {
		if id != "" {
			return c.store.DraftEdit(c.r.Context(), c.path[0], id, input, o)
		}
		return c.store.DraftNew(c.r.Context(), c.path[0], input, o)
	})
	if err != nil {
		return err
	}
	address := c.href(c.path...)
	out := object{"links": []link{c.optionLink("self", address, q.Get("fields"), "", page{limit: p.limit, offset: p.offset})}}
	for _, name := range asked {
		f := optionField(r.Type, name)
		if f == nil || !c.ses.Has(f.Feature) {
			return badParameter("fields", "Unknown field name '%s' in the fields query parameter. Provide names of select fields.", name)
		}
		choice := conditions[strings.ToLower(name)]
		choice.Limit, choice.Offset = p.limit, p.offset
		options, total, err := c.store.Options(c.r.Context(), f, r.Body, choice)
		if err != nil {
			return err
		}
		out[name] = object{"_selectOptions": c.optionPage(f, options, total, address, name, q.Get("q"), p)}
	}
	return c.write(resource+selectOptions+"; charset=UTF-8", out)
}

// optionField is the select field of that name: of the body, or of a sublist's
// lines (line.account); nil if there is none.
func optionField(t *schema.Type, name string) *schema.Field {
	fields := t.Fields
	if list, field, ok := strings.Cut(name, "."); ok {
		f := fields.Lookup(list)
		if f == nil || f.Fields == nil {
			return nil
		}
		fields, name = f.Fields, field
	}
	f := fields.Lookup(name)
	if f == nil || f.Kind != schema.Reference && f.Kind != schema.Multi && f.Kind != schema.Enum {
		return nil
	}
	return f
}

// optionPage is a page of options. Records have numbers for IDs here.
func (c *call) optionPage(f *schema.Field, options []schema.Option, total int, address, name, q string, p page) object {
	items := []object{}
	for _, o := range options {
		var id any = o.ID
		if n, err := strconv.ParseInt(o.ID, 10, 64); err == nil && f.Kind != schema.Enum {
			id = n
		}
		items = append(items, object{"id": id, "refName": o.Name})
	}
	var links []link
	at := func(rel string, offset int) {
		links = append(links, c.optionLink(rel, address, name, q, page{p.limit, offset}))
	}
	if p.offset > 0 {
		at("prev", p.offset-p.limit)
		at("first", 0)
	}
	if p.offset+p.limit < total {
		at("next", p.offset+p.limit)
		at("last", (total-1)/p.limit*p.limit)
	}
	at("self", p.offset)
	return object{"links": links, "items": items, "count": len(items), "offset": p.offset,
		"hasMore": p.offset+len(items) < total, "totalResults": total}
}

func (c *call) optionLink(rel, address, fields, q string, p page) link {
	v := url.Values{"fields": {fields}}
	if c.r.URL.Query().Has("limit") || p.offset > 0 || rel != "self" {
		v.Set("limit", strconv.Itoa(p.limit))
		v.Set("offset", strconv.Itoa(p.offset))
	}
	if q != "" {
		v.Set("q", q)
	}
	return link{Rel: rel, Method: c.r.Method, MediaType: resource + selectOptions, Href: address + "?" + v.Encode()}
}

// optionFilters reads conditions on the options' names, one for each field:
// entitystatus START_WITH LEAD-, location IS "United States".
func optionFilters(q string) (map[string]record.Choice, error) {
	out := map[string]record.Choice{}
	for _, condition := range splitOutside(q, ',', '"') {
		words := strings.SplitN(condition, " ", 3)
		op := ""
		if len(words) == 3 {
			op = strings.ToUpper(words[1])
		}
		switch op {
		case "IS", "CONTAIN", "START_WITH":
			out[strings.ToLower(words[0])] = record.Choice{Op: op, Value: strings.Trim(strings.TrimSpace(words[2]), `"`)}
		default:
			return nil, badParameter("q", "Invalid search query. Provide a valid search query.")
		}
	}
	return out, nil
}

// splitOutside cuts a text at a separator outside quotation marks, and drops
// blank parts.
func splitOutside(text string, separator, mark rune) (parts []string) {
	var part strings.Builder
	quoted := false
	for _, c := range text + string(separator) {
		if c == mark {
			quoted = !quoted
		}
		if c != separator || quoted {
			part.WriteRune(c)
			continue
		}
		if s := strings.TrimSpace(part.String()); s != "" {
			parts = append(parts, s)
		}
		part.Reset()
	}
	return parts
}
