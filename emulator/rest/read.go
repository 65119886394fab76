package rest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/session"
)

type listBody struct {
	Links   []link      `json:"links"`
	Items   []listEntry `json:"items"`
	Count   int         `json:"count"`
	Offset  int         `json:"offset"`
	HasMore bool        `json:"hasMore"`
	Total   int         `json:"totalResults"`
}

type listEntry struct {
	Links []link `json:"links"`
	ID    string `json:"id"`
}

// list serves GET /{type}: a page of links and IDs, nothing more
// (Oracle help, section_1540810951).
func (c *call) list() error {
	t, err := c.store.Known(c.r.Context(), c.path[0], session.View)
	if err != nil {
		return err
	}
	q := c.r.URL.Query()
	p, err := paging(q)
	if err != nil {
		return err
	}
	condition, err := parseFilter(t, c.ses, q.Get("q"))
	if err != nil {
		return err
	}
	ids, total, err := c.store.List(c.r.Context(), t, condition, p.limit, p.offset)
	if err != nil {
		return err
	}
	total = min(total, maxRows)
	out := listBody{Items: []listEntry{}, Count: len(ids), Offset: p.offset, Total: total, HasMore: p.offset+len(ids) < total}
	for _, n := range ids {
		id := strconv.FormatInt(n, 10)
		out.Items = append(out.Items, listEntry{Links: self(c.href(c.path[0], id)), ID: id})
	}
	out.Links = pageLinks(c.href(c.path[0]), q, p, total)
	return c.write(collection, out)
}

// pageLinks are the links of a page in the order that NetSuite prints them.
func pageLinks(address string, q url.Values, p page, total int) (links []link) {
	at := func(rel string, offset int) link {
		v := url.Values{"limit": {strconv.Itoa(p.limit)}, "offset": {strconv.Itoa(offset)}}
		if q.Has("q") {
			v.Set("q", q.Get("q"))
		}
		return link{Rel: rel, Href: address + "?" + v.Encode()}
	}
	if p.offset > 0 {
		links = append(links, at("prev", p.offset-p.limit), at("first", 0))
	}
	if p.offset+p.limit < total {
		links = append(links, at("next", p.offset+p.limit), at("last", (total-1)/p.limit*p.limit))
	}
	return append(links, at("self", p.offset))
}

// readOptions shape a record's answer.
type readOptions struct {
	expand     bool     // all sublists and subrecords
	expandOnly []string // those of them to expand, lower case
	simpleEnum bool
	only       []string // body fields to show, lower case; nil = all
}

func (o readOptions) expands(name string) bool {
	return o.expand || slices.Contains(o.expandOnly, strings.ToLower(name))
}

func (c *call) readOptions() (o readOptions, err error) {
	q := c.r.URL.Query()
	if o.expand, err = boolParam(q, "expandSubResources"); err != nil {
		return o, err
	}
	if o.simpleEnum, err = boolParam(q, "simpleEnumFormat"); err != nil {
		return o, err
	}
	o.expandOnly = names(strings.ToLower(q.Get("expand")))
	if q.Has("fields") {
		o.only = names(strings.ToLower(q.Get("fields")))
		if o.expand {
			return o, badParameter("fields", "The fields and expandSubResources query parameters cannot be used together.")
		}
	}
	return o, nil
}

// check refuses fields that are no body fields of the type.
func (o readOptions) check(t *schema.Type) error {
	for _, name := range o.only {
		f := t.Fields.Lookup(name)
		if name != "id" && (f == nil || f.Kind == schema.Sublist || f.Kind == schema.Subrecord) {
			return badParameter("fields", "Unknown field name '%s' in the fields query parameter. Provide names of body fields.", name)
		}
	}
	return nil
}

