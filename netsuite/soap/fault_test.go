package soap

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/soap/record"
)

// TestFaultClasses takes what NetSuite has been seen to answer, and what becomes
// of a write that ends so.
func TestFaultClasses(t *testing.T) {
	for _, tt := range []struct {
		element, code, message string
		class                  error
		applied                netsuite.Certainty
	}{
		{"exceededConcurrentRequestLimitFault", "WS_REQUEST_BLOCKED", "SuiteTalk concurrent request limit exceeded. Request blocked.", netsuite.ErrConcurrency, netsuite.NotApplied},
		{"exceededRequestLimitFault", "WS_CONCUR_SESSION_DISALLWD", "Only one request may be made against a session at a time", netsuite.ErrConcurrency, netsuite.NotApplied},
		{"unexpectedErrorFault", "SSS_REQUEST_LIMIT_EXCEEDED", "", netsuite.ErrConcurrency, netsuite.NotApplied},
		{"unexpectedErrorFault", "ACCT_TEMP_UNAVAILABLE", "", netsuite.ErrUnavailable, netsuite.NotApplied},
		{"unexpectedErrorFault", "UNEXPECTED_ERROR", "An unexpected error occurred. Error ID: abc", netsuite.ErrServer, netsuite.Unknown},
		{"invalidCredentialsFault", "UNEXPECTED_ERROR", "An unexpected error occurred.", netsuite.ErrServer, netsuite.Unknown},
		{"", "", "java.lang.NullPointerException", netsuite.ErrServer, netsuite.Unknown},
		{"", "", "something else entirely", netsuite.ErrServer, netsuite.Unknown},
		{"", "", "org.xml.sax.SAXException: {urn:core_2025_2.platform.webservices.netsuite.com}BaseRef is an abstract type and cannot be instantiated", netsuite.ErrInvalid, netsuite.NotApplied},
		{"", "", "typeId not found on {urn:core_2025_2.platform.webservices.netsuite.com}RecordRef", netsuite.ErrInvalid, netsuite.NotApplied},
		{"", "", "salesRep is not a legal value for {urn:types.core_2025_2.platform.webservices.netsuite.com}RecordType", netsuite.ErrInvalid, netsuite.NotApplied},
		{"", "", "Ambiguous authentication", netsuite.ErrLogin, netsuite.NotApplied},
		{"invalidCredentialsFault", "USER_ERROR", "Ambiguous authentication", netsuite.ErrLogin, netsuite.NotApplied},
		{"invalidCredentialsFault", "INVALID_LOGIN_CREDENTIALS", "Invalid login attempt.", netsuite.ErrLogin, netsuite.NotApplied},
		{"invalidAccountFault", "INVALID_ACCT", "", netsuite.ErrLogin, netsuite.NotApplied},
		{"invalidSessionFault", "SESSION_TIMED_OUT", "", netsuite.ErrUnavailable, netsuite.NotApplied},
		{"insufficientPermissionFault", "INSUFFICIENT_PERMISSION", "", netsuite.ErrPermission, netsuite.NotApplied},
		{"invalidVersionFault", "UNSUPPORTED_WS_VERSION", "", netsuite.ErrInvalid, netsuite.NotApplied},
		{"invalidVersionFault", "INVALID_VERSION", "", netsuite.ErrInvalid, netsuite.NotApplied},
		{"exceededRecordCountFault", "MAX_RCRDS_EXCEEDED", "", ErrTooLarge, netsuite.NotApplied},
		{"exceededRequestSizeFault", "USER_ERROR", "", netsuite.ErrInvalid, netsuite.NotApplied},
		{"exceededRequestSizeFault", "", "", ErrTooLarge, netsuite.NotApplied},
		{"unexpectedErrorFault", "INVALID_JOB_ID", "", ErrSearchLost, netsuite.NotApplied},
		{"asyncFault", "JOB_NOT_COMPLETE", "", ErrNotFinished, netsuite.NotApplied},
		{"unexpectedErrorFault", "USER_ERROR", "In this account, you must use account-specific domains with this SOAP web services endpoint", netsuite.ErrInvalid, netsuite.NotApplied},
		{"", "USER_ERROR", "Payment was not processed", netsuite.ErrInvalid, netsuite.NotApplied},
	} {
		r := &request{}
		f := r.classified(fault{code: tt.code, element: tt.element, message: tt.message})
		if !errors.Is(f, tt.class) || netsuite.Applied(f) != tt.applied {
			t.Errorf("%s %s %q is %v, %s", tt.element, tt.code, tt.message, f.Class(), netsuite.Applied(f))
		}
	}
}

