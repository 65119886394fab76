package emulator

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/emulator/company"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

// soapClient sends operations as text. It checks each answer against the types
// of the published WSDL.
type soapClient struct {
	t       *testing.T
	e       *Emulator
	version string
	header  string // beside the tokenPassport
	login   func(p *passport)
}

type passport struct{ account, consumer, token, nonce, timestamp, signature, algorithm string }

// twenty is a sample company of 20 orders: enough for pages, and soon there.
func twenty(o *Options) { o.Company = company.Size{Customers: 12, Items: 8, Orders: 20, Invoices: 5} }

func soapTo(t *testing.T, e *Emulator) *soapClient {
	t.Helper()
	return &soapClient{t: t, e: e, version: "2025_2"}
}

func (c *soapClient) passport() string {
	k := c.e.Credentials()
	p := passport{
		account: k.Account, consumer: k.ConsumerKey, token: k.TokenID, algorithm: "HMAC-SHA256",
		nonce: strings.ReplaceAll(rand.Text(), "=", ""), timestamp: strconv.FormatInt(c.e.Clock().Now().Unix(), 10),
	}
	mac := hmac.New(sha256.New, []byte(k.ConsumerSecret+"&"+k.TokenSecret))
	mac.Write([]byte(strings.Join([]string{p.account, p.consumer, p.token, p.nonce, p.timestamp}, "&")))
	p.signature = base64.StdEncoding.EncodeToString(mac.Sum(nil))
	if c.login != nil {
		c.login(&p)
	}
	return fmt.Sprintf(`<m:tokenPassport><c:account>%s</c:account><c:consumerKey>%s</c:consumerKey><c:token>%s</c:token><c:nonce>%s</c:nonce>`+
		`<c:timestamp>%s</c:timestamp><c:signature algorithm="%s">%s</c:signature></m:tokenPassport>`,
		p.account, p.consumer, p.token, p.nonce, p.timestamp, p.algorithm, p.signature)
}

// message is the envelope around the content of an operation. Prefixes: m for
// messages, c for core, o for common, rel, sales, acct, cust, fin, gen and setup.
func (c *soapClient) message(header, body string) string {
	ns := func(name string) string {
		return strings.ReplaceAll("urn:"+name+".webservices.netsuite.com", "V", c.version)
	}
	return `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"` +
		` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:m="` + ns("messages_V.platform") + `" xmlns:c="` + ns("core_V.platform") +
		`" xmlns:o="` + ns("common_V.platform") + `" xmlns:rel="` + ns("relationships_V.lists") + `" xmlns:sales="` + ns("sales_V.transactions") +
		`" xmlns:acct="` + ns("accounting_V.lists") + `" xmlns:cust="` + ns("customers_V.transactions") + `" xmlns:gen="` + ns("general_V.transactions") +
		`" xmlns:setup="` + ns("customization_V.setup") + `"><s:Header>` + header + `</s:Header><s:Body>` + body + `</s:Body></s:Envelope>`
}

// post sends a message and returns status and answer.
func (c *soapClient) post(operation, message string) (int, []byte) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.e.URL()+"/services/NetSuitePort_"+c.version, strings.NewReader(message))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "text/xml; charset=utf-8")
	r.Header.Set("SOAPAction", `"`+operation+`"`)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatalf("%s: %v", operation, err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return res.StatusCode, answer
}

// do sends an operation that succeeds and returns what is in its response element.
func (c *soapClient) do(operation, content string) *envelope.Node {
	c.t.Helper()
	status, answer := c.post(operation, c.message(c.passport()+c.header, "<m:"+operation+">"+content+"</m:"+operation+">"))
	if status != http.StatusOK {
		c.t.Fatalf("%s: %d %s", operation, status, answer)
	}
	return c.check(operation, answer).Children[0]
}

// check reads an answer and holds it against the types of the version.
func (c *soapClient) check(operation string, answer []byte) *envelope.Node {
	c.t.Helper()
	message, err := envelope.Parse(bytes.NewReader(answer))
	if err != nil {
		c.t.Fatalf("%s: %v in %s", operation, err, answer)
	}
	shapes, err := wsdl.Load()
	if err != nil {
		c.t.Fatal(err)
	}
	if id := message.Header.Child("documentInfo").Child("nsId").Value(); !strings.HasPrefix(id, "WEBSERVICES_") {
		c.t.Errorf("%s: nsId %q", operation, id)
	}
	b := envelope.Binder{Schema: shapes, Version: c.version}
	if err := b.Bind(message.Body, shapes.Message(operation+"Response")); err != nil {
		c.t.Errorf("%s: the answer breaks the schema: %v in %s", operation, err, answer)
	}
	return message.Body
}

// fault sends an operation that is refused and returns code and text.
func (c *soapClient) fault(operation, content string) (element, code, text string) {
	c.t.Helper()
	status, answer := c.post(operation, c.message(c.passport()+c.header, "<m:"+operation+">"+content+"</m:"+operation+">"))
	return faultIn(c.t, status, answer)
}

func faultIn(t *testing.T, status int, answer []byte) (element, code, text string) {
	t.Helper()
	message, err := envelope.Parse(bytes.NewReader(answer))
	if err != nil || status != http.StatusInternalServerError || message.Body.Name.Local != "Fault" {
		t.Fatalf("no fault: %d %s (%v)", status, answer, err)
	}
	detail := message.Body.Child("detail")
	if first := detail.Children[0]; first.Name.Local != "hostname" {
		element, code = first.Name.Local, first.Child("code").Value()
	}
	return element, code, message.Body.Child("faultstring").Value()
}

