package soap

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

// Fault is a request that is refused as a whole: HTTP 500 and a SOAP fault.
type Fault struct {
	// Element is the detail's element: invalidCredentialsFault …. Empty for
	// what the SOAP stack itself refuses: the detail has the host name alone.
	Element string
	Code    string
	Message string
}

// Error returns code and message.
func (f *Fault) Error() string { return strings.TrimSpace(f.Code + " " + f.Message) }

// parseFault is the refusal of a request that cannot be read.
func parseFault(err error) *Fault { return &Fault{Message: err.Error()} }

// refuse makes a fault with a detail.
func refuse(element, code, format string, args ...any) *Fault {
	return &Fault{Element: element, Code: code, Message: fmt.Sprintf(format, args...)}
}

// Blocked is the refusal of a full pool (Oracle help, bridgehead_1525252812).
func Blocked() *Fault {
	return refuse("exceededConcurrentRequestLimitFault", "WS_REQUEST_BLOCKED", "SuiteTalk concurrent request limit exceeded. Request blocked.")
}

// Unexpected is NetSuite's own failure.
func Unexpected(id string) *Fault {
	return refuse("unexpectedErrorFault", fault.UnexpectedError, "An unexpected error occurred. Error ID: %s", id)
}

// Refused words a refused login, as package account judged it.
func Refused(f *fault.Fault) *Fault {
	element := "invalidCredentialsFault"
	if strings.HasPrefix(f.Code(), "WS_") {
		element = "insufficientPermissionFault"
	}
	return refuse(element, f.Code(), "%s", f.Details[0].Detail)
}

// WriteFault answers a request of a version with f.
func WriteFault(w http.ResponseWriter, version string, f *Fault) {
	if !known(version) {
		version = "2025_2"
	}
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema"` +
		` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><soapenv:Fault>` +
		`<faultcode>soapenv:Server.userException</faultcode><faultstring>` + escaped(f.Message) + `</faultstring><detail>`)
	if f.Element != "" {
		fmt.Fprintf(&b, `<platformFaults:%s xmlns:platformFaults="urn:faults_%s.platform.webservices.netsuite.com">`+
			`<platformFaults:code>%s</platformFaults:code><platformFaults:message>%s</platformFaults:message></platformFaults:%s>`,
			f.Element, version, f.Code, escaped(f.Message), f.Element)
	}
	b.WriteString(`<ns1:hostname xmlns:ns1="http://xml.apache.org/axis/">emulator.localhost</ns1:hostname></detail>` +
		`</soapenv:Fault></soapenv:Body></soapenv:Envelope>`)
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = w.Write([]byte(b.String())) // the client is gone if this fails
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a builder takes everything
	return b.String()
}

// unsupported refuses endpoints that do not answer: older versions that NetSuite
// has had, and what is no version.
func unsupported(version string) *Fault {
	if known(version) && version < wsdl.Versions()[0] {
		return refuse("invalidVersionFault", "UNSUPPORTED_WS_VERSION", "The SOAP web services endpoint %s is no longer supported.", version)
	}
	return refuse("invalidVersionFault", "INVALID_WS_VERSION", "Invalid SOAP web services version: %s", version)
}

// known reports whether a text has the form of a version.
func known(version string) bool {
	if len(version) != 6 || version[4] != '_' || version[5] != '1' && version[5] != '2' {
		return false
	}
	return strings.Trim(version[:4], "0123456789") == ""
}
