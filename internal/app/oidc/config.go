// Package oidc lets people sign in at an OpenID provider: who they are there, whom
// that makes them here, and what refuses them.
package oidc

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
)

// Config says which provider people sign in at. It belongs to the server's start and
// not to its store: who is locked out mends it there.
type Config struct {
	Issuer   string // address of the provider; empty means none
	ClientID string
	Secret   sluice.Secret // empty for a public client
	Name     string        // what people call it: Continue with NAME
	Scopes   []string      // besides openid, email and profile
	// SignUp says who gets an account by signing in: "none", "claim" (whom the roles
	// claim gives a role) or "domain=example.com,example.org" (by verified e-mail address).
	SignUp string
	// Claim is the path of the claim that gives roles: groups, realm_access.roles.
	Claim string
	// Roles maps values of the claim to roles.
	Roles map[string]sluice.Role
	// DefaultRole is that of new people, and of whom the claim gives none; empty refuses the latter.
	DefaultRole sluice.Role
	// TrustEmail links who signs in to the account with the same verified e-mail address.
	TrustEmail bool
	// NoPasswords refuses passwords, so that people sign in at the provider alone.
	NoPasswords bool
}

// Who gets an account by signing in.
const (
	signUpNone   = "none"
	signUpClaim  = "claim"
	signUpDomain = "domain="
)

// Check says everything that is wrong with a configuration.
func (c *Config) Check() error {
	var list []sluice.Problem
	add := func(path, message, remedy string) {
		list = append(list, sluice.Problem{Code: "server.oidc", Path: path, Message: message, Remedy: remedy})
	}
	if c.Issuer == "" {
		if c.NoPasswords {
			add("password-login", "without an OpenID provider nobody could log in", "Name one with --oidc-issuer, or leave passwords on")
		}
		if c.ClientID != "" {
			add("oidc-issuer", "there is a client ID and no issuer", "Give the provider's address")
		}
		return sluice.Problems("server.oidc", "people cannot log in like that", list)
	}
	if err := secure(c.Issuer); err != nil {
		add("oidc-issuer", err.Error(), "Give the issuer as the provider's /.well-known/openid-configuration has it")
	}
	if c.ClientID == "" {
		add("oidc-client-id", "the client ID is missing", "Register Sluice at the provider")
	}
	if _, ok := c.domains(); !ok && c.SignUp != "" && c.SignUp != signUpNone && c.SignUp != signUpClaim {
		add("oidc-sign-up", "it is none, claim or domain=example.com", "")
	}
	if mapped := c.Claim != "" && len(c.Roles) > 0; !mapped && (c.SignUp == signUpClaim || c.Claim != "" || len(c.Roles) > 0) {
		add("oidc-roles", "roles come from a claim and a list of its values", "Write --oidc-roles-claim groups --oidc-role ops=manage")
	}
	// Owners are made here alone: whoever keeps the provider's groups does not own the server.
	given := sluice.Roles()[1:]
	for value, role := range c.Roles {
		if !slices.Contains(given, role) {
			add("oidc-role", "signing in does not give the role "+string(role)+" to "+value, "Use administrator, manage or monitor")
		}
	}
	if c.DefaultRole != "" && !slices.Contains(given, c.DefaultRole) {
		add("oidc-default-role", "signing in does not give the role "+string(c.DefaultRole), "Use administrator, manage or monitor, or leave it out")
	}
	return sluice.Problems("server.oidc", "people cannot sign in like that", list)
}

// domains returns those whose people get accounts.
func (c *Config) domains() ([]string, bool) {
	text, ok := strings.CutPrefix(c.SignUp, signUpDomain)
	if !ok {
		return nil, false
	}
	list := strings.Split(strings.ToLower(text), ",")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list, !slices.Contains(list, "")
}

// secure refuses addresses that do not go over TLS, but for this machine's own.
func secure(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return sluice.Errorf("server.oidc", "%q is not the address of an issuer", address)
	case u.Scheme == "https", u.Scheme == "http" && loopback(u.Hostname()):
		return nil
	}
	return sluice.Errorf("server.oidc", "%q does not begin with https://", address)
}

func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// origin returns the scheme and host of an address.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Host)
	if h, port, err := net.SplitHostPort(host); err == nil && (u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80") {
		host = h
	}
	return u.Scheme + "://" + host
}
