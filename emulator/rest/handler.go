// Package rest answers the record service and the system services of the
// emulated account: /services/rest/record/v1 and /services/rest/system/v1.
//
// Behaviour follows Oracle's help pages and answers recorded from live
// accounts; where both are silent, the choice is noted at the code.
package rest

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/session"
)

const (
	recordPath = "/services/rest/record/v1"
	systemPath = "/services/rest/system/v1"

	singular   = "application/vnd.oracle.resource+json; type=singular; charset=UTF-8"
	collection = "application/vnd.oracle.resource+json; type=collection; charset=UTF-8"
)

// Limits are an account's concurrency limits as governanceLimits tells them.
type Limits struct {
	Account     int `json:"accountConcurrencyLimit"`
	Unallocated int `json:"accountUnallocatedConcurrencyLimit"`
	// Integration is the share reserved for the asking integration; 0 = none.
	Integration int    `json:"integrationConcurrencyLimit,omitempty"`
	Kind        string `json:"integrationLimitType"` // integrationSpecific, accountLimit or internal
}

// Options configure a Handler.
type Options struct {
	// Limits tells the limits for the session's integration; nil = 5, unallotted.
	Limits func(*session.Session) Limits
	// Log gets failures that are no answer of NetSuite's; nil discards them.
	Log *slog.Logger
}

// Handler serves the record and the system service. Requests must carry a
// session (session.With); login is another package's work.
type Handler struct {
	store *record.Store
	opt   Options
}

// New returns a handler on the store.
func New(store *record.Store, o Options) *Handler {
	if o.Limits == nil {
		o.Limits = func(*session.Session) Limits { return Limits{Account: 5, Unallocated: 5, Kind: "accountLimit"} }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Handler{store: store, opt: o}
}

// call is one request.
type call struct {
	*Handler
	w    http.ResponseWriter
	r    *http.Request
	ses  *session.Session
	path []string // segments after the service's path
}

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{Handler: h, w: w, r: r, ses: session.From(r.Context())}
	if c.ses == nil {
		fault.Write(w, fault.New(http.StatusUnauthorized, fault.InvalidLogin, "Invalid login attempt. For more details, "+
			"see the Login Audit Trail in the NetSuite UI at Setup > Users/Roles > User Management > View Login Audit Trail."))
		return
	}
	if err := c.route(); err != nil {
		c.fail(err)
	}
}

// fail answers with a refusal; any other error is the emulator's own and a 500.
func (c *call) fail(err error) {
	var f *fault.Fault
	if !errors.As(err, &f) {
		c.opt.Log.Error("record service failed", "method", c.r.Method, "path", c.r.URL.Path, "error", err)
		f = fault.New(http.StatusInternalServerError, fault.UnexpectedError, "An unexpected error occurred. Error ID: %s", errorID(err))
	}
	fault.Write(c.w, f)
}

// errorID is a code of letters like those NetSuite prints, the same for the
// same error.
func errorID(err error) string {
	sum := uint64(14695981039346656037) // FNV-1a
	for _, b := range []byte(err.Error()) {
		sum = (sum ^ uint64(b)) * 1099511628211
	}
	id := make([]byte, 20)
	for i := range id {
		id[i] = 'a' + byte(sum%26)
		sum = sum/26 ^ sum<<40
	}
	return string(id)
}

func (c *call) route() error {
	if rest, ok := under(c.r.URL.EscapedPath(), systemPath); ok {
		return c.system(rest)
	}
	rest, ok := under(c.r.URL.EscapedPath(), recordPath)
	if !ok || rest == "" {
		return notUnderstood()
	}
	var err error
	if c.path, err = segments(rest); err != nil {
		return err
	}
	if strings.EqualFold(c.path[0], "metadata-catalog") {
		return c.metadata()
	}
	switch len(c.path) {
	case 1:
		return c.collection()
	case 2:
		return c.instance()
	}
	if strings.HasPrefix(c.path[2], "!") {
		return c.action()
	}
	return c.subResource()
}

// collection serves /{type}.
func (c *call) collection() error {
	if isBatch(c.r) { // it came without Prefer: respond-async
		return fault.New(http.StatusBadRequest, fault.InvalidHeader,
			"Missing or invalid value for the header Prefer. Batch operations need the value respond-async.").InHeader("Prefer")
	}
	switch c.r.Method {
	case http.MethodGet, http.MethodHead:
		return c.list()
	case http.MethodPost:
		switch c.wants() {
		case createForm:
			return c.createForm()
		case selectOptions:
			return c.selectOptions("")
		}
		return c.create()
	}
	return c.methodNotAllowed("GET, HEAD, POST")
}

// instance serves /{type}/{id}.
func (c *call) instance() error {
	switch c.r.Method {
	case http.MethodGet, http.MethodHead:
		return c.get()
	case http.MethodPatch:
		switch c.wants() {
		case editForm:
			return c.editForm()
		case selectOptions:
			return c.selectOptions(c.path[1])
		}
		return c.update()
	case http.MethodPut:
		return c.upsert()
	case http.MethodDelete:
		return c.delete()
	}
	return c.methodNotAllowed("DELETE, GET, HEAD, PATCH, PUT")
}

func (c *call) methodNotAllowed(allow string) error {
	c.w.Header().Set("Allow", allow)
	return fault.New(http.StatusMethodNotAllowed, fault.MethodNotAllowed, "The HTTP method %s is not supported for this resource.", c.r.Method)
}

func notUnderstood() error {
	return fault.New(http.StatusBadRequest, fault.InvalidRequest, "The request could not be understood by the server due to malformed syntax.")
}

// base is the address that links begin with: the one the request came to.
func (c *call) base() string {
	scheme := "http"
	if c.r.TLS != nil {
		scheme = "https"
	}
	if c.r.URL.Scheme != "" { // set by a front that knows better
		scheme = c.r.URL.Scheme
	}
	return scheme + "://" + c.r.Host
}

func (c *call) href(segments ...string) string {
	return c.base() + recordPath + "/" + strings.Join(segments, "/")
}

// write answers 200 with a JSON body.
func (c *call) write(contentType string, body any) error {
	c.w.Header().Set("Content-Type", contentType)
	enc := json.NewEncoder(c.w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(body) // the client is gone if this fails
	return nil
}

type link struct {
	Rel       string `json:"rel"`
	Href      string `json:"href"`
	MediaType string `json:"mediaType,omitempty"`
	Method    string `json:"method,omitempty"`
}

func self(href string) []link { return []link{{Rel: "self", Href: href}} }

func (c *call) system(rest string) error {
	if c.r.Method != http.MethodGet {
		return c.methodNotAllowed("GET")
	}
	switch rest {
	case "serverTime":
		return c.write(singular, map[string]string{"serverTime": c.ses.Now().UTC().Format("2006-01-02T15:04:05.000Z")})
	case "governanceLimits":
		if !c.ses.Administrator {
			return fault.New(http.StatusForbidden, fault.InsufficientPermission,
				"Permission Violation: Only administrators can view governance limits.")
		}
		return c.write(singular, c.opt.Limits(c.ses))
	}
	return notUnderstood()
}
