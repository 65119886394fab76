package api

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
)

//go:embed page
var pageFiles embed.FS

// pageTemplate reads one of the embedded pages. They are part of the program: an
// error here is a mistake in the program, which the tests find.
func pageTemplate(name string) (*template.Template, error) {
	return template.ParseFS(pageFiles, "page/"+name)
}

func pageStyle() (template.CSS, error) {
	style, err := pageFiles.ReadFile("page/style.css")
	return template.CSS(style), err //nolint:gosec // our own file
}

func (a *API) showSetup(w http.ResponseWriter, r *http.Request, status int, form setupForm) {
	a.showPage(w, r, status, "setup.html", form)
}

// showPage answers with one of the server's own small pages.
func (a *API) showPage(w http.ResponseWriter, r *http.Request, status int, name string, form any) {
	var out bytes.Buffer
	t, err := pageTemplate(name)
	if err == nil {
		var style template.CSS
		if style, err = pageStyle(); err == nil {
			err = t.Execute(&out, map[string]any{"Style": style, "Form": form})
		}
	}
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	setPageHeaders(w.Header())
	w.WriteHeader(status)
	a.write(w, r, out.Bytes())
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

// renderDocs makes the documentation page from the OpenAPI document.
func renderDocs(doc *huma.OpenAPI) ([]byte, error) {
	t, err := pageTemplate("docs.html")
	if err != nil {
		return nil, err
	}
	p := docsPage{Description: doc.Info.Description}
	if p.Style, err = pageStyle(); err != nil {
		return nil, err
	}
	for _, tag := range []string{tagServer, tagConnections, tagConsumerKeys, tagIntegrations, tagGuide, tagFlows, tagRuns, tagErrors, tagRecords, tagPeople} {
		p.Tags = append(p.Tags, docsTag{tag, docsOperations(doc, tag)})
	}
	schemas := doc.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		p.Schemas = append(p.Schemas, docsSchemaOf(name, schemas[name]))
	}
	var out bytes.Buffer
	err = t.Execute(&out, p)
	return out.Bytes(), err
}

func docsOperations(doc *huma.OpenAPI, tag string) []docsOperation {
	var list []docsOperation
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		item := doc.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil && slices.Contains(op.Tags, tag) {
				list = append(list, docsOperationOf(op))
			}
		}
	}
	return list
}

func docsOperationOf(op *huma.Operation) docsOperation {
	d := docsOperation{ID: op.OperationID, Summary: op.Summary, Method: op.Method, Path: op.Path, Status: strconv.Itoa(op.DefaultStatus)}
	d.Permission, _ = op.Extensions["x-permission"].(string)
	for _, p := range op.Parameters {
		d.Params = append(d.Params, docsParam{Name: p.Name, In: p.In, Doc: p.Description, Type: docsTypeOf(p.Schema)})
	}
	if op.RequestBody != nil {
		d.Body = docsContent(op.RequestBody.Content)
	}
	if r := op.Responses[d.Status]; r != nil {
		d.Answer = docsContent(r.Content)
	}
	return d
}

func docsContent(content map[string]*huma.MediaType) docsType {
	if m := content["application/json"]; m != nil {
		return docsTypeOf(m.Schema)
	}
	return docsType{}
}

func docsTypeOf(s *huma.Schema) docsType {
	switch {
	case s == nil:
		return docsType{}
	case s.Ref != "":
		return docsType{Schema: strings.TrimPrefix(s.Ref, schemaPrefix)}
	case s.Type == huma.TypeArray:
		item := docsTypeOf(s.Items)
		return docsType{"list of " + item.Type, item.Schema}
	case s.Type == huma.TypeObject:
		if value, ok := s.AdditionalProperties.(*huma.Schema); ok {
			item := docsTypeOf(value)
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

func docsSchemaOf(name string, s *huma.Schema) docsSchema {
	d := docsSchema{Name: name, Doc: s.Description}
	for _, field := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[field]
		d.Fields = append(d.Fields, docsField{Name: field, Doc: p.Description, Type: docsTypeOf(p), Required: slices.Contains(s.Required, field)})
	}
	return d
}
