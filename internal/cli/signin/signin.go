// Package signin has the flags that say how people sign in to the server.
package signin

import (
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/oidc"
)

// Flags are those of the server, read once the command runs.
type Flags struct {
	getenv   func(string) string
	config   oidc.Config
	roles    []string
	fallback string
	password string
}

// Add adds the flags to the command.
func Add(c *cobra.Command, getenv func(string) string) *Flags {
	f := &Flags{getenv: getenv}
	c.Flags().StringVar(&f.config.Issuer, "oidc-issuer", getenv("SLUICE_OIDC_ISSUER"), "address of the OpenID provider at which people sign in ($SLUICE_OIDC_ISSUER)")
	c.Flags().StringVar(&f.config.ClientID, "oidc-client-id", getenv("SLUICE_OIDC_CLIENT_ID"), "client ID that the provider gave ($SLUICE_OIDC_CLIENT_ID); its secret is in $SLUICE_OIDC_CLIENT_SECRET or the file $SLUICE_OIDC_CLIENT_SECRET_FILE")
	c.Flags().StringVar(&f.config.Name, "oidc-name", getenv("SLUICE_OIDC_NAME"), "what people call the provider ($SLUICE_OIDC_NAME); by default its host")
	c.Flags().StringSliceVar(&f.config.Scopes, "oidc-scope", nil, "scope to ask for besides openid, email and profile")
	c.Flags().StringVar(&f.config.SignUp, "oidc-sign-up", "none", "who gets an account by signing in: none, claim (whom the roles claim gives a role) or domain=example.com,…")
	c.Flags().StringVar(&f.config.Claim, "oidc-roles-claim", "", "claim that gives roles, such as groups or realm_access.roles")
	c.Flags().StringArrayVar(&f.roles, "oidc-role", nil, "role that a value of the claim gives, as VALUE=ROLE: ops=manage")
	c.Flags().StringVar(&f.fallback, "oidc-default-role", "", "role of new people, and of whom the claim gives none; by default monitor, and the latter are refused")
	c.Flags().BoolVar(&f.config.TrustEmail, "oidc-trust-email", false, "link people to the account with the e-mail address that the provider has verified")
	c.Flags().StringVar(&f.password, "password-login", "on", "off refuses passwords: people sign in at the provider alone")
	return f
}

// Config returns what the flags say.
func (f *Flags) Config() (oidc.Config, error) {
	c := f.config
	bad := func(flag, message string) (oidc.Config, error) {
		return c, sluice.Errorf("server.oidc", "%s", message).At("--" + flag).Fix("See sluice serve --help")
	}
	switch f.password {
	case "on", "off":
		c.NoPasswords = f.password == "off"
	default:
		return bad("password-login", "it is on or off")
	}
	c.DefaultRole, c.Roles = sluice.Role(f.fallback), map[string]sluice.Role{}
	for _, pair := range f.roles {
		i := strings.LastIndex(pair, "=") // a value may hold some
		if i <= 0 {
			return bad("oidc-role", "write it as VALUE=ROLE")
		}
		c.Roles[pair[:i]] = sluice.Role(pair[i+1:])
	}
	text := f.getenv("SLUICE_OIDC_CLIENT_SECRET")
	if file := f.getenv("SLUICE_OIDC_CLIENT_SECRET_FILE"); file != "" && text == "" {
		content, err := os.ReadFile(file)
		if err != nil {
			return c, sluice.Errorf("server.oidc", "the client secret cannot be read: %w", err).At("SLUICE_OIDC_CLIENT_SECRET_FILE")
		}
		text = strings.TrimSpace(string(content))
	}
	c.Secret = sluice.NewSecret(text)
	return c, c.Check()
}
