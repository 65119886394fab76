package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluicehq/sluice/internal/api/problem"
	"github.com/sluicehq/sluice/internal/api/site"
)

// ownErrors gives the framework's own refusals the form of ours.
func (a *API) ownErrors(c huma.Context, _ string, v any) (any, error) {
	if m, ok := v.(*huma.ErrorModel); ok {
		return problem.OfFramework(m, requestID(c.Context())), nil
	}
	return v, nil
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