// get serves GET /{type}/{id}.
func (c *call) get() error {
	o, err := c.readOptions()
	if err != nil {
		return err
	}
	r, err := c.store.Get(c.r.Context(), c.path[0], c.path[1])
	if err != nil {
		return err
	}
	if err := o.check(r.Type); err != nil {
		return err
	}
	id := strconv.FormatInt(r.ID, 10)
	v := view{call: c, readOptions: o, refs: map[refKey]record.Ref{}}
	body, err := v.object(r.Type.Fields, r.Body, c.href(c.path[0], id))
	if err != nil {
		return err
	}
	if o.only != nil { // Oracle help, section_1545141500, shows the parameter in the link
		body["links"] = self(c.href(c.path[0], id) + "?fields=" + url.QueryEscape(c.r.URL.Query().Get("fields")))
	}
	if o.only == nil || slices.Contains(o.only, "id") {
		body["id"] = id
	}
	if o.only == nil && r.Name != "" {
		body["refName"] = r.Name
	}
	return c.write(singular, body)
}

// subResource serves what lies under a record: /{type}/{id}/{field}[/{line}[/…]]
// (Oracle help, section_159894563219).
func (c *call) subResource() error {
	if c.r.Method != http.MethodGet {
		return c.methodNotAllowed("GET")
	}
	o, err := c.readOptions()
	if err != nil {
		return err
	}
	r, err := c.store.Get(c.r.Context(), c.path[0], c.path[1])
	if err != nil {
		return err
	}
	v := view{call: c, readOptions: o, refs: map[refKey]record.Ref{}}
	fields, body, at := r.Type.Fields, r.Body, c.href(c.path[0], strconv.FormatInt(r.ID, 10))
	for rest := c.path[2:]; ; {
		f := fields.Lookup(rest[0])
		if f == nil || !c.ses.Has(f.Feature) {
			return fault.New(http.StatusNotFound, fault.NonexistentField, "The sub-resource '%s' does not exist.", rest[0])
		}
		at, rest = at+"/"+f.Name, rest[1:]
		switch {
		case f.Kind == schema.Sublist && len(rest) == 0:
			return c.answer(collection)(v.sublist(f, body, at))
		case f.Kind == schema.Sublist:
			line := findLine(f, body, rest[0])
			if line == nil {
				return fault.New(http.StatusNotFound, fault.NonexistentID, "The record instance does not exist. Provide a valid record instance ID.")
			}
			fields, body, at, rest = f.Fields, line, at+"/"+rest[0], rest[1:]
		case f.Kind == schema.Subrecord:
			sub, _ := body[f.Name].(map[string]any)
			fields, body = f.Fields, sub
		default:
			return v.value(f, body, at, rest)
		}
		if len(rest) == 0 {
			return c.answer(singular)(v.object(fields, body, at))
		}
	}
}

func (c *call) answer(contentType string) func(map[string]any, error) error {
	return func(body map[string]any, err error) error {
		if err != nil {
			return err
		}
		return c.write(contentType, body)
	}
}

// value answers for a body field: a referenced record, a multi-select, or 404.
func (v *view) value(f *schema.Field, body map[string]any, at string, rest []string) error {
	switch {
	case len(rest) > 0:
	case f.Kind == schema.Multi:
		return v.answer(collection)(v.multi(f, body, at))
	case f.Kind == schema.Reference && body[f.Name] != nil:
		ref, err := v.ref(f, fmt.Sprint(body[f.Name]))
		if err != nil {
			return err
		}
		if ref.Type != nil {
			v.path = []string{ref.Type.Name, ref.ID}
			return v.get()
		}
	}
	return fault.New(http.StatusNotFound, fault.NonexistentField, "The sub-resource '%s' does not exist.", f.Name)
}

// findLine returns the line of a sublist that a path names by its key, or by
// its place (from 1) where the sublist has no key.
func findLine(f *schema.Field, body map[string]any, name string) map[string]any {
	items, _ := body[f.Name].([]any)
	for i, item := range items {
		if line, ok := item.(map[string]any); ok && lineName(f, line, i) == name {
			return line
		}
	}
	return nil
}

func lineName(f *schema.Field, line map[string]any, i int) string {
	var parts []string
	for _, key := range f.Keys {
		parts = append(parts, fmt.Sprint(line[key]))
	}
	if len(parts) == 0 {
		return strconv.Itoa(i + 1)
	}
	return strings.Join(parts, "_")
}
