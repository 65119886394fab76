package rest

import (
	"net/http"
	"strings"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/session"
)

const (
	schemaJSON  = "application/schema+json"
	swaggerJSON = "application/swagger+json"
)

type catalogEntry struct {
	Name  string `json:"name"`
	Links []link `json:"links"`
}

// metadata serves the metadata catalogue (Oracle help, chapter_1540810168; the
// list's shape is that of a recorded answer).
func (c *call) metadata() error {
	if c.r.Method != http.MethodGet {
		return c.methodNotAllowed("GET")
	}
	accept := strings.ToLower(c.r.Header.Get("Accept"))
	if len(c.path) > 2 {
		return notUnderstood()
	}
	if len(c.path) == 2 {
		return c.typeMetadata(c.path[1], accept)
	}
	types, err := c.selected()
	if err != nil {
		return err
	}
	if strings.Contains(accept, swaggerJSON) {
		return c.write(swaggerJSON, c.openAPI(types))
	}
	var out struct {
		Items []catalogEntry `json:"items"`
		Links []link         `json:"links"`
	}
	out.Items = []catalogEntry{}
	for _, t := range types {
		out.Items = append(out.Items, c.catalogEntry(t))
	}
	out.Links = []link{{Rel: "canonical", Href: c.href("metadata-catalog", ""), MediaType: "application/json"}}
	return c.write("application/json", out)
}

func (c *call) catalogEntry(t *schema.Type) catalogEntry {
	name := strings.ToLower(t.Name)
	at := c.href("metadata-catalog", name)
	return catalogEntry{Name: name, Links: []link{
		{Rel: "canonical", Href: at, MediaType: schemaJSON}, {Rel: "alternate", Href: at, MediaType: swaggerJSON},
		{Rel: "alternate", Href: at, MediaType: schemaJSON}, {Rel: "describes", Href: c.href(name), MediaType: "application/json"},
	}}
}

// visible are the types that the session's account has and its role may see.
func (c *call) visible() (out []*schema.Type) {
	for _, t := range c.store.Types() {
		if c.ses.Has(t.Feature) && c.ses.Allows(t.Permission, session.View) {
			out = append(out, t)
		}
	}
	return out
}

