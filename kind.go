package sluice

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind describes one kind of connection once: from it follow the form, the
// validation, the command line's prompts, the documentation and the redaction.
type Kind struct {
	ID     string  `json:"id"`
	Label  string  `json:"label"`
	Help   string  `json:"help"`
	Fields []Field `json:"fields"`
}

// Field describes one field of a kind.
type Field struct {
	Name     string   `json:"name"`
	Label    string   `json:"label"`
	Help     string   `json:"help"`
	Secret   bool     `json:"secret,omitempty"`
	Required bool     `json:"required,omitempty"`
	Default  string   `json:"default,omitempty"`
	Options  []string `json:"options,omitempty"` // the only values allowed
	Format   string   `json:"format,omitempty"`  // integer, duration, url, or "" for text
	Min      int      `json:"min,omitempty"`     // for integers
	Max      int      `json:"max,omitempty"`
	// When names the values of another field for which this one applies: "type=token".
	When string `json:"when,omitempty"`
}

// The kinds of connection.
const (
	KindNetSuite   = "netsuite"
	KindPostgreSQL = "postgresql"
	KindSQLite     = "sqlite"
	KindFiles      = "files"
)

// Authentication types of a NetSuite connection.
const (
	AuthToken      = "token"      // Token Based Auth (Manual)
	AuthTokenAuto  = "token-auto" // Token Based Auth (Automatic)
	AuthOAuth2M2M  = "oauth2-m2m" // OAuth 2.0 client credentials (M2M)
	defaultSettle  = "15m"        // NetSuite cuts a request after 15 minutes (Oracle help, subsect_1559222360)
	defaultTimeout = "5m"
)

// Kinds returns every kind of connection.
func Kinds() []Kind {
	return []Kind{netsuiteKind(), postgresKind(), sqliteKind(), filesKind()}
}

// KindOf returns the kind with that ID.
func KindOf(id string) (Kind, bool) {
	for _, k := range Kinds() {
		if k.ID == id {
			return k, true
		}
	}
	return Kind{}, false
}

