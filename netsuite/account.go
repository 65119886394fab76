package netsuite

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// AccountID identifies a NetSuite account. The zero value is no account; get
// one from [ParseAccountID], which admits nothing that could change a host name.
type AccountID struct{ realm string }

// Environment is the kind of account, as far as its ID tells.
type Environment string

// The environments. An ID without a suffix is taken for a production account;
// a development or partner account whose ID has no mark looks the same.
const (
	Production     Environment = "production"
	Sandbox        Environment = "sandbox"
	ReleasePreview Environment = "release preview"
	TestDrive      Environment = "test drive"
)

var (
	accountShape  = regexp.MustCompile(`^[A-Za-z0-9]+([_-][A-Za-z0-9]+)*$`)
	sandboxSuffix = regexp.MustCompile(`_SB[0-9]+$`)
	testDrive     = regexp.MustCompile(`^(TSTDRV|TD)[0-9]+$`)
)

// ParseAccountID accepts an account ID in any spelling: 1234567_SB1,
// 1234567-sb1, surrounded by space, or a host name or URL of the account such
// as https://1234567-sb1.app.netsuite.com/app/center/card.nl. A host that
// carries no account (system.netsuite.com) is refused.
func ParseAccountID(text string) (AccountID, error) {
	label := strings.TrimSpace(text)
	if label == "" {
		return AccountID{}, inputError("account ID", "missing")
	}
	if strings.ContainsAny(label, "./:") {
		var err error
		if label, err = accountLabel(label); err != nil {
			return AccountID{}, err
		}
	}
	if len(label) > 63 || !accountShape.MatchString(label) {
		return AccountID{}, inputError("account ID", fmt.Sprintf("%q: only letters, digits, _ and - are possible, as in 1234567 or 1234567_SB1", text))
	}
	return AccountID{strings.ToUpper(strings.ReplaceAll(label, "-", "_"))}, nil
}

// accountLabel takes the account's label out of a NetSuite host or URL.
func accountLabel(text string) (string, error) {
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil {
		return "", inputError("account ID", "neither an account ID nor a NetSuite address")
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	label, service, _ := strings.Cut(host, ".")
	switch service {
	case "suitetalk.api.netsuite.com", "restlets.api.netsuite.com", "app.netsuite.com",
		"extforms.netsuite.com", "shop.netsuite.com", "secure.netsuite.com", "connect.api.netsuite.com":
		return label, nil
	}
	return "", inputError("account ID", fmt.Sprintf("host %q is not an account's address (<account>.app.netsuite.com)", host))
}

// Realm returns the form that signatures and SOAP want: 1234567_SB1.
func (a AccountID) Realm() string { return a.realm }

// HostLabel returns the form that host names want: 1234567-sb1.
func (a AccountID) HostLabel() string {
	return strings.ToLower(strings.ReplaceAll(a.realm, "_", "-"))
}

// String returns the realm form.
func (a AccountID) String() string { return a.realm }

// MarshalText returns the realm form.
func (a AccountID) MarshalText() ([]byte, error) { return []byte(a.realm), nil }

// UnmarshalText accepts what ParseAccountID does, and nothing at all as no account.
func (a *AccountID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*a = AccountID{}
		return nil
	}
	parsed, err := ParseAccountID(string(text))
	if err == nil {
		*a = parsed
	}
	return err
}

// IsZero reports whether a is no account.
func (a AccountID) IsZero() bool { return a.realm == "" }

// Environment tells the kind of account from the shape of its ID.
func (a AccountID) Environment() Environment {
	switch {
	case sandboxSuffix.MatchString(a.realm):
		return Sandbox
	case strings.HasSuffix(a.realm, "_RP"):
		return ReleasePreview
	case testDrive.MatchString(a.realm):
		return TestDrive
	}
	return Production
}

// Endpoints are the base URLs of an account's services, without a slash at the
// end. Oracle asks integrations to take them from Company Information rather
// than to build them (help section_1498251763); so each can be set.
type Endpoints struct {
	SuiteTalk string // REST and SOAP web services
	RESTlets  string // RESTlets and the TBA token services
	App       string // pages: login, consent
	Discovery string // tells the addresses above; the same for all accounts
}

// Endpoints returns the account's usual addresses.
func (a AccountID) Endpoints() Endpoints {
	label := a.HostLabel()
	return Endpoints{
		SuiteTalk: "https://" + label + ".suitetalk.api.netsuite.com",
		RESTlets:  "https://" + label + ".restlets.api.netsuite.com",
		App:       "https://" + label + ".app.netsuite.com",
		Discovery: "https://rest.netsuite.com",
	}
}

// Override returns e with the fields that o sets.
func (e Endpoints) Override(o Endpoints) Endpoints {
	for _, f := range []struct {
		to   *string
		from string
	}{{&e.SuiteTalk, o.SuiteTalk}, {&e.RESTlets, o.RESTlets}, {&e.App, o.App}, {&e.Discovery, o.Discovery}} {
		if f.from != "" {
			*f.to = strings.TrimRight(f.from, "/")
		}
	}
	return e
}

func (e Endpoints) check() error {
	for _, f := range []struct{ name, base string }{{"suitetalk", e.SuiteTalk}, {"restlets", e.RESTlets}, {"app", e.App}, {"discovery", e.Discovery}} {
		u, err := url.Parse(f.base)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.RawQuery != "" || u.User != nil {
			return inputError("endpoint "+f.name, "an absolute http(s) URL without query and user is needed")
		}
	}
	return nil
}
