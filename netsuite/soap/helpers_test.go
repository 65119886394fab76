package soap

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
	"github.com/sluicehq/sluice/netsuite/soap/record"
	"github.com/sluicehq/sluice/netsuite/soap/xmlstream"
)

// call is one request as the server of a test saw it.
type call struct {
	operation string         // the element in the Body
	body      record.Element // it
	header    record.Element
	raw       string
	http      http.Header
	path      string
}

// server answers with one script after the other; the last one stays.
type server struct {
	t      testing.TB
	mu     sync.Mutex
	script []func(w http.ResponseWriter, c call)
	calls  []call
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	c := s.parse(data)
	c.http, c.path = r.Header, r.URL.Path
	s.mu.Lock()
	s.calls = append(s.calls, c)
	next := s.script[0]
	if len(s.script) > 1 {
		s.script = s.script[1:]
	}
	s.mu.Unlock()
	next(w, c)
}

func (s *server) parse(data []byte) call {
	r := xmlstream.New(bytesReader(data), xmlstream.Limits{})
	if _, err := r.Next(); err != nil {
		s.t.Errorf("request: %v: %s", err, data)
		return call{}
	}
	envelope, err := record.Read(r)
	if err != nil {
		s.t.Errorf("request: %v: %s", err, data)
		return call{}
	}
	c := call{raw: string(data), header: *envelope.Find("Header"), body: envelope.Find("Body").Children[0]}
	c.operation = c.body.Name
	return c
}

// seen are the requests that have come.
func (s *server) seen() []call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

func (s *server) operations() []string {
	var names []string
	for _, c := range s.seen() {
		names = append(names, fmt.Sprintf("%s %d", c.operation, len(c.body.Children)))
	}
	return names
}

// envelope is an answer in the form that NetSuite's have.
func envelope(operation, inner string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Header><platformMsgs:documentInfo xmlns:platformMsgs="urn:messages_2025_2.platform.webservices.netsuite.com"><platformMsgs:nsId>WEBSERVICES_1234567_SB1_1</platformMsgs:nsId></platformMsgs:documentInfo></soapenv:Header><soapenv:Body><` +
		operation + `Response xmlns="urn:messages_2025_2.platform.webservices.netsuite.com" xmlns:platformCore="urn:core_2025_2.platform.webservices.netsuite.com">` + inner + `</` + operation + `Response></soapenv:Body></soapenv:Envelope>`
}

// answers answers a request with an inner part of its response.
func answers(inner string) func(http.ResponseWriter, call) {
	return func(w http.ResponseWriter, c call) {
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		_, _ = io.WriteString(w, envelope(c.operation, inner))
	}
}

// refuses answers with a SOAP fault.
func refuses(element, code, message string) func(http.ResponseWriter, call) {
	detail := `<ns1:hostname xmlns:ns1="http://xml.apache.org/axis/">partners-java10017</ns1:hostname>`
	if element != "" {
		detail = `<platformFaults:` + element + ` xmlns:platformFaults="urn:faults_2025_2.platform.webservices.netsuite.com"><platformFaults:code>` + code +
			`</platformFaults:code><platformFaults:message>` + message + `</platformFaults:message></platformFaults:` + element + `>` + detail
	}
	return func(w http.ResponseWriter, _ call) {
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><soapenv:Fault><faultcode>soapenv:Server.userException</faultcode><faultstring>%s</faultstring><detail>%s</detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>`, message, detail)
	}
}

// written is a writeResponse: of success, or with a code of failure.
func written(id, code, message string) string {
	if code == "" {
		return `<writeResponse><platformCore:status isSuccess="true"/><baseRef internalId="` + id + `" type="customer" xsi:type="platformCore:RecordRef"/></writeResponse>`
	}
	return `<writeResponse><platformCore:status isSuccess="false"><platformCore:statusDetail type="ERROR"><platformCore:code>` + code +
		`</platformCore:code><platformCore:message>` + message + `</platformCore:message></platformCore:statusDetail></platformCore:status></writeResponse>`
}

// account is made up, as are all credentials of these tests.
func testTBA() *auth.TBA {
	return &auth.TBA{Realm: "1234567_SB1", ConsumerKey: "made-up-consumer", ConsumerSecret: auth.NewSecret("made-up-consumer-secret"),
		TokenID: "made-up-token", TokenSecret: auth.NewSecret("made-up-token-secret")}
}

// newClient returns a client of a server with a script, whose waits take no time.
// Each wait is told to waits.
func newClient(t testing.TB, script []func(http.ResponseWriter, call), options ...Option) (*Client, *server, *[]time.Duration) {
	t.Helper()
	s := &server{t: t, script: script}
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	waits := &[]time.Duration{}
	pause := func(ctx context.Context, d time.Duration) error {
		*waits = append(*waits, d)
		return ctx.Err()
	}
	account, err := netsuite.ParseAccountID("1234567_SB1")
	if err != nil {
		t.Fatal(err)
	}
	base, err := netsuite.New(account, testTBA(), netsuite.WithBaseURL(web.URL), netsuite.WithSleep(pause), netsuite.WithRandom(func() float64 { return 1 }))
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(base, testTBA(), append([]Option{WithSleep(pause), WithRandom(func() float64 { return 1 })}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c, s, waits
}

func script(steps ...func(http.ResponseWriter, call)) []func(http.ResponseWriter, call) { return steps }
