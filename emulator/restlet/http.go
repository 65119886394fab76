package restlet

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/session"
)

// Path is where all RESTlets answer.
const Path = "/app/site/hosting/restlet.nl"

// maxBody is the largest body, in and out (Oracle help, section_4640094112).
const maxBody = 10 << 20

// ServeHTTP runs the RESTlet that the query names. The session comes from the
// request's context.
func (x *Scripts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	result, f := x.call(r)
	if f == nil {
		f = write(w, r, result)
	}
	if f != nil {
		fault.WriteRESTlet(w, r.Header.Get("Content-Type"), f)
	}
}

func (x *Scripts) call(r *http.Request) (any, *fault.Fault) {
	query := r.URL.Query()
	s := x.find(query.Get("script"), query.Get("deploy"))
	if s == nil || s.Unreleased {
		return nil, fault.New(http.StatusNotFound, fault.InvalidScriptlet, "That Suitelet is invalid, disabled, or no longer exists.")
	}
	who := session.From(r.Context())
	if who == nil || len(s.Audience) > 0 && !slices.Contains(s.Audience, who.RoleID) {
		return nil, fault.New(http.StatusForbidden, fault.InsufficientPermission, "You do not have privileges to view this page.")
	}
	entry := s.entry(r.Method)
	if entry == nil {
		return nil, fault.New(http.StatusMethodNotAllowed, fault.MethodNotAllowed, "The script does not support the method %s.", r.Method)
	}
	req, f := read(r, query)
	if f != nil {
		return nil, f
	}
	req.Session = who
	result, err := entry(r.Context(), req)
	if err != nil {
		return nil, thrown(err)
	}
	return result, nil
}

// thrown turns an error that the script did not catch into the answer.
func thrown(err error) *fault.Fault {
	if e, ok := errors.AsType[*Error](err); ok {
		return fault.New(http.StatusBadRequest, e.Code, "%s", e.Message)
	}
	return fault.New(http.StatusBadRequest, fault.UnexpectedError, "%s", err.Error())
}

// read checks content type and body as the method wants them.
func read(r *http.Request, query url.Values) (*Request, *fault.Fault) {
	req := &Request{Method: r.Method, Params: map[string]string{}}
	for name, values := range query {
		if name != "script" && name != "deploy" {
			req.Params[name] = values[0]
		}
	}
	req.ContentType, _, _ = mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch req.ContentType {
	case "application/json", "text/plain", "application/xml", "text/xml", "":
	default:
		return nil, fault.New(http.StatusUnsupportedMediaType, fault.InvalidRequest, "The content type %s is not supported.", req.ContentType)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	switch {
	case len(body) > 0 && req.ContentType == "" && r.Method != http.MethodGet && r.Method != http.MethodDelete:
		return nil, fault.New(http.StatusUnsupportedMediaType, fault.InvalidRequest, "A request with a body needs a Content-Type.")
	case err != nil:
		return nil, fault.New(http.StatusBadRequest, fault.UnexpectedError, "The request body could not be read.")
	case len(body) > maxBody:
		return nil, fault.New(http.StatusBadRequest, fault.InvalidRequest, "The request body exceeds 10 MB.")
	case len(body) > 0 && (r.Method == http.MethodGet || r.Method == http.MethodDelete):
		return nil, fault.New(http.StatusBadRequest, fault.InvalidRequest, "A %s request has no body.", r.Method)
	case len(body) > 0 && strings.HasSuffix(req.ContentType, "json") && !json.Valid(body):
		return nil, fault.New(http.StatusBadRequest, fault.InvalidRequest, "The request body is not valid JSON.")
	}
	req.Body = body
	return req, nil
}

// write sends a script's result in the form of the request's Content-Type, which
// is plain text where a request has none (Oracle help, section_4619215993). Text
// is all that a script may return then, as those who tried report.
func write(w http.ResponseWriter, r *http.Request, result any) *fault.Fault {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	media = cmp.Or(media, "text/plain")
	switch v := result.(type) {
	case nil, string, []byte:
	case *Response:
		media, result = v.ContentType, v.Content
	default:
		if media == "text/plain" {
			return fault.New(http.StatusBadRequest, "INVALID_RETURN_DATA_FORMAT", "Invalid data format. You should return text.")
		}
	}
	var body []byte
	switch v := result.(type) {
	case nil:
	case string:
		body = []byte(v)
	case []byte:
		body = v
	default:
		var err error
		if body, err = json.Marshal(v); err != nil {
			return fault.New(http.StatusBadRequest, fault.UnexpectedError, "%s", err.Error())
		}
	}
	if len(body) > maxBody {
		return fault.New(http.StatusBadRequest, "SSS_FILE_CONTENT_SIZE_EXCEEDED", "The response exceeds 10 MB.")
	}
	w.Header().Set("Content-Type", media+";charset=UTF-8")
	_, _ = w.Write(body) // the client is gone if this fails
	return nil
}
