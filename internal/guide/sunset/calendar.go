package sunset

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/guide/release"
)

// Kind says how something ends.
type Kind string

// The kinds of end.
const (
	Stops       Kind = "stops"       // what uses it works no more
	Unsupported Kind = "unsupported" // it answers still, and nobody at Oracle mends it
	Closed      Kind = "closed"      // what there is goes on; nothing new can be set up
)

// Codes of what ends.
const (
	CodePassword = "login.password"
	CodeNewToken = "login.token.new"
	CodeToken    = "login.token"
	CodeSOAP     = "soap"
	codeWSDL     = "soap.wsdl-" // and the version
)

// Ending is something of NetSuite that ends with a release.
type Ending struct {
	Code    string `json:"code"`
	Kind    Kind   `json:"kind" enum:"stops,unsupported,closed"`
	Release string `json:"release" doc:"The NetSuite release that ends it"`
	When    string `json:"when" doc:"The months over which accounts get that release"`
	Past    bool   `json:"past" doc:"Accounts have that release by now"`
	// Tentative ends are announced so by Oracle, or said differently by its own pages.
	Tentative bool     `json:"tentative,omitempty" doc:"Oracle may move it, or its pages do not agree"`
	What      string   `json:"what"`
	Detail    string   `json:"detail,omitempty"`
	Sources   []string `json:"sources" nullable:"false" doc:"Pages of Oracle's NetSuite help"`
}

// help is where Oracle's pages are.
const help = "https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/"

func pages(ids ...string) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = help + id + ".html"
	}
	return list
}

// fixed are the ends that are no version's.
func fixed() []Ending {
	return []Ending{
		{Code: CodePassword, Kind: Stops, Release: "2020.2", What: "Logins by e-mail address and password", Sources: pages("section_N3447680")},
		{Code: CodeNewToken, Kind: Closed, Release: "2027.1", What: "New integrations by Token Based Auth",
			Detail:  "Integration records that there are go on and can be edited. A new one, for SOAP, REST or RESTlets, cannot use tokens any more; without them there is no new SOAP integration either.",
			Sources: pages("section_0525020842", "article_2104046421", "section_158081944642")},
		{Code: CodeToken, Kind: Stops, Release: "2028.1", Tentative: true, What: "Token Based Auth",
			Detail:  "Oracle calls the date tentative. SuiteAnalytics Connect is excepted, and SOAP, which has no other login, may keep it until SOAP itself ends.",
			Sources: pages("section_0525020842")},
		{Code: CodeSOAP, Kind: Stops, Release: sluice.SOAPEnd, What: "SOAP web services, all versions", Sources: pages("article_2104046421", "section_N3418174")},
	}
}

// version returns the end of a WSDL version's support.
func version(v sluice.WSDLVersion) Ending {
	e := Ending{Code: codeWSDL + v.Version, Kind: Unsupported, Release: release.Next(v.SupportedThrough), What: "Support of WSDL version " + v.Version,
		Detail: fmt.Sprintf("Supported through NetSuite %s; it answers, without support, until SOAP ends with %s.", v.SupportedThrough, v.GoneWith), Sources: pages("article_2104046421")}
	if e.Release == "2027.2" { // article_2104046421's table, against section_N3418174
		e.Tentative = true
		e.Detail += " Other pages of Oracle's say that from 2027.1 only " + sluice.LatestWSDL + " is supported."
		e.Sources = append(e.Sources, pages("section_N3418174")...)
	}
	return e
}

// Calendar returns all that ends, in order of the releases, as it is when accounts have
// the release now.
func Calendar(now string) []Ending {
	list := fixed()
	for _, v := range sluice.WSDLVersions() {
		if v.Version != sluice.LatestWSDL { // whose support ends with SOAP itself
			list = append(list, version(v))
		}
	}
	for i := range list {
		list[i].When = release.Span(list[i].Release)
		list[i].Past = list[i].Release <= now
	}
	slices.SortStableFunc(list, func(a, b Ending) int { return strings.Compare(a.Release, b.Release) })
	return list
}
