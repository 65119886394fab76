package suiteql

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/session"
)

// maxBody is the largest request that NetSuite's REST services take
// (chapter_161251386312).
const maxBody = 104 << 20

// request is the body of a POST.
type request struct {
	Query  string   `json:"q"`
	Params []string `json:"params"`
}

// Handler serves POST /services/rest/query/v1/suiteql for the session that the
// request's context carries.
func (e *Engine) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, f := e.serve(w, r)
		if f != nil {
			fault.Write(w, f)
			return
		}
		w.Header().Set("Content-Type", "application/vnd.oracle.resource+json; type=collection; charset=UTF-8")
		_, _ = w.Write(page.json(r)) // the client is gone if this fails
	})
}

func (e *Engine) serve(w http.ResponseWriter, r *http.Request) (*Page, *fault.Fault) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return nil, fault.New(http.StatusMethodNotAllowed, fault.MethodNotAllowed, "Method %s is not allowed for this resource.", r.Method)
	}
	s := session.From(r.Context())
	if s == nil {
		return nil, fault.New(http.StatusUnauthorized, fault.InvalidLogin, "Invalid login attempt.")
	}
	if !transient(r.Header) {
		return nil, fault.New(http.StatusBadRequest, fault.InvalidHeader,
			"Missing or invalid value for the header Prefer. Provide the value transient.").InHeader("Prefer")
	}
	limit, f := number(r.URL.Query(), "limit", MaxLimit)
	if f != nil {
		return nil, f
	}
	offset, f := number(r.URL.Query(), "offset", 0)
	if f != nil {
		return nil, f
	}
	q, f := readRequest(http.MaxBytesReader(w, r.Body, maxBody))
	if f != nil {
		return nil, f
	}
	return e.Query(r.Context(), s, q.Query, q.Params, limit, offset)
}

// transient reports whether the request has Prefer: transient, which Oracle
// demands (section_157909186990).
func transient(h http.Header) bool {
	return slices.ContainsFunc(strings.Split(strings.Join(h.Values("Prefer"), ","), ","), func(p string) bool {
		return strings.EqualFold(strings.TrimSpace(p), "transient")
	})
}

func number(q url.Values, name string, otherwise int) (int, *fault.Fault) {
	if !q.Has(name) {
		return otherwise, nil
	}
	n, err := strconv.Atoi(q.Get(name))
	if err != nil {
		return 0, fault.New(http.StatusBadRequest, fault.InvalidParameter,
			"Invalid value for the query parameter %s. Provide a number.", name).InParam(name)
	}
	return n, nil
}

func readRequest(body io.Reader) (*request, *fault.Fault) {
	var req request
	if err := json.NewDecoder(body).Decode(&req); err != nil {
		return nil, fault.New(http.StatusBadRequest, fault.InvalidContent, "Invalid content in the request body.")
	}
	if strings.TrimSpace(req.Query) == "" {
		return nil, fault.New(http.StatusBadRequest, fault.InvalidParameter,
			"Invalid search query. Provide a valid search query.").InParam("q")
	}
	return &req, nil
}

type link struct {
	Rel  string `json:"rel"`
	Href string `json:"href"`
}

// json renders the page as a collection. Rows keep the order of the select
// list; NULLs are left out.
func (p *Page) json(r *http.Request) []byte {
	links, _ := json.Marshal(p.links(r)) // strings always encode
	out := append([]byte(`{"links":`), links...)
	out = fmt.Appendf(out, `,"count":%d,"hasMore":%t,"items":[`, len(p.Rows), p.HasMore)
	keys := make([][]byte, len(p.Columns))
	for i, c := range p.Columns {
		keys[i] = append(appendString([]byte{','}, c), ':')
	}
	for i, row := range p.Rows {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, `{"links":[]`...)
		for j, v := range row {
			if v.Valid {
				out = appendString(append(out, keys[j]...), v.String)
			}
		}
		out = append(out, '}')
	}
	return fmt.Appendf(out, `],"offset":%d,"totalResults":%d}`, p.Offset, p.Total)
}

// appendString appends s as a JSON string.
func appendString(out []byte, s string) []byte {
	if !strings.ContainsFunc(s, needsEscape) {
		out = append(append(out, '"'), s...)
		return append(out, '"')
	}
	var quoted strings.Builder
	enc := json.NewEncoder(&quoted)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string always encodes
	return append(out, strings.TrimSuffix(quoted.String(), "\n")...)
}

// needsEscape is wider than JSON demands: it sends all but plain ASCII to the encoder.
func needsEscape(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }

// links leads to the pages around this one, under the host that was asked.
func (p *Page) links(r *http.Request) []link {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	to := func(rel string, offset int) link {
		return link{rel, fmt.Sprintf("%s://%s%s?limit=%d&offset=%d", scheme, r.Host, r.URL.Path, p.Limit, offset)}
	}
	var out []link
	if p.Offset > 0 {
		out = append(out, to("prev", p.Offset-p.Limit), to("first", 0))
	}
	if p.HasMore {
		out = append(out, to("next", p.Offset+p.Limit), to("last", (p.Total-1)/p.Limit*p.Limit))
	}
	return append(out, to("self", p.Offset))
}