// selected are the types that the select parameter names; all without it.
func (c *call) selected() ([]*schema.Type, error) {
	q := c.r.URL.Query()
	if !q.Has("select") {
		return c.visible(), nil
	}
	var out []*schema.Type
	for _, name := range names(q.Get("select")) {
		t, err := c.store.Known(c.r.Context(), name, session.View)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

func (c *call) typeMetadata(name, accept string) error {
	if shared, ok := sharedSchemas[strings.ToLower(name)]; ok {
		return c.write(schemaJSON, shared)
	}
	t, err := c.store.Known(c.r.Context(), name, session.View)
	if err != nil {
		return err
	}
	switch {
	case strings.Contains(accept, swaggerJSON):
		return c.write(swaggerJSON, c.openAPI([]*schema.Type{t}))
	case strings.Contains(accept, schemaJSON):
		return c.write(schemaJSON, c.jsonSchema(t))
	case accept == "" || strings.Contains(accept, "*/*") || strings.Contains(accept, "application/json"):
		return c.write("application/json", c.catalogEntry(t))
	}
	return fault.New(http.StatusNotAcceptable, fault.InvalidHeader, "The Accept header value '%s' is not supported.", accept).InHeader("Accept")
}

type object = map[string]any

// sharedSchemas are the schemas that all types refer to
// (nsLink, nsResource … of the REST API Browser).
var sharedSchemas = map[string]object{
	"nslink": {"type": "object", "properties": object{
		"rel": object{"type": "string", "readOnly": true}, "href": object{"type": "string", "readOnly": true}}},
	"nsresource": {"type": "object", "properties": object{
		"id": object{"type": "string"}, "externalId": object{"type": "string"}, "refName": object{"type": "string"},
		"links": object{"type": "array", "readOnly": true, "items": object{"$ref": metadataRef("nsLink")}}}},
	"nsresourcecollection": {"type": "object", "properties": object{
		"links": object{"type": "array", "readOnly": true, "items": object{"$ref": metadataRef("nsLink")}},
		"count": int64Property, "offset": int64Property, "totalResults": int64Property,
		"hasMore": object{"type": "boolean", "readOnly": true},
		"items":   object{"type": "array", "items": object{"$ref": metadataRef("nsResource")}}}},
	"nserror": {"type": "object", "properties": object{
		"type": object{"type": "string", "format": "uri", "readOnly": true}, "title": object{"type": "string", "readOnly": true},
		"status": object{"type": "integer", "format": "int32", "readOnly": true},
		"o:errorDetails": object{"type": "array", "items": object{"type": "object", "properties": object{
			"detail": object{"type": "string"}, "o:errorCode": object{"type": "string"}, "o:errorHeader": object{"type": "string"},
			"o:errorPath": object{"type": "string"}, "o:errorQueryParam": object{"type": "string"}, "o:errorUrl": object{"type": "string"}}}}}},
}

var int64Property = object{"type": "integer", "format": "int64", "readOnly": true}

func metadataRef(name string) string { return recordPath + "/metadata-catalog/" + name }

// jsonSchema describes a type. References to other types are paths to append
// to the account's address; x-ns-filterable is a list on the object.
func (c *call) jsonSchema(t *schema.Type) object {
	ref := func(target string) object {
		if r := c.store.Type(target); r != nil {
			return object{"$ref": metadataRef(strings.ToLower(r.Name))}
		}
		return object{"$ref": metadataRef("nsResource")}
	}
	out := c.schemaObject(t.Fields, ref)
	filterable := []string{"id"}
	for _, f := range t.Fields.List {
		if f.Filterable && f.Column != "" && c.ses.Has(f.Feature) {
			filterable = append(filterable, f.Name)
		}
	}
	out["$schema"] = "http://json-schema.org/draft-06/hyper-schema#"
	out["$id"] = metadataRef(strings.ToLower(t.Name))
	out["x-ns-filterable"] = filterable
	return out
}

func (c *call) schemaObject(fields *schema.FieldSet, ref func(string) object) object {
	properties := object{
		"links":   object{"title": "Links", "type": "array", "readOnly": true, "items": object{"$ref": metadataRef("nsLink")}},
		"refName": object{"title": "Reference Name", "type": "string"},
		"id":      object{"title": "Internal ID", "type": "string", "nullable": true},
	}
	for _, f := range fields.List {
		if c.ses.Has(f.Feature) {
			properties[f.Name] = c.property(f, ref)
		}
	}
	return object{"type": "object", "properties": properties}
}

func (c *call) property(f *schema.Field, ref func(string) object) object {
	p := object{"title": f.Label}
	switch f.Kind {
	case schema.Reference:
		return ref(f.Target)
	case schema.Multi:
		p["type"] = "object"
		p["properties"] = object{"items": object{"type": "array", "items": ref(f.Target)}, "totalResults": int64Property}
		return p
	case schema.Subrecord:
		return c.schemaObject(f.Fields, ref)
	case schema.Sublist:
		p["type"] = "object"
		p["properties"] = object{"items": object{"type": "array", "items": c.schemaObject(f.Fields, ref)}, "totalResults": int64Property}
		return p
	case schema.Enum:
		ids := make([]string, len(f.Enum))
		for i, o := range f.Enum {
			ids[i] = o.ID
		}
		p["type"] = "object"
		p["properties"] = object{"id": object{"title": "Internal identifier", "type": "string", "enum": ids},
			"refName": object{"title": "Reference Name", "type": "string"}}
		return p
	}
	kind := scalars[f.Kind]
	p["type"], p["nullable"] = kind.name, true
	if kind.format != "" {
		p["format"] = kind.format
	}
	if f.Custom {
		p["x-ns-custom-field"] = true
	}
	return p
}

var scalars = map[schema.Kind]struct{ name, format string }{
	schema.String: {"string", ""}, schema.Number: {"number", "double"}, schema.Integer: {"integer", "int64"},
	schema.Boolean: {"boolean", ""}, schema.Date: {"string", "date"}, schema.DateTime: {"string", "date-time"},
}
