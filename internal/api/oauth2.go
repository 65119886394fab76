package api

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/oauth2"
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

// What is said of logins in words of their own.
type (
	CertificateOptions  = oauth2.CertificateOptions
	PreparedCertificate = oauth2.PreparedCertificate
	OAuth2Upload        = oauth2.OAuth2Upload
	Trial               = oauth2.Trial
	Comparison          = oauth2.Comparison
	RoleReport          = oauth2.RoleReport
	RoleNeed            = oauth2.RoleNeed
)

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
