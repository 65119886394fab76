package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/codec"
	"github.com/sluicehq/sluice/internal/api/problem"
	"github.com/sluicehq/sluice/internal/api/site"
)

const (
	schemaPrefix     = "#/components/schemas/"
	errorResponseRef = "#/components/responses/Error"
)

// framework returns the settings of the HTTP framework: JSON whose numbers keep
// their digits, no pages of its own.
func (a *API) framework() huma.Config {
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
		Transformers:  []huma.Transformer{a.ownErrors},

		RejectUnknownQueryParameters: true,
	}
}

// ownErrors gives the framework's own refusals the form of ours.
func (a *API) ownErrors(c huma.Context, _ string, v any) (any, error) {
	if m, ok := v.(*huma.ErrorModel); ok {
		return problem.OfFramework(m, requestID(c.Context())), nil
	}
	return v, nil
}

// finishDocument writes the OpenAPI document and the page made from it, once.
func (a *API) finishDocument() error {
	doc := a.huma.OpenAPI()
	// The framework's own error form, which ownErrors replaces.
	delete(doc.Components.Schemas.Map(), "ErrorModel")
	delete(doc.Components.Schemas.Map(), "ErrorDetail")
	var err error
	if a.spec, err = json.MarshalIndent(doc, "", "  "); err != nil {
		return fmt.Errorf("OpenAPI document: %w", err)
	}
	if a.docs, err = site.Docs(doc, schemaPrefix, tags); err != nil {
		return fmt.Errorf("documentation page: %w", err)
	}
	return nil
}

func (a *API) serveSpec(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	a.write(w, r, a.spec)
}

func (a *API) serveDocs(w http.ResponseWriter, r *http.Request) {
	site.SetHeaders(w.Header())
	a.write(w, r, a.docs)
}

func (a *API) write(w http.ResponseWriter, r *http.Request, body []byte) {
	if _, err := w.Write(body); err != nil {
		a.log.DebugContext(r.Context(), "answer not delivered", "request", requestID(r.Context()), "error", err)
	}
}
