// Package oauth2 holds what is said about moving to OAuth 2.0 client credentials, and
// about the role that flows need.
package oauth2

import (
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/guide"
)

// CertificateOptions say what certificate to make.
type CertificateOptions struct {
	Algorithm string `json:"algorithm,omitempty" enum:"ec-p256,rsa-3072,rsa-4096" doc:"Empty means ec-p256"`
	Days      int    `json:"days,omitempty" minimum:"0" maximum:"730" doc:"How long it holds; 0 means 730, the longest that NetSuite takes"`
}

// PreparedCertificate is a certificate whose key is sealed here, and what to do with it.
type PreparedCertificate struct {
	Certificate string          `json:"certificate" doc:"PEM; the file to upload"`
	Fingerprint string          `json:"fingerprint" doc:"SHA-256 of the certificate"`
	Algorithm   string          `json:"algorithm"`
	EndsAt      time.Time       `json:"ends_at"`
	Upload      guide.SetupStep `json:"upload"`
}

// OAuth2Upload is what NetSuite shows when the certificate is uploaded.
type OAuth2Upload struct {
	CertificateID string        `json:"certificate_id"`
	ClientID      sluice.Secret `json:"client_id,omitzero" doc:"Consumer key of an integration record with the client credentials grant; left out means the connection's present one"`
	IClient       string        `json:"iclient,omitempty" doc:"Name of a consumer key to take the client ID from"`
}

// Trial is both logins side by side.
type Trial struct {
	OK      bool             `json:"ok" doc:"The new login works, and nothing that both told differs"`
	Message string           `json:"message"`
	Present *sluice.Evidence `json:"present" doc:"Of the login in force"`
	New     *sluice.Evidence `json:"new" doc:"Of the certificate"`
	Rows    []Comparison     `json:"rows" nullable:"false"`
}

// Comparison is one thing that both logins were asked for.
type Comparison struct {
	Name   string `json:"name"`
	Token  string `json:"token" doc:"What the login in force told"`
	OAuth2 string `json:"oauth2" doc:"What the certificate's login told"`
	Known  bool   `json:"known" doc:"Both told it"`
	Same   bool   `json:"same"`
}

// RoleReport compares the role that the flows need with what NetSuite shows.
type RoleReport struct {
	Role    string     `json:"role,omitempty" doc:"As NetSuite names it, where it has"`
	Needed  []RoleNeed `json:"needed" nullable:"false"`
	Lacking []RoleNeed `json:"lacking" nullable:"false" doc:"Shown by a refusal"`
	Excess  []RoleNeed `json:"excess" nullable:"false" doc:"What the role may and no flow needs, as far as NetSuite shows it"`
	Unknown []string   `json:"unknown" nullable:"false" doc:"Record types and tables whose permission is not known"`
	Known   bool       `json:"known" doc:"NetSuite showed enough to say that nothing else is lacking"`
	Note    string     `json:"note"`
}

// RoleNeed is one permission.
type RoleNeed struct {
	ID         string   `json:"id"`
	Permission string   `json:"permission"`
	Level      string   `json:"level"`
	Because    []string `json:"because" nullable:"false" doc:"Flow and step that need it"`
	Shown      string   `json:"shown" enum:"held,refused,not shown" doc:"What NetSuite showed of it"`
	Evidence   string   `json:"evidence,omitempty"`
}
