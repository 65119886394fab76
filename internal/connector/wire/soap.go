package wire

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"path"
	"strings"
)

// bySOAP reports a request to NetSuite's SOAP services.
func bySOAP(r *http.Request) bool { return strings.Contains(r.URL.Path, "/services/NetSuitePort_") }

// soapAction is the operation. The client spells the header as NetSuite's WSDLs have it,
// which Get does not find.
func soapAction(r *http.Request) string {
	for name, values := range r.Header {
		if strings.EqualFold(name, "SOAPAction") {
			return strings.Join(values, "")
		}
	}
	return ""
}

// onlyReadsSOAP reports operations that change nothing.
func onlyReadsSOAP(r *http.Request) bool {
	action := soapAction(r)
	return strings.HasPrefix(action, "get") || strings.HasPrefix(action, "search")
}

// spoken puts what a rehearsal answers for one record of NetSuite's, in the words of its
// record service, into those of SOAP. An answer in XML is left as it is.
func spoken(r *http.Request, a *http.Response) *http.Response {
	body, err := io.ReadAll(a.Body)
	if err != nil || strings.HasPrefix(strings.TrimSpace(string(body)), "<") {
		a.Body = io.NopCloser(strings.NewReader(string(body)))
		return a
	}
	one := `<status isSuccess="true"/><baseRef internalId="` + escaped(path.Base(a.Header.Get("Location"))) + `"/>`
	if a.StatusCode >= http.StatusMultipleChoices {
		code, message := refusal(body)
		one = `<status isSuccess="false"><statusDetail type="ERROR"><code>` + escaped(cmp.Or(code, "UNEXPECTED_ERROR")) +
			`</code><message>` + escaped(cmp.Or(message, http.StatusText(a.StatusCode))) + `</message></statusDetail></status>`
	}
	text := `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><` + soapAction(r) + `Response xmlns=""><writeResponseList><writeResponse>` + one +
		`</writeResponse></writeResponseList></` + soapAction(r) + `Response></Body></Envelope>`
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/xml; charset=utf-8"}}, Body: io.NopCloser(strings.NewReader(text))}
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}

// refusal reads the record service's answer to a record that it does not take.
func refusal(body []byte) (code, message string) {
	var told struct {
		Title   string
		Details []struct {
			Code   string `json:"o:errorCode"`
			Detail string
		} `json:"o:errorDetails"`
	}
	if json.Unmarshal(body, &told) != nil {
		return "", string(body)
	}
	if len(told.Details) == 0 {
		return "", told.Title
	}
	return told.Details[0].Code, told.Details[0].Detail
}
