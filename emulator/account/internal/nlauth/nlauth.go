// Package nlauth reads NLAuth headers: NetSuite's logins by password (Oracle
// help, section_1546447142).
package nlauth

import (
	"fmt"
	"net/url"
	"strings"
)

// Scheme is the scheme of the Authorization header.
const Scheme = "NLAuth"

// Header is what an NLAuth header says. What it leaves out is empty.
type Header struct {
	Account, Email, Password, Role string
}

// Parse reads an Authorization header of the scheme NLAuth: name=value with
// percent-encoded values and commas between. Unknown names are ignored.
func Parse(header string) (Header, error) {
	_, rest, _ := strings.Cut(header, " ")
	var h Header
	fields := map[string]*string{
		"nlauth_account": &h.Account, "nlauth_email": &h.Email, "nlauth_signature": &h.Password, "nlauth_role": &h.Role,
	}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok {
			return Header{}, fmt.Errorf("NLAuth: %q is not name=value", name)
		}
		text, err := url.PathUnescape(value)
		if err != nil {
			return Header{}, fmt.Errorf("NLAuth: %s: %w", name, err)
		}
		if field := fields[name]; field != nil {
			*field = text
		}
	}
	return h, nil
}
