package account

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/sluicehq/sluice/emulator/session"
)

// Features that decide about login, by their SDF IDs.
const (
	FeatureTBA          = "TBA"
	FeatureOAuth2       = "OAUTH2"
	FeatureREST         = "RESTWEBSERVICES"
	FeatureSOAP         = "WEBSERVICESEXTERNAL"
	FeatureSuiteScript  = "SERVERSIDESCRIPTING"
	FeatureClientScript = "CUSTOMCODE"
	// FeatureWorkbook is SuiteAnalytics Workbook, which SuiteQL needs. Its ID is
	// the emulator's choice: no published list of SDF features that was found has it.
	FeatureWorkbook = "SUITEANALYTICSWORKBOOK"
)

// Permissions that decide about login, by their SDF IDs (Oracle help,
// chapter_N3236764 and bridgehead_4248124361).
const (
	PermissionLoginToken  = "ADMI_LOGIN_OAUTH"             // Log in using Access Tokens
	PermissionUserTokens  = "ADMI_MANAGE_OWN_OAUTH_TOKENS" // User Access Tokens, includes login
	PermissionLoginOAuth2 = "ADMI_LOGIN_OAUTH2"            // Log in using OAuth 2.0 Access Tokens
	PermissionREST        = "ADMI_RESTWEBSERVICES"
	PermissionSOAP        = "ADMI_WEBSERVICES"
	PermissionWorkbook    = "REPO_ANALYTICS" // SuiteAnalytics Workbook
)

// State is the state of an integration record in this account.
type State string

// The states of an integration record; only Enabled lets its keys in.
const (
	Enabled State = "ENABLED"
	Blocked State = "BLOCKED"
	Waiting State = "WAITING_FOR_APPROVAL"
)

// The OAuth 2.0 scopes that an integration record can hold.
const (
	ScopeREST     = "rest_webservices"
	ScopeRESTlets = "restlets"
	ScopeConnect  = "suite_analytics"
)

// Setup is everything that an administrator sets up in the account. A value
// obtained from an Account is shared and read-only; change it with Edit.
type Setup struct {
	ID           string              `json:"id"` // realm form: 1234567_SB1
	Name         string              `json:"name"`
	Type         string              `json:"type"` // PRODUCTION, SANDBOX
	Preferences  Preferences         `json:"preferences"`
	Features     map[string]bool     `json:"features"`
	Integrations []IntegrationRecord `json:"integrations"`
	Roles        []Role              `json:"roles"`
	Employees    []Employee          `json:"employees"`
	Tokens       []AccessToken       `json:"tokens"`
	Certificates []Certificate       `json:"certificates"`
	Bundles      []Bundle            `json:"bundles,omitempty"` // installed
}

// Bundle is an installed bundle (Customization > SuiteBundler).
type Bundle struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Preferences are the company's preferences that decide how values are shown.
type Preferences struct {
	TimeZone   string `json:"timeZone"`   // IANA name: America/Los_Angeles
	DateFormat string `json:"dateFormat"` // M/D/YYYY
	TimeFormat string `json:"timeFormat"` // h:mm a
	// RequireApproval makes integration records that are installed by a bundle
	// wait for approval ("Require Approval during Auto-Installation of Integration").
	RequireApproval bool `json:"requireApproval,omitempty"`
}

// IntegrationRecord is one external application (Setup > Integration > Manage
// Integrations). Its consumer key is also its OAuth 2.0 client ID.
type IntegrationRecord struct {
	ID                string   `json:"id"`
	Name              string   `json:"name"`
	Description       string   `json:"description,omitempty"`
	Note              string   `json:"note,omitempty"`
	State             State    `json:"state"`
	TBA               bool     `json:"tba"`               // Token-based Authentication
	AuthorizationFlow bool     `json:"authorizationFlow"` // TBA: Authorization Flow
	CallbackURL       string   `json:"callbackUrl,omitempty"`
	IssueToken        bool     `json:"issueToken,omitempty"`        // TBA: IssueToken Endpoint
	UserCredentials   bool     `json:"userCredentials,omitempty"`   // kept, but no password logs in to an API
	AuthorizationCode bool     `json:"authorizationCode,omitempty"` // Authorization Code Grant: kept, not served
	RedirectURI       string   `json:"redirectUri,omitempty"`
	ClientCredentials bool     `json:"clientCredentials"` // Client Credentials (Machine to Machine) Grant
	Scopes            []string `json:"scopes,omitempty"`
	ConsumerKey       string   `json:"consumerKey"`      // 64 hex characters
	ConsumerSecret    string   `json:"consumerSecret"`   // 64 hex characters
	Bundle            string   `json:"bundle,omitempty"` // ID of the bundle that brought it
}

// Role is a set of permissions. The Administrator may do all.
type Role struct {
	ID              string      `json:"id"`
	Name            string      `json:"name"`
	Administrator   bool        `json:"administrator,omitempty"`
	WebServicesOnly bool        `json:"webServicesOnly,omitempty"` // no UI and no RESTlets
	Inactive        bool        `json:"inactive,omitempty"`
	Locked          bool        `json:"locked,omitempty"`    // can be customized, not edited
	TwoFactor       bool        `json:"twoFactor,omitempty"` // two-factor authentication required
	Bundle          string      `json:"bundle,omitempty"`    // ID of the bundle that brought it
	Permissions     Permissions `json:"permissions"`
}