// TestReads sends reads against answers of every kind of failure.
func TestReads(t *testing.T) {
	good := answers(`<readResponse><platformCore:status isSuccess="true"/><record internalId="5" xsi:type="listRel:Customer" xmlns:listRel="urn:relationships_2025_2.lists.webservices.netsuite.com"><listRel:companyName>A</listRel:companyName></record></readResponse>`)
	page := func(status int, body string) func(http.ResponseWriter, call) {
		return func(w http.ResponseWriter, _ call) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	cut := func(w http.ResponseWriter, c call) {
		w.Header().Set("Content-Length", "100000")
		_, _ = io.WriteString(w, envelope(c.operation, "")[:200])
		panic(http.ErrAbortHandler)
	}
	for _, tt := range []struct {
		name     string
		script   []func(http.ResponseWriter, call)
		class    error // nil for success
		requests int
	}{
		{"success", script(good), nil, 1},
		{"concurrency", script(refuses("exceededRequestLimitFault", "WS_CONCUR_SESSION_DISALLWD", "x"), refuses("exceededRequestLimitFault", "WS_CONCUR_SESSION_DISALLWD", "x"), good), nil, 3},
		{"429 without a body", script(page(429, ""), good), nil, 2},
		{"503 with a page", script(page(503, "<html><body>Busy<br></body></html>"), good), nil, 2},
		{"502 with nothing", script(page(502, ""), good), nil, 2},
		{"a page with 200", script(page(200, "<html><body>Hello<br></body></html>"), good), nil, 2},
		{"cut short", script(cut, good), nil, 2},
		{"connection broken", script(breaks, good), nil, 2},
		{"unexpected error", script(refuses("unexpectedErrorFault", "UNEXPECTED_ERROR", "x"), good), nil, 2},
		{"unexpected error of the record", script(answers(`<readResponse><platformCore:status isSuccess="false"><platformCore:statusDetail type="ERROR"><platformCore:code>UNEXPECTED_ERROR</platformCore:code><platformCore:message>x</platformCore:message></platformCore:statusDetail></platformCore:status></readResponse>`), good), nil, 2},
		{"session", script(refuses("invalidSessionFault", "SESSION_TIMED_OUT", "x"), good), nil, 2},
		{"session twice", script(refuses("invalidSessionFault", "SESSION_TIMED_OUT", "x")), netsuite.ErrLogin, 2},
		{"login", script(refuses("invalidCredentialsFault", "INVALID_LOGIN_CREDENTIALS", "Invalid login attempt."), good), netsuite.ErrLogin, 1},
		{"a fault with 200", script(func(w http.ResponseWriter, c call) {
			w.Header().Set("Content-Type", "text/xml")
			_, _ = io.WriteString(w, `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault><faultcode>e:Server</faultcode><faultstring>no</faultstring><detail><f:insufficientPermissionFault xmlns:f="urn:faults_2025_2.platform.webservices.netsuite.com"><f:code>INSUFFICIENT_PERMISSION</f:code><f:message>no</f:message></f:insufficientPermissionFault></detail></e:Fault></e:Body></e:Envelope>`)
		}), netsuite.ErrPermission, 1},
		{"missing", script(answers(`<readResponse><platformCore:status isSuccess="false"><platformCore:statusDetail type="ERROR"><platformCore:code>RCRD_DSNT_EXIST</platformCore:code><platformCore:message>That record does not exist.</platformCore:message></platformCore:statusDetail></platformCore:status></readResponse>`)), netsuite.ErrNotFound, 1},
		{"operation sent back unqualified", script(func(w http.ResponseWriter, c call) {
			_, _ = io.WriteString(w, strings.Replace(envelope("get", `<readResponse xmlns="urn:messages_2025_2.platform.webservices.netsuite.com"><platformCore:status isSuccess="true"/><record internalId="5" xsi:type="l:Customer" xmlns:l="urn:relationships_2025_2.lists.webservices.netsuite.com"><l:companyName>A</l:companyName></record></readResponse>`), `<getResponse xmlns="urn:messages_2025_2.platform.webservices.netsuite.com"`, `<getResponse xmlns=""`, 1))
		}), nil, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, s, _ := newClient(t, tt.script)
			e, err := c.Get(t.Context(), record.Ref{InternalID: "5", Type: "customer"})
			if len(s.seen()) != tt.requests || (tt.class == nil) != (err == nil) || tt.class != nil && !errors.Is(err, tt.class) {
				t.Fatalf("%v after %d requests", err, len(s.seen()))
			}
			if err == nil && (e.Type != "listRel:Customer" || e.InternalID() != "5" || e.Value("companyName") != "A") {
				t.Errorf("record %+v", e)
			}
		})
	}
}

// TestHostileAnswers are refused without being read.
func TestHostileAnswers(t *testing.T) {
	for name, body := range map[string]string{
		"a document type":   `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`,
		"too deep":          strings.Repeat("<Envelope>", 100) + strings.Repeat("</Envelope>", 100),
		"another encoding":  `<?xml version="1.0" encoding="ISO-8859-1"?><Envelope/>`,
		"not SOAP":          `<feed/>`,
		"an empty envelope": `<Envelope><Body/></Envelope>`,
		"no result":         `<Envelope><Body><getResponse/></Body></Envelope>`,
		"no status":         `<Envelope><Body><getResponse><readResponse><record/></readResponse></getResponse></Body></Envelope>`,
		"attributes":        `<Envelope><Body><getResponse><readResponse><status isSuccess="true"/><record ` + attributes(200) + `/></readResponse></getResponse></Body></Envelope>`,
		"nothing":           ``,
	} {
		c, _, _ := newClient(t, script(func(w http.ResponseWriter, _ call) { _, _ = io.WriteString(w, body) }))
		_, err := c.Get(t.Context(), record.Ref{InternalID: "5", Type: "customer"})
		if transport, ok := errors.AsType[*netsuite.TransportError](err); !ok || netsuite.Applied(err) != netsuite.Unknown || transport.Status != 200 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func attributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `a%d="x" `, i)
	}
	return b.String()
}
