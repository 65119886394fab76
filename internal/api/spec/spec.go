// Package spec is the OpenAPI document of the API, without its routes.
package spec

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/codec"
	"github.com/sluicehq/sluice/internal/api/problem"
	"github.com/sluicehq/sluice/internal/api/site"
)

const (
	schemaPrefix = "#/components/schemas/"
	// ErrorResponse is the reference of the response of every failure.
	ErrorResponse = "#/components/responses/Error"
)

// Config returns the settings of the HTTP framework: JSON whose numbers keep their
// digits, no pages of its own, errors in the form that transform gives them.
func Config(transform huma.Transformer) huma.Config {
	format := huma.Format{Marshal: codec.Write, Unmarshal: codec.Read}
	registry := huma.NewMapRegistry(schemaPrefix, huma.DefaultSchemaNamer)
	registry.RegisterTypeAlias(reflect.TypeFor[sluice.Secret](), reflect.TypeFor[string]())
	errorSchema := registry.Schema(reflect.TypeFor[problem.ErrorBody](), true, "")
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{Title: "Sluice", Version: "1",
				Description: "Connections, flows, runs, record errors and people of a Sluice server. Every route but the public ones needs a session or an API token, and the permission it names. Errors have one form everywhere."},
			Components: &huma.Components{
				Schemas: registry,
				Responses: map[string]*huma.Response{"Error": {Description: "What went wrong, where, and what to do.",
					Content: map[string]*huma.MediaType{"application/problem+json": {Schema: errorSchema}}}},
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token":   {Type: "http", Scheme: "bearer", Description: "An API token: sluice_…"},
					"session": {Type: "apiKey", In: "cookie", Name: "sluice_session", Description: "The cookie that logging in sets."},
				},
			},
			Security: []map[string][]string{{"token": {}}, {"session": {}}},
		},
		Formats:       map[string]huma.Format{"application/json": format, "json": format},
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{transform},

		RejectUnknownQueryParameters: true,
	}
}

// Documents writes the OpenAPI document and the page made from it.
func Documents(doc *huma.OpenAPI, tags []string) (text, page []byte, err error) {
	// The framework's own error form, which is replaced.
	delete(doc.Components.Schemas.Map(), "ErrorModel")
	delete(doc.Components.Schemas.Map(), "ErrorDetail")
	if text, err = json.MarshalIndent(doc, "", "  "); err != nil {
		return nil, nil, fmt.Errorf("OpenAPI document: %w", err)
	}
	if page, err = site.Docs(doc, schemaPrefix, tags); err != nil {
		return nil, nil, fmt.Errorf("documentation page: %w", err)
	}
	return text, page, nil
}
