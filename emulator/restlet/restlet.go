// Package restlet runs RESTlets: scripts that answer HTTP requests inside the
// account. Here they are Go functions, called as NetSuite calls the entry
// points of a script (Oracle help, section_4618456734, section_4634920277).
package restlet

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/sluicehq/sluice/emulator/session"
)

// Request is one call of a RESTlet.
type Request struct {
	Session *session.Session
	Method  string
	// Params are the query parameters without script and deploy.
	Params map[string]string
	// ContentType is the request's media type: application/json, text/plain or
	// application/xml.
	ContentType string
	// Body is the raw body of POST and PUT.
	Body []byte
}

// Decode reads a JSON body into v.
func (r *Request) Decode(v any) error {
	if err := json.Unmarshal(r.Body, v); err != nil {
		return &Error{Code: "UNEXPECTED_ERROR", Message: err.Error()}
	}
	return nil
}

// Func is an entry point. A string or []byte result is sent as it is, a *Response
// with its type, anything else as JSON, nil as an empty body. An *Error keeps its code; another error
// becomes UNEXPECTED_ERROR. Both answer 400, as every error that a script does
// not catch.
type Func func(ctx context.Context, r *Request) (any, error)

// Response is a result with a Content-Type of its own (N/scriptTypes/restlet).
type Response struct{ Content, ContentType string }

// Error is an error thrown by a script with a code (N/error).
type Error struct{ Code, Message string }

// Error returns code and message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Script is a RESTlet with one deployment.
type Script struct {
	ScriptID string `json:"scriptId"` // customscript_…
	DeployID string `json:"deployId"` // customdeploy_…
	Name     string `json:"name"`
	// Internal IDs; Register gives them when they are 0.
	Script     int `json:"script"`
	Deployment int `json:"deployment"`
	// Unreleased deployments (status Testing) answer nobody but their owner: here, nobody.
	Unreleased bool `json:"unreleased,omitempty"`
	// Audience lists the role IDs that may call it; empty means all roles.
	Audience []string `json:"audience,omitempty"`

	Get, Post, Put, Delete Func `json:"-"`
}

func (s *Script) entry(method string) Func {
	switch method {
	case "GET":
		return s.Get
	case "POST":
		return s.Post
	case "PUT":
		return s.Put
	case "DELETE":
		return s.Delete
	}
	return nil
}

// Scripts are the RESTlets of an account. It is safe for concurrent use.
type Scripts struct {
	mu   sync.RWMutex
	list []*Script
}

// Register adds a RESTlet, or replaces the one with the same script and
// deployment IDs.
func (x *Scripts) Register(s Script) error {
	if s.ScriptID == "" || s.DeployID == "" {
		return errors.New("a RESTlet needs a script ID and a deployment ID")
	}
	if s.Get == nil && s.Post == nil && s.Put == nil && s.Delete == nil {
		return fmt.Errorf("RESTlet %s has no entry point", s.ScriptID)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.list = slices.DeleteFunc(x.list, func(o *Script) bool {
		same := o.ScriptID == s.ScriptID && o.DeployID == s.DeployID
		if same {
			s.Script, s.Deployment = cmp.Or(s.Script, o.Script), cmp.Or(s.Deployment, o.Deployment)
		}
		return same
	})
	x.number(&s)
	x.list = append(x.list, &s)
	return nil
}

// number gives s internal IDs: scripts of one script ID share theirs,
// deployments are counted per script.
func (x *Scripts) number(s *Script) {
	high, deployments := 0, 0
	for _, o := range x.list {
		high = max(high, o.Script)
		if o.ScriptID == s.ScriptID {
			s.Script = cmp.Or(s.Script, o.Script)
			deployments = max(deployments, o.Deployment)
		}
	}
	s.Script = cmp.Or(s.Script, high+1)
	s.Deployment = cmp.Or(s.Deployment, deployments+1)
}

// List returns the RESTlets by internal ID, for the script and scriptdeployment tables.
func (x *Scripts) List() []Script {
	x.mu.RLock()
	defer x.mu.RUnlock()
	out := make([]Script, len(x.list))
	for i, s := range x.list {
		out[i] = *s
	}
	slices.SortFunc(out, func(a, b Script) int {
		return cmp.Or(cmp.Compare(a.Script, b.Script), cmp.Compare(a.Deployment, b.Deployment))
	})
	return out
}

// find looks a deployment up by script and deployment, each an internal ID or a
// script ID.
func (x *Scripts) find(script, deploy string) *Script {
	x.mu.RLock()
	defer x.mu.RUnlock()
	for _, s := range x.list {
		if (script == s.ScriptID || script == strconv.Itoa(s.Script)) && (deploy == s.DeployID || deploy == strconv.Itoa(s.Deployment)) {
			return s
		}
	}
	return nil
}
