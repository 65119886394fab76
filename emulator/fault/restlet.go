package fault

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"mime"
	"net/http"
	"strings"
)

// Codes that RESTlets and the token services answer with (Oracle help, section_4634920277).
const (
	InvalidLoginAttempt     = "INVALID_LOGIN_ATTEMPT"
	InvalidLoginCredentials = "INVALID_LOGIN_CREDENTIALS"
	InvalidScriptlet        = "SSS_INVALID_SCRIPTLET_ID"
	RequestLimit            = "SSS_REQUEST_LIMIT_EXCEEDED"
)

type codeMessage struct {
	XMLName xml.Name `json:"-" xml:"error"`
	Code    string   `json:"code" xml:"code"`
	Message string   `json:"message" xml:"message"`
}

// WriteRESTlet answers a RESTlet or token service request with f, in the form
// of the request's Content-Type: JSON unless that is XML or plain text.
func WriteRESTlet(w http.ResponseWriter, contentType string, f *Fault) {
	e := codeMessage{Code: f.Code(), Message: f.Details[0].Detail}
	media, _, _ := mime.ParseMediaType(contentType)
	var body []byte
	switch {
	case strings.HasSuffix(media, "xml"):
		body, _ = xml.Marshal(e) // two strings always marshal
		contentType = media + ";charset=UTF-8"
	case media == "text/plain":
		body = fmt.Appendf(nil, "error code: %s\nerror message: %s", e.Code, e.Message)
		contentType = "text/plain;charset=UTF-8"
	default:
		body, _ = json.Marshal(map[string]codeMessage{"error": e})
		contentType = "application/json;charset=UTF-8"
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(f.Status)
	_, _ = w.Write(body) // the client is gone if this fails
}
