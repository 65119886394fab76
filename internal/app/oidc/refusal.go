package oidc

import (
	"github.com/sluicehq/sluice"
)

// refusals are all reasons why a sign-in ends without a session, in the words of the
// log-in page. They hold nothing of the person: their codes stand in the address.
var refusals = map[string]sluice.Error{
	"oidc.off":            {Message: "Nobody signs in at an OpenID provider here", Remedy: "Log in with your password"},
	"oidc.unreachable":    {Message: "The provider cannot be reached", Remedy: "Try again in a minute, or log in with your password. The server's log says more"},
	"oidc.misconfigured":  {Message: "The provider and this server do not agree on how people sign in", Remedy: "Tell whoever runs the server; its log says what does not fit"},
	"oidc.state":          {Message: "This sign-in was not begun in this browser, has been used, or took too long", Remedy: "Begin again"},
	"oidc.denied":         {Message: "The sign-in was cancelled at the provider", Remedy: "Begin again, and allow what it asks for"},
	"oidc.provider":       {Message: "The provider refused the sign-in", Remedy: "Begin again. The server's log has the provider's reason"},
	"oidc.token":          {Message: "What the provider says about you does not hold", Remedy: "Begin again. If it stays so, tell whoever runs the server: its log says why"},
	"oidc.expired":        {Message: "The provider's answer had expired when it came", Remedy: "Begin again. If it stays so, the clocks of the server and the provider differ"},
	"oidc.email_unproven": {Message: "The provider does not vouch for your e-mail address", Remedy: "Prove the address at the provider, or ask an administrator for an account"},
	"oidc.no_account":     {Message: "There is no account for you here", Remedy: "Ask an administrator for one"},
	"oidc.removed":        {Message: "Your account here was removed", Remedy: "Ask an administrator to make it again"},
	"oidc.not_linked":     {Message: "There is an account with your e-mail address, and it is not linked to this provider", Remedy: "Log in with your password, and link it under Your account"},
	"oidc.taken":          {Message: "That account is linked to somebody else at the provider", Remedy: "Ask an administrator"},
	"oidc.linked_already": {Message: "The person at the provider is linked to another account", Remedy: "Sign in with that one, or unlink it there"},
	"oidc.no_role":        {Message: "None of your groups at the provider has a role here", Remedy: "Ask whoever keeps the groups"},
	"oidc.other_person":   {Message: "You logged out, or in as somebody else, while linking", Remedy: "Begin again"},
	"oidc.failed":         {Message: "The sign-in failed", Remedy: "Begin again. The server's log says why"},
}

// refuse returns the refusal of a code, with its cause for the log.
func refuse(code string, cause error) *sluice.Error {
	e := refusals[code]
	e.Code, e.Err = code, cause
	return &e
}

// Explain returns what a code means, nil where there is no such code.
func (r *Rules) Explain(code string) *sluice.Error {
	if _, known := refusals[code]; !known {
		return nil
	}
	return refuse(code, nil)
}