// outcome writes a status in short: ok, or the codes.
func outcome(n *envelope.Node) string {
	s := n.Child("status")
	var codes []string
	for _, d := range s.All("statusDetail") {
		codes = append(codes, d.Child("code").Value())
	}
	if s.Attr("isSuccess") == "true" {
		codes = append([]string{"ok"}, codes...)
	}
	return strings.Join(codes, " ")
}

// ref returns the internal ID in a writeResponse.
func ref(t *testing.T, n *envelope.Node) string {
	t.Helper()
	if outcome(n) != "ok" {
		t.Fatalf("not written: %s %s", outcome(n), n.Child("status").Child("statusDetail").Child("message").Value())
	}
	return n.Child("baseRef").Attr("internalId")
}

func TestSOAPServerTime(t *testing.T) {
	c := soapTo(t, Start(t, twenty))
	for _, version := range wsdl.Versions() {
		c.version = version
		got := c.do("getServerTime", "")
		if outcome(got) != "ok" || !strings.HasSuffix(got.Child("serverTime").Value(), "Z") {
			t.Errorf("%s: %+v", version, got)
		}
	}
	for version, want := range map[string]string{"2022_2": "UNSUPPORTED_WS_VERSION", "2031_1": "INVALID_WS_VERSION", "x": "INVALID_WS_VERSION"} {
		c.version = version
		if element, code, _ := c.fault("getServerTime", ""); element != "invalidVersionFault" || code != want {
			t.Errorf("%s: %s %s", version, element, code)
		}
	}
}

func TestSOAPWriteAndRead(t *testing.T) {
	c := soapTo(t, Start(t, twenty))
	id := ref(t, c.do("add", `<m:record xsi:type="rel:Customer" externalId="Soap-1"><rel:companyName>Harbour &amp; Sons</rel:companyName>
		<rel:isPerson>false</rel:isPerson><rel:subsidiary internalId="1"/><rel:creditLimit>12500000.5</rel:creditLimit>
		<rel:startDate>2017-02-21T00:00:00.000-08:00</rel:startDate>
		<rel:addressbookList><rel:addressbook><rel:defaultShipping>true</rel:defaultShipping><rel:label>Pier</rel:label>
		<rel:addressbookAddress><o:country>_germany</o:country><o:addr1>Hafen 1</o:addr1><o:city>Hamburg</o:city></rel:addressbookAddress>
		</rel:addressbook></rel:addressbookList>
		<rel:customFieldList><c:customField xsi:type="c:LongCustomFieldRef" scriptId="custentity_sluice_score"><c:value>7</c:value></c:customField>
		</rel:customFieldList></m:record>`))
	got := c.do("get", `<m:baseRef xsi:type="c:RecordRef" type="customer" externalId="sOAP-1"/>`)
	r := got.Child("record")
	if outcome(got) != "ok" || r.Attr("internalId") != id || r.Attr("externalId") != "Soap-1" {
		t.Fatalf("get: %s %+v", outcome(got), r)
	}
	address := r.Child("addressbookList").Child("addressbook").Child("addressbookAddress")
	for name, pair := range map[string][2]string{
		"companyName": {r.Child("companyName").Value(), "Harbour & Sons"},
		"creditLimit": {r.Child("creditLimit").Value(), "1.25000005E7"},
		"startDate":   {r.Child("startDate").Value(), "2017-02-21T00:00:00.000-08:00"},
		"country":     {address.Child("country").Value(), "_germany"},
		"city":        {address.Child("city").Value(), "Hamburg"},
		"custom":      {r.Child("customFieldList").Child("customField").Child("value").Value(), "7"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q, want %q", name, pair[0], pair[1])
		}
	}
	list := c.do("upsertList", `<m:record xsi:type="rel:Customer" externalId="SOAP-1"><rel:companyName>Harbour GmbH</rel:companyName></m:record>
		<m:record xsi:type="rel:Customer"><rel:companyName>Nobody</rel:companyName></m:record>
		<m:record xsi:type="rel:Customer" externalId="soap-2"><rel:companyName>Second</rel:companyName><rel:salesRep internalId="999999"/></m:record>`)
	var outcomes []string
	for _, w := range list.All("writeResponse") {
		outcomes = append(outcomes, outcome(w))
	}
	if got := strings.Join(outcomes, ","); got != "ok,USER_ERROR,INVALID_KEY_OR_REF" {
		t.Errorf("upsertList: %s", got)
	}
	if again := list.All("writeResponse")[0].Child("baseRef").Attr("internalId"); again != id {
		t.Errorf("the upsert found %s, not %s", again, id)
	}
	if got := outcome(c.do("delete", `<m:baseRef xsi:type="c:RecordRef" type="customer" internalId="`+id+`"/>`)); got != "ok" {
		t.Errorf("delete: %s", got)
	}
	if got := outcome(c.do("delete", `<m:baseRef xsi:type="c:RecordRef" type="customer" internalId="`+id+`"/>`)); got != "INVALID_KEY_OR_REF" {
		t.Errorf("delete again: %s", got)
	}
	if got := outcome(c.do("get", `<m:baseRef xsi:type="c:RecordRef" type="customer" internalId="`+id+`"/>`)); got != "RCRD_DSNT_EXIST" {
		t.Errorf("get: %s", got)
	}
}