// Field returns the field with that name.
func (k Kind) Field(name string) (Field, bool) {
	for _, f := range k.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

func netsuiteKind() Kind {
	return Kind{
		ID: KindNetSuite, Label: "NetSuite", Help: "A NetSuite account, reached by REST web services, SuiteQL and RESTlets.",
		Fields: []Field{
			{Name: "account", Label: "Account ID", Required: true, Help: "As on Setup > Company > Company Information. Any spelling: 1234567_SB1, 1234567-sb1 or a NetSuite address."},
			{Name: "type", Label: "Authentication type", Required: true, Default: AuthToken, Options: []string{AuthToken, AuthOAuth2M2M}, Help: "token: Token Based Auth (Manual). oauth2-m2m: OAuth 2.0 client credentials (M2M)."},
			{Name: "consumer_key", Label: "Consumer key", Secret: true, Required: true, When: "type=token", Help: "Shown once when the integration record was saved (Setup > Integration > Manage Integrations)."},
			{Name: "consumer_secret", Label: "Consumer secret", Secret: true, Required: true, When: "type=token", Help: "Shown beside the consumer key."},
			{Name: "token_id", Label: "Token ID", Secret: true, Required: true, When: "type=token", Help: "Shown once when the access token was made (Setup > Users/Roles > Access Tokens)."},
			{Name: "token_secret", Label: "Token secret", Secret: true, Required: true, When: "type=token", Help: "Shown beside the token ID."},
			{Name: "client_id", Label: "Client ID", Secret: true, Required: true, When: "type=oauth2-m2m", Help: "The consumer key of an integration record with the client credentials grant."},
			{Name: "certificate_id", Label: "Certificate ID", Required: true, When: "type=oauth2-m2m", Help: "As on Setup > Integration > OAuth 2.0 Client Credentials (M2M) Setup."},
			{Name: "private_key", Label: "Private key", Secret: true, Required: true, When: "type=oauth2-m2m", Help: "PEM text of the key whose certificate was uploaded: RSA 3072 or 4096, or EC P-256, P-384 or P-521."},
			{Name: "concurrency", Label: "Concurrency level", Default: "5", Format: "integer", Min: 1, Max: 50, Help: "Requests at one time over all APIs of the account."},
			{Name: "base_url", Label: "Base URL", Format: "url", Help: "For an emulator or a gateway: all services are asked for under this address instead of the account's own hosts."},
			{Name: "timeout", Label: "Request timeout", Default: defaultTimeout, Format: "duration", Help: "How long to wait for an answer."},
			{Name: "settle", Label: "Settle time", Default: defaultSettle, Format: "duration", Help: "How long NetSuite may go on working on a request whose connection is gone. A record that is not found before then is not sent again."},
		},
	}
}

func postgresKind() Kind {
	return Kind{
		ID: KindPostgreSQL, Label: "PostgreSQL", Help: "A PostgreSQL database.",
		Fields: []Field{
			{Name: "host", Label: "Host", Required: true, Default: "localhost", Help: "Name or address, or the folder of a Unix socket."},
			{Name: "port", Label: "Port", Default: "5432", Format: "integer", Min: 1, Max: 65535, Help: "Port of the server."},
			{Name: "database", Label: "Database", Required: true, Help: "Name of the database."},
			{Name: "user", Label: "User", Required: true, Help: "Name of the database user."},
			{Name: "password", Label: "Password", Secret: true, Help: "Password of the database user."},
			{Name: "sslmode", Label: "TLS", Default: "prefer", Options: []string{"disable", "prefer", "require", "verify-ca", "verify-full"}, Help: "Whether the connection is encrypted and the server's certificate checked."},
		},
	}
}

func sqliteKind() Kind {
	return Kind{ID: KindSQLite, Label: "SQLite", Help: "A SQLite database file.",
		Fields: []Field{{Name: "path", Label: "File", Required: true, Help: "Path of the database file on the server."}}}
}

func filesKind() Kind {
	return Kind{ID: KindFiles, Label: "Files", Help: "CSV and JSON lines files in a folder of the server.",
		Fields: []Field{{Name: "dir", Label: "Folder", Required: true, Help: "The folder. Flows reach nothing outside it."}}}
}

// Check says everything that is wrong with the connection's settings. Secrets
// that are absent count as missing.
func (c *Connection) Check() []Problem {
	problems := CheckName("name", c.Name)
	kind, ok := KindOf(c.Kind)
	if !ok {
		return append(problems, Problem{Code: "connection.unknown_kind", Path: "kind", Message: "there is no connection kind " + quote(c.Kind), Remedy: "Use one of " + kindIDs()})
	}
	for _, f := range kind.Fields {
		problems = append(problems, c.checkField(f)...)
	}
	for name := range c.Settings {
		problems = append(problems, checkKnown(kind, "settings."+name, name, false)...)
	}
	for name := range c.Secrets {
		problems = append(problems, checkKnown(kind, "secrets."+name, name, true)...)
	}
	slices.SortFunc(problems, func(a, b Problem) int { return strings.Compare(a.Path, b.Path) })
	return problems
}

func kindIDs() string {
	var ids []string
	for _, k := range Kinds() {
		ids = append(ids, k.ID)
	}
	return strings.Join(ids, ", ")
}

func checkKnown(k Kind, path, name string, secret bool) []Problem {
	f, ok := k.Field(name)
	switch {
	case !ok:
		return []Problem{{Code: "connection.unknown_key", Path: path, Message: "a " + k.Label + " connection has no field " + quote(name)}}
	case f.Secret && !secret:
		return []Problem{{Code: "connection.secret_in_settings", Path: path, Message: f.Label + " is a secret", Remedy: "Give it under secrets, where it is sealed"}}
	case !f.Secret && secret:
		return []Problem{{Code: "connection.setting_in_secrets", Path: path, Message: f.Label + " is not a secret", Remedy: "Give it under settings"}}
	}
	return nil
}

// applies reports whether the field counts, given the values of the others.
func (c *Connection) applies(f Field) bool {
	name, want, found := strings.Cut(f.When, "=")
	return !found || c.Get(name) == want
}

func (c *Connection) checkField(f Field) []Problem {
	if !c.applies(f) {
		return nil
	}
	path, value := "settings."+f.Name, c.Get(f.Name)
	if f.Secret {
		path, value = "secrets."+f.Name, c.Secrets[f.Name].Reveal()
	}
	if value == "" {
		if f.Required {
			return []Problem{{Code: "connection.missing_field", Path: path, Message: f.Label + " is missing", Remedy: f.Help}}
		}
		return nil
	}
	if message := f.refuses(value); message != "" {
		return []Problem{{Code: "connection.invalid_field", Path: path, Message: f.Label + " " + message, Remedy: f.Help}}
	}
	return nil
}

// refuses returns why the field cannot hold value, or "".
func (f Field) refuses(value string) string {
	if len(f.Options) > 0 && !slices.Contains(f.Options, value) {
		return "is " + quote(value) + ", not one of " + strings.Join(f.Options, ", ")
	}
	switch f.Format {
	case "integer":
		if n, err := strconv.Atoi(value); err != nil || n < f.Min || n > f.Max {
			return fmt.Sprintf("is %s, not a whole number from %d to %d", quote(value), f.Min, f.Max)
		}
	case "duration":
		if d, err := time.ParseDuration(value); err != nil || d <= 0 {
			return "is " + quote(value) + ", not a duration such as 90s or 15m"
		}
	case "url":
		if !strings.HasPrefix(value, "http://") && !strings.HasPrefix(value, "https://") {
			return "is " + quote(value) + ", not an http:// or https:// address"
		}
	}
	return ""
}
