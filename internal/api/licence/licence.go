// Package licence has the routes of whose software is in the program.
package licence

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Rules tell whose software is in the program.
type Rules interface {
	// Licences returns the parts of others that are in the program and its pages.
	Licences() (*Licences, error)
	// LicenceText returns a licence's text by its key: CodeNotFound where there is none.
	LicenceText(key string) (*LicenceText, error)
}

// Licences are the parts of others that are in the program.
type Licences struct {
	Licence  string        `json:"licence" doc:"Of Sluice itself, as an SPDX identifier"`
	Text     string        `json:"text,omitempty" doc:"The key of its text"`
	Complete bool          `json:"complete" doc:"Whether the build collected them; make build does"`
	Items    []LicencePart `json:"items" nullable:"false"`
}

// LicencePart is a part of others.
type LicencePart struct {
	Kind    string `json:"kind" enum:"go,npm" doc:"A Go module of the program, or an npm package of its pages"`
	Name    string `json:"name"`
	Version string `json:"version"`
	Licence string `json:"licence" doc:"SPDX identifiers"`
	Text    string `json:"text" doc:"The key of its text"`
}

// LicenceText is a licence's text.
type LicenceText struct {
	Text string `json:"text"`
}

// Routes returns the rows of the route table.
func Routes(tag string, rules Rules) []endpoint.Row {
	const view, root = sluice.PermView, "/api/v1/licences"
	h, t := handlers{rules}, endpoint.Table{Tag: tag}
	t.Add("GET", root, view, "listLicences", "Whose software is in the program, and under which licences", endpoint.Of(h.list))
	t.Add("GET", root+"/{id}", view, "getLicence", "The text of a licence", endpoint.Of(h.text))
	return t.Rows
}

type handlers struct{ Rules }

func (h handlers) list(context.Context, *endpoint.NoInput) (*endpoint.Reply[*Licences], error) {
	return endpoint.Answer(h.Licences())
}

func (h handlers) text(_ context.Context, in *endpoint.IDPath) (*endpoint.Reply[*LicenceText], error) {
	return endpoint.Answer(h.LicenceText(in.ID))
}
