package wire

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
)

const passportOf = `<Header><m:tokenPassport><c:consumerKey>canary-other-key</c:consumerKey><c:token a="b">canary-other-token</c:token><c:nonce>N1</c:nonce>` +
	`<c:signature algorithm="HMAC-SHA256">canary+signature=`

// A passport shows neither who signed nor the signature, whether or not its login is
// stored, and also where the text is cut; a record's own fields show. Let Mask.Sent leave
// passport out, and it fails.
func TestPassportsAreMasked(t *testing.T) {
	m := NewMask(connection())
	whole := m.Sent(passportOf + `</c:signature></m:tokenPassport></Header><Body><token>of a record</token><x>canary key with spaces</x></Body>`)
	for _, text := range []string{whole, m.Sent(passportOf), m.Text(passportOf[:len(passportOf)-5])} {
		if strings.Contains(text, "canary") || strings.Count(text, masked) < 3 || !strings.Contains(text, "<c:nonce>N1</c:nonce>") {
			t.Errorf("shown: %s", text)
		}
	}
	if !strings.HasSuffix(whole, "</c:signature></m:tokenPassport></Header><Body><token>of a record</token><x>[masked]</x></Body>") {
		t.Errorf("shown: %s", whole)
	}
}

// list is a request for one record, spelled as NetSuite's WSDLs have it.
func list(t *testing.T, operation string) *http.Request {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://netsuite.invalid/services/NetSuitePort_2025_2", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header["SOAPAction"] = []string{operation}
	return r
}

func TestWhatReadsBySOAP(t *testing.T) {
	for operation, want := range map[string]bool{"getDeleted": true, "search": true, "searchMoreWithId": true, "upsertList": false, "deleteList": false, "attach": false, "": false} {
		if got := onlyReads(list(t, operation)); got != want {
			t.Errorf("%s only reads: %v", operation, got)
		}
	}
}

// An answer in the record service's words becomes one of SOAP.
func TestAnswersInRehearsalsOfSOAP(t *testing.T) {
	answer := func(status int, location, body string) *http.Response {
		return &http.Response{StatusCode: status, Header: http.Header{"Location": {location}}, Body: io.NopCloser(strings.NewReader(body))}
	}
	r := list(t, "upsertList")
	for _, tt := range []struct {
		given *http.Response
		want  string
	}{
		{content(r, &sluice.Intent{Seq: 3}), `<status isSuccess="true"/><baseRef internalId="rehearsed-3"/>`},
		{answer(204, "https://x.invalid/customer/7", ""), `<baseRef internalId="7"/>`},
		{answer(400, "", `{"title":"Bad Request","o:errorDetails":[{"detail":"no <such> field","o:errorCode":"INVALID_VALUE"}]}`), `<status isSuccess="false"><statusDetail type="ERROR"><code>INVALID_VALUE</code><message>no &lt;such&gt; field</message>`},
		{answer(400, "", `{"title":"Bad Request"}`), `<code>UNEXPECTED_ERROR</code><message>Bad Request</message>`},
		{answer(503, "", ""), `<message>Service Unavailable</message>`},
		{answer(500, "", "<Envelope/>"), "<Envelope/>"},
	} {
		got := spoken(r, tt.given)
		text, err := io.ReadAll(got.Body)
		if err != nil || !strings.Contains(string(text), tt.want) || strings.Contains(tt.want, "status") && (got.StatusCode != 200 || !strings.Contains(string(text), "<upsertListResponse")) {
			t.Errorf("%d %s, %v; want %s", got.StatusCode, text, err, tt.want)
		}
	}
}
