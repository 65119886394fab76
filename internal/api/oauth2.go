package api

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/guide"
)

// Logins are the rules round what a connection logs in with, and how it changes.
type Logins interface {
	// ProveCandidate tries the connection's candidate login, and puts it in force when it works.
	ProveCandidate(ctx context.Context, by Actor, connection string) (*sluice.Evidence, error)
	DropCandidate(ctx context.Context, by Actor, connection string) (*sluice.Connection, error)
	// RestorePrevious goes back to the login before the last change.
	RestorePrevious(ctx context.Context, by Actor, connection string) (*sluice.Connection, error)
	// DropPrevious forgets that login, once the new one has worked.
	DropPrevious(ctx context.Context, by Actor, connection string) (*sluice.Connection, error)
}

// OAuth2 are the rules round moving to OAuth 2.0 client credentials.
type OAuth2 interface {
	// PrepareOAuth2 makes a key and its certificate.
	PrepareOAuth2(ctx context.Context, by Actor, connection string, o CertificateOptions) (*PreparedCertificate, error)
	// TryOAuth2 logs in with the certificate beside the present login.
	TryOAuth2(ctx context.Context, by Actor, connection string, o OAuth2Upload) (*Trial, error)
	// SwitchToOAuth2 puts the certificate in force.
	SwitchToOAuth2(ctx context.Context, by Actor, connection string) (*sluice.Connection, error)
}

// Roles compares the role that flows need with the one that a connection has.
type Roles interface {
	RoleReport(ctx context.Context, by Actor, connection string) (*RoleReport, error)
}

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

func (a *API) proveCandidate(ctx context.Context, in *NamePath) (*reply[*sluice.Evidence], error) {
	return answer(a.services.Logins.ProveCandidate(ctx, actorOf(ctx), in.Name))
}

func (a *API) dropCandidate(ctx context.Context, in *NamePath) (*reply[*sluice.Connection], error) {
	return answer(a.services.Logins.DropCandidate(ctx, actorOf(ctx), in.Name))
}

func (a *API) restorePrevious(ctx context.Context, in *NamePath) (*reply[*sluice.Connection], error) {
	return answer(a.services.Logins.RestorePrevious(ctx, actorOf(ctx), in.Name))
}

func (a *API) dropPrevious(ctx context.Context, in *NamePath) (*reply[*sluice.Connection], error) {
	return answer(a.services.Logins.DropPrevious(ctx, actorOf(ctx), in.Name))
}

type certificateRequest struct {
	NamePath
	Body CertificateOptions
}

func (a *API) prepareOAuth2(ctx context.Context, in *certificateRequest) (*reply[*PreparedCertificate], error) {
	return answer(a.services.OAuth2.PrepareOAuth2(ctx, actorOf(ctx), in.Name, in.Body))
}

type uploadRequest struct {
	NamePath
	Body OAuth2Upload
}

func (a *API) tryOAuth2(ctx context.Context, in *uploadRequest) (*reply[*Trial], error) {
	return answer(a.services.OAuth2.TryOAuth2(ctx, actorOf(ctx), in.Name, in.Body))
}

func (a *API) switchToOAuth2(ctx context.Context, in *NamePath) (*reply[*sluice.Connection], error) {
	return answer(a.services.OAuth2.SwitchToOAuth2(ctx, actorOf(ctx), in.Name))
}

func (a *API) roleReport(ctx context.Context, in *NamePath) (*reply[*RoleReport], error) {
	return answer(a.services.Roles.RoleReport(ctx, actorOf(ctx), in.Name))
}
