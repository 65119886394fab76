package emulator

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Who reaches the account under NetSuite's hosts is told those hosts.
func TestDomainsUnderNetSuitesHosts(t *testing.T) {
	e := open(t, Options{Empty: true})
	for address, want := range map[string]string{
		"https://rest.netsuite.com/rest/datacenterurls?account=1234567_SB1": `{"restDomain":"https://1234567-sb1.restlets.api.netsuite.com",` +
			`"systemDomain":"https://1234567-sb1.app.netsuite.com","webservicesDomain":"https://1234567-sb1.suitetalk.api.netsuite.com"}`,
		"https://webservices.netsuite.com/wsdl/v2025_2_0/netsuite.wsdl": `location="https://1234567-sb1.suitetalk.api.netsuite.com/services/NetSuitePort_2025_2"`,
		"http://localhost:8322/rest/datacenterurls":                     `"restDomain":"http://localhost:8322"`,
	} {
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil))
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %.300s\nwant %s", address, w.Code, w.Body, want)
		}
	}
}