// Permissions maps SDF permission IDs to levels. In JSON the levels are words
// (View, Create, Edit, Full).
type Permissions map[string]session.Level

// MarshalJSON writes the levels as the role page prints them.
func (p Permissions) MarshalJSON() ([]byte, error) {
	words := make(map[string]string, len(p))
	for id, l := range p {
		words[id] = l.String()
	}
	return json.Marshal(words)
}

// UnmarshalJSON merges levels given as words into p; None takes a permission away.
func (p *Permissions) UnmarshalJSON(b []byte) error {
	var words map[string]string
	if err := json.Unmarshal(b, &words); err != nil {
		return err
	}
	if *p == nil {
		*p = make(Permissions, len(words))
	}
	for id, w := range words {
		l, ok := session.ParseLevel(w)
		if !ok {
			return fmt.Errorf("permission %s: %q is not a level (None, View, Create, Edit, Full)", id, w)
		}
		if l == session.None {
			delete(*p, id)
			continue
		}
		(*p)[id] = l
	}
	return nil
}

// Employee is a user. Only one with Access, not inactive, may log in, and only
// in a role of the list.
type Employee struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Email    string   `json:"email,omitempty"`
	Access   bool     `json:"access"`
	Inactive bool     `json:"inactive,omitempty"`
	Roles    []string `json:"roles"`
	// Password is the stored form of the password, or empty: no login page lets
	// the employee in. SetPassword sets it.
	Password string `json:"password,omitempty"`
}

// AccessToken is a TBA token: one user in one role through one integration.
type AccessToken struct {
	ID            string `json:"id"` // internal ID
	Name          string `json:"name"`
	Token         string `json:"token"`  // token ID, 64 hex characters
	Secret        string `json:"secret"` // 64 hex characters
	IntegrationID string `json:"integration"`
	EmployeeID    string `json:"employee"`
	RoleID        string `json:"role"`
	Inactive      bool   `json:"inactive,omitempty"`
	Revoked       bool   `json:"revoked,omitempty"`
}

// Certificate is one OAuth 2.0 client credentials (M2M) mapping.
type Certificate struct {
	ID            string    `json:"id"` // Certificate ID, the kid of assertions
	IntegrationID string    `json:"integration"`
	EmployeeID    string    `json:"employee"`
	RoleID        string    `json:"role"`
	PublicKey     string    `json:"publicKey"` // PEM, PKIX
	NotBefore     time.Time `json:"notBefore"`
	NotAfter      time.Time `json:"notAfter"`
	Revoked       bool      `json:"revoked,omitempty"`
}

// clone returns a copy of s that shares nothing with it.
func (s *Setup) clone() *Setup {
	c := *s
	c.Features = maps.Clone(s.Features)
	c.Integrations = slices.Clone(s.Integrations)
	for i := range c.Integrations {
		c.Integrations[i].Scopes = slices.Clone(c.Integrations[i].Scopes)
	}
	c.Roles = slices.Clone(s.Roles)
	for i := range c.Roles {
		c.Roles[i].Permissions = maps.Clone(c.Roles[i].Permissions)
	}
	c.Employees = slices.Clone(s.Employees)
	for i := range c.Employees {
		c.Employees[i].Roles = slices.Clone(c.Employees[i].Roles)
	}
	c.Tokens = slices.Clone(s.Tokens)
	c.Certificates = slices.Clone(s.Certificates)
	c.Bundles = slices.Clone(s.Bundles)
	return &c
}

// Integration returns the integration record with internal ID id, or nil.
func (s *Setup) Integration(id string) *IntegrationRecord {
	return find(s.Integrations, func(x *IntegrationRecord) bool { return x.ID == id })
}

// Role returns the role with internal ID id, or nil.
func (s *Setup) Role(id string) *Role {
	return find(s.Roles, func(x *Role) bool { return x.ID == id })
}

// Employee returns the employee with internal ID id, or nil.
func (s *Setup) Employee(id string) *Employee {
	return find(s.Employees, func(x *Employee) bool { return x.ID == id })
}

// Token returns the access token with internal ID id, or nil.
func (s *Setup) Token(id string) *AccessToken {
	return find(s.Tokens, func(x *AccessToken) bool { return x.ID == id })
}

// Certificate returns the mapping with certificate ID id, or nil.
func (s *Setup) Certificate(id string) *Certificate {
	return find(s.Certificates, func(x *Certificate) bool { return x.ID == id })
}

func (s *Setup) integrationByKey(key string) *IntegrationRecord {
	return find(s.Integrations, func(x *IntegrationRecord) bool { return x.ConsumerKey == key })
}

func (s *Setup) tokenByID(token string) *AccessToken {
	return find(s.Tokens, func(x *AccessToken) bool { return x.Token == token })
}

func find[T any](list []T, match func(*T) bool) *T {
	for i := range list {
		if match(&list[i]) {
			return &list[i]
		}
	}
	return nil
}
