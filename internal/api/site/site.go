// Package site makes the server's own small pages: the documentation of its API,
// the set-up form, and what an authorization ends with.
package site

import (
	"bytes"
	"embed"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluicehq/sluice"
)

//go:embed *.html *.css
var files embed.FS

// Names of the pages that Render makes.
const (
	Setup      = "setup.html"
	Authorized = "authorized.html"
	Password   = "password.html"
)

// open reads one of the embedded pages and their style. They are part of the
// program: an error here is a mistake in the program, which the tests find.
func open(name string) (*template.Template, template.CSS, error) {
	t, err := template.ParseFS(files, name)
	if err != nil {
		return nil, "", err
	}
	style, err := files.ReadFile("style.css")
	return t, template.CSS(style), err //nolint:gosec // our own file
}

// Render makes a page that shows a form.
func Render(name string, form any) ([]byte, error) {
	t, style, err := open(name)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, map[string]any{"Style": style, "Form": form})
	return out.Bytes(), err
}

// Secure sets the headers that every answer has, with the request's ID. A server that
// people reach over TLS wants that to stay so.
func Secure(h http.Header, id string, tls bool) {
	if tls {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	h.Set("X-Request-Id", id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	// With "no-referrer" browsers would send our own forms with the origin "null".
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// SetHeaders lets a page use its own style and post to this server, and nothing else.
func SetHeaders(h http.Header) {
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
}

type docsPage struct {
	Style       template.CSS
	Description string
	Tags        []docsTag
	Schemas     []docsSchema
}

type docsTag struct {
	Name       string
	Operations []docsOperation
}

type docsOperation struct {
	ID, Summary, Method, Path, Permission, Status string

	Params []docsParam
	Body   docsType
	Answer docsType
}

type docsParam struct {
	Name, In, Doc string
	Type          docsType
}

// docsType is a type in words: "list of " with the schema that its items have.
type docsType struct{ Type, Schema string }

// Any reports whether there is a type.
func (t docsType) Any() bool { return t != docsType{} }

type docsSchema struct {
	Name, Doc string
	Fields    []docsField
}

type docsField struct {
	Name, Doc string
	Type      docsType
	Required  bool
}

// Docs makes the documentation page from the OpenAPI document: its operations by
// tag, in the order of tags, and its schemas, whose references begin with prefix.
func Docs(doc *huma.OpenAPI, prefix string, tags []string) ([]byte, error) {
	t, style, err := open("docs.html")
	if err != nil {
		return nil, err
	}
	p := docsPage{Description: doc.Info.Description, Style: style}
	types := namer{prefix}
	for _, tag := range tags {
		p.Tags = append(p.Tags, docsTag{tag, types.operations(doc, tag)})
	}
	schemas := doc.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		p.Schemas = append(p.Schemas, types.schema(name, schemas[name]))
	}
	var out bytes.Buffer
	err = t.Execute(&out, p)
	return out.Bytes(), err
}

// namer names types by their schemas.
type namer struct{ prefix string }

func (n namer) operations(doc *huma.OpenAPI, tag string) []docsOperation {
	var list []docsOperation
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		item := doc.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil && slices.Contains(op.Tags, tag) {
				list = append(list, n.operation(op))
			}
		}
	}
	return list
}

func (n namer) operation(op *huma.Operation) docsOperation {
	d := docsOperation{ID: op.OperationID, Summary: op.Summary, Method: op.Method, Path: op.Path, Status: strconv.Itoa(op.DefaultStatus)}
	d.Permission, _ = op.Extensions["x-permission"].(string)
	for _, p := range op.Parameters {
		d.Params = append(d.Params, docsParam{Name: p.Name, In: p.In, Doc: p.Description, Type: n.typeOf(p.Schema)})
	}
	if op.RequestBody != nil {
		d.Body = n.content(op.RequestBody.Content)
	}
	if r := op.Responses[d.Status]; r != nil {
		d.Answer = n.content(r.Content)
	}
	return d
}

func (n namer) content(content map[string]*huma.MediaType) docsType {
	if m := content["application/json"]; m != nil {
		return n.typeOf(m.Schema)
	}
	return docsType{}
}

func (n namer) typeOf(s *huma.Schema) docsType {
	switch {
	case s == nil:
		return docsType{}
	case s.Ref != "":
		return docsType{Schema: strings.TrimPrefix(s.Ref, n.prefix)}
	case s.Type == huma.TypeArray:
		item := n.typeOf(s.Items)
		return docsType{"list of " + item.Type, item.Schema}
	case s.Type == huma.TypeObject:
		if value, ok := s.AdditionalProperties.(*huma.Schema); ok {
			item := n.typeOf(value)
			return docsType{"map to " + item.Type, item.Schema}
		}
		return docsType{Type: "object"}
	case len(s.Enum) > 0:
		return docsType{Type: "one of " + docsEnum(s.Enum)}
	case s.Format == "date-time":
		return docsType{Type: "time"}
	case s.Type == "":
		return docsType{Type: "any value"}
	}
	return docsType{Type: s.Type}
}

func docsEnum(values []any) string {
	var words []string
	for _, v := range values {
		if text, ok := v.(string); ok {
			words = append(words, text)
		}
	}
	return strings.Join(words, ", ")
}

func (n namer) schema(name string, s *huma.Schema) docsSchema {
	d := docsSchema{Name: name, Doc: s.Description}
	for _, field := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[field]
		d.Fields = append(d.Fields, docsField{Name: field, Doc: p.Description, Type: n.typeOf(p), Required: slices.Contains(s.Required, field)})
	}
	return d
}

// SetupForm is what the page for the one-time link shows.
type SetupForm struct {
	Token, Email, Name string
	Error              string
	Problems           []sluice.Problem
	Closed             bool // the link cannot be used
	Done               bool
	UI                 bool // there are pages to go on to
}

// PasswordForm is what the page for a one-time link shows that sets a password.
type PasswordForm struct {
	Token, Email, Name string
	Error              string
	Problems           []sluice.Problem
	Closed             bool // the link cannot be used
	Done               bool
	UI                 bool // there are pages to go on to
}
