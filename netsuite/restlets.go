package netsuite

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/sluicehq/sluice/netsuite/internal/restform"
)

// RESTlets calls scripts that the account has deployed.
type RESTlets struct{ client *Client }

// Script addresses a deployed RESTlet. Both are internal IDs or script IDs.
type Script struct {
	ID     string // 6 or customscript_x
	Deploy string // 1 or customdeploy_x
}

// Get calls the script's get function with the parameters in query.
func (s *RESTlets) Get(ctx context.Context, script Script, query url.Values) (json.RawMessage, error) {
	return s.call(ctx, script, http.MethodGet, query, nil)
}

// Delete calls the script's delete function with the parameters in query.
func (s *RESTlets) Delete(ctx context.Context, script Script, query url.Values) (json.RawMessage, error) {
	return s.call(ctx, script, http.MethodDelete, query, nil)
}

// Post calls the script's post function with body as JSON.
func (s *RESTlets) Post(ctx context.Context, script Script, body any) (json.RawMessage, error) {
	return s.call(ctx, script, http.MethodPost, nil, body)
}

// Put calls the script's put function with body as JSON.
func (s *RESTlets) Put(ctx context.Context, script Script, body any) (json.RawMessage, error) {
	return s.call(ctx, script, http.MethodPut, nil, body)
}

// call returns the script's answer, nil for an empty one. A text that is not
// JSON comes as a JSON string. A script that catches its own errors answers 200
// with them: their form is the script's, and judging them the caller's.
//
// Get counts as a read and is repeated; the others as writes.
func (s *RESTlets) call(ctx context.Context, script Script, method string, query url.Values, body any) (json.RawMessage, error) {
	if script.ID == "" || script.Deploy == "" {
		return nil, inputError("script", "script and deployment are needed")
	}
	if query.Has("script") || query.Has("deploy") {
		return nil, inputError("query", "script and deploy are NetSuite's own parameters")
	}
	encoded, err := jsonBody(body)
	if err != nil {
		return nil, err
	}
	all := url.Values{"script": {script.ID}, "deploy": {script.Deploy}}
	for name, values := range query {
		all[name] = values
	}
	effect := Write
	if method == http.MethodGet {
		effect = Read
	}
	var answer json.RawMessage
	err = s.client.Do(ctx, Call{
		Operation: "call restlet " + script.ID, Effect: effect, Method: method,
		URL: s.client.endpoints.RESTlets + "/app/site/hosting/restlet.nl?" + restform.EncodeQuery(all),
		// The content type decides the form of the answer.
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   encoded,
		Accept: func(r *Response) error {
			var err error
			answer, err = restletAnswer(r)
			return err
		},
		kind: callKind{script: true},
	})
	return answer, err
}

func restletAnswer(r *Response) (json.RawMessage, error) {
	body := bytes.TrimSpace(r.Body)
	switch {
	case len(body) == 0:
		return nil, nil
	case json.Valid(body):
		return body, nil
	case body[0] == '{' || body[0] == '[':
		return nil, errors.New("answer is cut short or no JSON")
	}
	return json.Marshal(string(r.Body))
}
